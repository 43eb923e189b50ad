//! Reads an item, whatever form it has, and the texts that stand in its values.

use super::choose::{self, Picked, Refused};
use super::recognise::{Judge, Wish};
use super::sets::{Kind, ROOT};
use super::{json, text};
use crate::backend::field::Field;
use std::collections::BTreeMap;

/// How deep texts are read that stand in values that stand in texts.
const DEPTH: u8 = 4;

/// Collects what an item holds.
pub struct Reader<'w> {
    judge: Judge<'w>,
}

impl<'w> Reader<'w> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(wish: Wish<'w>) -> Self {
        Self { judge: Judge::new(wish) }
    }

    /// Names the section that is meant, where the user has named it otherwise.
    pub const fn choose_section(&mut self, section: &'w str) {
        self.judge.choose_section(section);
    }

    /// Reads an item that is one text. What line 1 holds by custom is `first`, where it has no name.
    pub fn text(&mut self, text: &str, first: Option<Field>) {
        text::read(&mut self.judge, text, ROOT, first, DEPTH);
    }

    /// Reads notes beside fields.
    pub fn notes(&mut self, text: &str) {
        let node = self.judge.sets.node(ROOT, Kind::Notes, "");
        text::read(&mut self.judge, text, node, None, DEPTH);
    }

    /// Reads one field of an item that has some.
    pub fn field(&mut self, section: Option<&str>, name: &str, value: &str) {
        let node = self.judge.section(ROOT, section.unwrap_or_default());
        self.judge.member(node, None, name, value, DEPTH);
    }

    /// Reads JSON whatever its form.
    pub fn json(&mut self, value: &serde_json::Value) {
        json::walk(&mut self.judge, ROOT, None, value, DEPTH);
    }

    /// What belongs together, of the fields that are wanted.
    pub fn pick(mut self, wanted: &[Field]) -> Result<BTreeMap<Field, Picked>, Refused> {
        while let Some(inner) = self.judge.inner.pop() {
            text::read(&mut self.judge, &inner.text, inner.node, None, inner.depth);
        }
        self.judge.finish_otp();
        let wish = self.judge.wish();
        choose::choose(&self.judge.sets, &mut self.judge.folded, &wish, wanted)
    }
}

//! One manager, and the item in it that is meant: what reading and writing begin with. Nothing is run here.

use super::asking::Asking;
use super::field::Field;
use super::manifest::{Manifest, Read};
use super::params::SECTION;
use super::{address, message, params};
use crate::error::Error;
use crate::os::program;
use crate::os::tty::Terminal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A manager and an item.
#[derive(Debug)]
pub struct Target {
    /// The manager.
    pub manifest: Manifest,
    /// The item as it was named, and as the manager is asked for it.
    item: Option<(String, String)>,
    /// What the manager needs to know beside the item, the usual values included.
    pub params: BTreeMap<String, String>,
    /// Names that the user has given to fields.
    pub fields: BTreeMap<Field, String>,
    /// Where the manager may ask.
    pub terminal: Option<Arc<Terminal>>,
    /// Whether it must not ask anything.
    pub quiet: bool,
    /// Whether nothing but a missing terminal keeps the manager from asking.
    pub may_ask: bool,
}

/// The item of managers that have no usual one, where nobody names one.
pub const USUAL_ITEM: &str = "aws";

/// What is put after the item's name for the entry beside it that holds a new key until the item does.
const SIBLING: &str = "aws-auth-new";

impl Target {
    /// The item called `item`, or the manager's usual one. On `terminal` the manager may ask back; without one in a window,
    /// unless it must be `quiet`.
    pub fn new(
        manifest: Manifest,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let mut params = params.clone();
        let item = match item {
            Some(_) if manifest.variables.is_some() => return Err(message::no_items(&manifest, "items", "the item")),
            Some(item) => Some((item.to_owned(), address::entry(&manifest, item, &mut params)?)),
            None => None,
        };
        if manifest.variables.is_some() && params.contains_key(SECTION) {
            let out = format!("--param {SECTION}, {} and aws_auth_{SECTION}", params::variable(SECTION));
            return Err(message::no_items(&manifest, "sections", &out));
        }
        let params = params::complete(&manifest, &params)?;
        let quiet = quiet || manifest.quiet.always;
        let terminal = terminal.filter(|_| !manifest.quiet.always);
        Ok(Self { manifest, item, params, fields: BTreeMap::new(), terminal, quiet, may_ask: false })
    }

    /// Takes the names that the user has given to fields.
    pub fn name_fields(&mut self, fields: &BTreeMap<Field, String>) -> Result<(), Error> {
        if self.manifest.variables.is_some() && !fields.is_empty() {
            let out = "--field, AWS_AUTH_FIELD and aws_auth_field";
            return Err(message::no_items(&self.manifest, "fields to name", out));
        }
        self.fields.clone_from(fields);
        Ok(())
    }

    /// What the manager is asked for; nothing where the item is a folder that has no name, as the store's root.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        self.item.as_ref().map(|(_, entry)| entry.as_str()).or(self.manifest.item.as_deref())
    }

    /// What its user calls it.
    #[must_use]
    pub fn named(&self) -> Option<&str> {
        self.item.as_ref().map(|(named, _)| named.as_str())
    }

    /// The entry beside the item that holds a new key until the item does.
    #[must_use]
    pub fn sibling(&self) -> String {
        self.entry().map_or_else(|| SIBLING.to_owned(), |entry| format!("{entry}.{SIBLING}"))
    }

    /// The manager's program, ready to be asked.
    pub fn ask<'a>(&'a self, read: &'a Read, terminal: Option<&'a Terminal>, quiet: bool) -> Result<Asking<'a>, Error> {
        let asking = Asking::open(&self.manifest, read, &self.params, &self.fields, terminal, quiet, self.may_ask);
        asking.ok_or_else(|| message::not_installed(&self.manifest, program::passed_over(&self.manifest.program)))
    }
}

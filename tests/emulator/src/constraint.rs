//! Lengths, ranges and patterns of parameters, refused in AWS's words.
//!
//! Several mistakes make one answer: `2 validation errors detected: …; …`.
//! Source of the figures: the shapes in the service model,
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use crate::error::ApiError;
use crate::form;

/// Collects what is wrong with the parameters of one call.
pub(crate) struct Constraints<'a> {
    params: &'a [(String, String)],
    wrong: Vec<String>,
}

/// The bounds of a text: shortest, longest, pattern, and whether a character fits the pattern.
pub(crate) struct Text {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) pattern: &'static str,
    pub(crate) allows: fn(char) -> bool,
}

impl<'a> Constraints<'a> {
    pub(crate) fn new(params: &'a [(String, String)]) -> Self {
        Self { params, wrong: Vec::new() }
    }

    /// Checks a text if it was sent.
    pub(crate) fn text(&mut self, name: &str, rule: &Text) -> Option<&'a str> {
        let value = form::get(self.params, name)?;
        let length = value.chars().count();
        if length < rule.min {
            self.refuse(name, value, &format!("Member must have length greater than or equal to {}", rule.min));
        }
        if length > rule.max {
            self.refuse(name, value, &format!("Member must have length less than or equal to {}", rule.max));
        }
        if !value.chars().all(rule.allows) {
            self.refuse(name, value, &format!("Member must satisfy regular expression pattern: {}", rule.pattern));
        }
        Some(value)
    }

    /// Checks a text that must be sent.
    pub(crate) fn required(&mut self, name: &str, rule: &Text) -> &'a str {
        self.text(name, rule).unwrap_or_else(|| {
            self.missing(name);
            ""
        })
    }

    /// Reports a parameter that must be sent and was not.
    pub(crate) fn missing(&mut self, name: &str) {
        self.wrong
            .push(format!("Value null at '{}' failed to satisfy constraint: Member must not be null", place(name)));
    }

    /// Checks a whole number if it was sent. One that is no number at all is refused at once, as malformed.
    pub(crate) fn number(&mut self, name: &str, min: i64, max: i64) -> Result<Option<i64>, ApiError> {
        let Some(value) = form::get(self.params, name) else {
            return Ok(None);
        };
        let number: i64 = value.parse().map_err(|_| ApiError::new(400, "MalformedInput", ""))?;
        if number < min {
            self.refuse(name, value, &format!("Member must have value greater than or equal to {min}"));
        }
        if number > max {
            self.refuse(name, value, &format!("Member must have value less than or equal to {max}"));
        }
        Ok(Some(number))
    }

    /// The members of a list: `NAME.member.1SUFFIX`, `NAME.member.2SUFFIX`, as far as they go.
    pub(crate) fn members(&mut self, name: &str, suffix: &str, max: usize, rule: &Text) -> usize {
        let member = |index: usize| format!("{name}.member.{index}{suffix}");
        let mut count = 0;
        while form::get(self.params, &member(count + 1)).is_some() {
            count += 1;
        }
        for index in 1..=count {
            self.text(&member(index), rule);
        }
        if count > max {
            self.refuse(
                name,
                &format!("[{count} members]"),
                &format!("Member must have length less than or equal to {max}"),
            );
        }
        count
    }

    /// Everything that was wrong, as one refusal.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        let count = self.wrong.len();
        let noun = if count == 1 { "error" } else { "errors" };
        match count {
            0 => Ok(()),
            _ => Err(ApiError::validation(format!("{count} validation {noun} detected: {}", self.wrong.join("; ")))),
        }
    }

    fn refuse(&mut self, name: &str, value: &str, constraint: &str) {
        self.wrong.push(format!("Value '{value}' at '{}' failed to satisfy constraint: {constraint}", place(name)));
    }
}

/// The name as AWS's messages have it: `tokenCode`, `tags.1.member.key`.
fn place(name: &str) -> String {
    let lower_first = |part: &str| part[..1].to_lowercase() + &part[1..];
    let parts: Vec<&str> = name.split('.').collect();
    match parts[..] {
        [list, "member", index] => format!("{}.{index}.member", lower_first(list)),
        [list, "member", index, field] => format!("{}.{index}.member.{}", lower_first(list), lower_first(field)),
        _ => lower_first(name),
    }
}

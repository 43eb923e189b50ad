//! The many names that people give to the five values of an item.

use crate::backend::field::Field;
use std::ops::Range;
use zeroize::Zeroizing;

/// What a name means, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The value that it names.
    pub field: Field,
    /// How sure it is.
    pub class: Class,
}

/// How sure a name is, the surer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing else is called so: the value is refused if it is not what the name says.
    Exact,
    /// As good as exact, where the value is what the name says; else it is something else.
    Strict,
    /// One of the names above is a part of it: `PROD_AWS_ACCESS_KEY_ID`, `Access key ID (work)`.
    Near,
    /// Many things are called so: `user`, `key`, `password`.
    General,
}

/// The names, folded: lower case, without blanks and marks. In alphabetical order.
///
/// They come from the original's documents, 1Password's AWS plugin, `LastPass`'s note template, AWS's own variables, files
/// and answers, the files of s3cmd, rclone, boto and terraform, and from public notes and scripts.
const NAMES: &[(&str, Field, Class)] = &[
    ("2fa", Field::Otp, Class::Strict),
    ("2fasecret", Field::Otp, Class::Strict),
    ("2faseed", Field::Otp, Class::Strict),
    ("accessid", Field::AccessKeyId, Class::Exact),
    ("accesskey", Field::AccessKeyId, Class::Exact),
    ("accesskeyid", Field::AccessKeyId, Class::Exact),
    ("accesskeysecret", Field::SecretAccessKey, Class::Exact),
    ("accesssecret", Field::SecretAccessKey, Class::Exact),
    ("accesssecretkey", Field::SecretAccessKey, Class::Exact),
    ("accesstoken", Field::SecretAccessKey, Class::Strict),
    ("account", Field::AccessKeyId, Class::General),
    ("accountid", Field::AccessKeyId, Class::General),
    ("apikey", Field::SecretAccessKey, Class::General),
    ("apisecret", Field::SecretAccessKey, Class::Strict),
    ("assumerole", Field::RoleArn, Class::Strict),
    ("assumerolearn", Field::RoleArn, Class::Exact),
    ("authenticator", Field::Otp, Class::Strict),
    ("authenticatorkey", Field::Otp, Class::Strict),
    ("authenticatorsecret", Field::Otp, Class::Strict),
    ("awsaccess", Field::AccessKeyId, Class::Strict),
    ("awsaccessid", Field::AccessKeyId, Class::Exact),
    ("awsaccesskey", Field::AccessKeyId, Class::Exact),
    ("awsaccesskeyid", Field::AccessKeyId, Class::Exact),
    ("awsaccesssecret", Field::SecretAccessKey, Class::Exact),
    ("awsassumerole", Field::RoleArn, Class::Strict),
    ("awsiamrole", Field::RoleArn, Class::Strict),
    ("awsiamrolearn", Field::RoleArn, Class::Exact),
    ("awsid", Field::AccessKeyId, Class::Strict),
    ("awskey", Field::AccessKeyId, Class::Strict),
    ("awskeyid", Field::AccessKeyId, Class::Exact),
    ("awsmfa", Field::MfaSerial, Class::Strict),
    ("awsmfaarn", Field::MfaSerial, Class::Exact),
    ("awsmfadevice", Field::MfaSerial, Class::Strict),
    ("awsmfadevicearn", Field::MfaSerial, Class::Exact),
    ("awsmfaserial", Field::MfaSerial, Class::Exact),
    ("awsmfaserialnumber", Field::MfaSerial, Class::Exact),
    ("awsotp", Field::Otp, Class::Strict),
    ("awsrole", Field::RoleArn, Class::Strict),
    ("awsrolearn", Field::RoleArn, Class::Exact),
    ("awssecret", Field::SecretAccessKey, Class::Strict),
    ("awssecretaccesskey", Field::SecretAccessKey, Class::Exact),
    ("awssecretkey", Field::SecretAccessKey, Class::Exact),
    ("awstotp", Field::Otp, Class::Strict),
    ("awstotpserialnumber", Field::MfaSerial, Class::Exact),
    ("credential", Field::SecretAccessKey, Class::General),
    ("credentials", Field::SecretAccessKey, Class::General),
    ("device", Field::MfaSerial, Class::General),
    ("devicearn", Field::MfaSerial, Class::Strict),
    ("iamrole", Field::RoleArn, Class::Strict),
    ("iamrolearn", Field::RoleArn, Class::Exact),
    ("id", Field::AccessKeyId, Class::General),
    ("key", Field::SecretAccessKey, Class::General),
    ("keyid", Field::AccessKeyId, Class::Exact),
    ("keysecret", Field::SecretAccessKey, Class::Strict),
    ("login", Field::AccessKeyId, Class::General),
    ("mfa", Field::MfaSerial, Class::Strict),
    ("mfaarn", Field::MfaSerial, Class::Exact),
    ("mfadevice", Field::MfaSerial, Class::Strict),
    ("mfadevicearn", Field::MfaSerial, Class::Exact),
    ("mfadeviceserial", Field::MfaSerial, Class::Exact),
    ("mfadeviceserialnumber", Field::MfaSerial, Class::Exact),
    ("mfaid", Field::MfaSerial, Class::Strict),
    ("mfakey", Field::Otp, Class::Strict),
    ("mfasecret", Field::Otp, Class::Strict),
    ("mfasecretkey", Field::Otp, Class::Strict),
    ("mfaseed", Field::Otp, Class::Strict),
    ("mfaserial", Field::MfaSerial, Class::Exact),
    ("mfaserialarn", Field::MfaSerial, Class::Exact),
    ("mfaserialnumber", Field::MfaSerial, Class::Exact),
    ("mfatotp", Field::Otp, Class::Strict),
    ("onetimecode", Field::Otp, Class::Strict),
    ("onetimepassword", Field::Otp, Class::Strict),
    ("otp", Field::Otp, Class::Strict),
    ("otpauth", Field::Otp, Class::Strict),
    ("otpsecret", Field::Otp, Class::Strict),
    ("otpseed", Field::Otp, Class::Strict),
    ("otpuri", Field::Otp, Class::Strict),
    ("otpurl", Field::Otp, Class::Strict),
    ("pass", Field::SecretAccessKey, Class::General),
    ("passphrase", Field::SecretAccessKey, Class::General),
    ("passwd", Field::SecretAccessKey, Class::General),
    ("password", Field::SecretAccessKey, Class::General),
    ("pw", Field::SecretAccessKey, Class::General),
    ("pwd", Field::SecretAccessKey, Class::General),
    ("role", Field::RoleArn, Class::Strict),
    ("rolearn", Field::RoleArn, Class::Exact),
    ("roletoassume", Field::RoleArn, Class::Strict),
    ("secret", Field::SecretAccessKey, Class::Strict),
    ("secretaccess", Field::SecretAccessKey, Class::Strict),
    ("secretaccesskey", Field::SecretAccessKey, Class::Exact),
    ("secretid", Field::SecretAccessKey, Class::Strict),
    ("secretkey", Field::SecretAccessKey, Class::Exact),
    ("serial", Field::MfaSerial, Class::General),
    ("serialnumber", Field::MfaSerial, Class::Exact),
    ("timeotpsecretbase32", Field::Otp, Class::Strict),
    ("token", Field::SecretAccessKey, Class::General),
    ("totp", Field::Otp, Class::Strict),
    ("totpkey", Field::Otp, Class::Strict),
    ("totpsecret", Field::Otp, Class::Strict),
    ("totpseed", Field::Otp, Class::Strict),
    ("twofactor", Field::Otp, Class::Strict),
    ("user", Field::AccessKeyId, Class::General),
    ("username", Field::AccessKeyId, Class::General),
    ("virtualmfa", Field::MfaSerial, Class::Strict),
    ("virtualmfadevice", Field::MfaSerial, Class::Strict),
];

/// Names of sections that tell no account from another: what stands in them belongs to the item as a whole.
const GENERIC: &[&str] = &[
    "2fa",
    "accesskey",
    "accesskeys",
    "account",
    "amazon",
    "amazonwebservices",
    "api",
    "apikey",
    "apikeys",
    "auth",
    "authentication",
    "aws",
    "awscredentials",
    "awskeys",
    "backend",
    "comments",
    "config",
    "configuration",
    "content",
    "credential",
    "credentials",
    "custom",
    "customfields",
    "data",
    "details",
    "device",
    "env",
    "environment",
    "extra",
    "extrafields",
    "fields",
    "iam",
    "information",
    "item",
    "keys",
    "login",
    "metadata",
    "mfa",
    "mfadevice",
    "notes",
    "onetimepassword",
    "otp",
    "provider",
    "role",
    "rolearns",
    "roles",
    "secret",
    "secrets",
    "secretstring",
    "security",
    "settings",
    "totp",
    "user",
    "value",
    "variables",
];

/// Words that say nothing about which account a key belongs to.
const NOISE: &[&str] = &[
    "a",
    "amazon",
    "api",
    "arn",
    "aws",
    "boto",
    "cli",
    "const",
    "credentials",
    "current",
    "declare",
    "device",
    "e",
    "env",
    "environ",
    "export",
    "field",
    "for",
    "g",
    "gx",
    "iam",
    "id",
    "key",
    "keys",
    "let",
    "my",
    "new",
    "number",
    "of",
    "process",
    "s3",
    "set",
    "setenv",
    "setx",
    "string",
    "terraform",
    "tf",
    "the",
    "this",
    "to",
    "ux",
    "user",
    "value",
    "var",
    "x",
    "your",
    "configure",
    "accesskey",
    "secret",
    "access",
    "virtual",
    "assume",
    "private",
    "public",
    "static",
];

/// Words of shells and languages that stand before a variable's name.
const SYNTAX: &[&str] = &[
    "const", "declare", "e", "env", "environ", "export", "g", "global", "gx", "let", "local", "os", "process",
    "readonly", "set", "setenv", "setx", "typeset", "u", "ux", "var", "x",
];

/// Words that say that a key is no longer in use.
const STALE: &[&str] = &[
    "backup",
    "deactivated",
    "deleted",
    "deprecated",
    "disabled",
    "expired",
    "former",
    "formerly",
    "inactive",
    "old",
    "older",
    "outdated",
    "previous",
    "previously",
    "retired",
    "revoked",
    "rotated",
    "unused",
    "was",
];

/// Each name that is sure holds one of these: a line without them, and without a value that is known by its shape, says
/// nothing to us.
const STEMS: &[&str] = &[
    "2fa",
    "access",
    "authenticator",
    "awsid",
    "device",
    "factor",
    "key",
    "mfa",
    "one t",
    "one-t",
    "one.t",
    "one_t",
    "onet",
    "otp",
    "role",
    "secret",
    "serial",
];

/// For each letter, which may follow it as letter `place + 1` of a stem, where it is letter `place`.
const fn pairs(place: usize) -> [u32; 32] {
    let mut pairs = [0_u32; 32];
    let mut at = 0;
    while at < STEMS.len() {
        let stem = STEMS[at].as_bytes();
        pairs[(stem[place] & 31) as usize] |= 1 << (stem[place + 1] & 31);
        at += 1;
    }
    pairs
}

/// Whether a text holds one of the stems, in any case; the marks that people put into names may stand in it. Most of a long
/// text's time is spent here: letters are looked at two by two, for of a stem's first three letters two are such a pair, and
/// most text has few of them.
#[must_use]
pub fn may_name(text: &str) -> bool {
    const FIRST: [u32; 32] = pairs(0);
    const SECOND: [u32; 32] = pairs(1);
    const BOTH: [u32; 32] = {
        let mut both = FIRST;
        let mut at = 0;
        while at < both.len() {
            both[at] |= SECOND[at];
            at += 1;
        }
        both
    };
    let bytes = text.as_bytes();
    let has = |pairs: &[u32; 32], at: usize| {
        let pair = bytes.get(at..at + 2);
        pair.is_some_and(|pair| pairs[usize::from(pair[0] & 31)] >> (pair[1] & 31) & 1 == 1)
    };
    let begins = |at: usize| {
        let is =
            |stem: &&str| bytes.get(at..at + stem.len()).is_some_and(|is| is.eq_ignore_ascii_case(stem.as_bytes()));
        has(&FIRST, at) && has(&SECOND, at + 1) && STEMS.iter().any(is)
    };
    bytes.chunks_exact(2).enumerate().any(|(at, pair)| {
        BOTH[usize::from(pair[0] & 31)] >> (pair[1] & 31) & 1 == 1 && (begins(2 * at) || (at > 0 && begins(2 * at - 1)))
    })
}

/// The longest name that is looked at, in bytes when folded; the longest of ours has 21.
const LONGEST: usize = 64;

/// The most words that a name is cut into.
const WORDS: usize = 12;

/// A name without what people vary in it, and the words it was made of. One for all names: it is wiped at the end, since a
/// secret may stand where a name should.
pub struct Folded {
    bytes: Zeroizing<[u8; LONGEST]>,
    len: usize,
    starts: [u8; WORDS],
    words: usize,
    complete: bool,
}

impl Default for Folded {
    fn default() -> Self {
        Self::new()
    }
}

impl Folded {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: Zeroizing::new([0; LONGEST]), len: 0, starts: [0; WORDS], words: 0, complete: true }
    }

    /// Takes a name, or several parts of one.
    fn take(&mut self, parts: &[&str]) {
        (self.len, self.words, self.complete) = (0, 0, true);
        for part in parts {
            self.add(part);
        }
    }

    fn add(&mut self, part: &str) {
        let bytes = part.as_bytes();
        let mut before = 0_u8;
        for (at, byte) in bytes.iter().copied().enumerate() {
            if !byte.is_ascii_alphanumeric() && byte.is_ascii() {
                before = 0;
                continue;
            }
            let next_is_lower = || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            let begins = before == 0
                || (byte.is_ascii_uppercase()
                    && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_is_lower())));
            if self.len == LONGEST || (begins && self.words == WORDS) {
                self.complete = false;
                return;
            }
            if begins {
                self.starts[self.words] = u8::try_from(self.len).unwrap_or(u8::MAX);
                self.words += 1;
            }
            self.bytes[self.len] = byte.to_ascii_lowercase();
            self.len += 1;
            before = byte;
        }
    }

    fn whole(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// The text of some of the words.
    fn some(&self, words: Range<usize>) -> &[u8] {
        let start = |word: usize| if word < self.words { usize::from(self.starts[word]) } else { self.len };
        &self.bytes[start(words.start)..start(words.end)]
    }

    /// Whether the name, folded, is `text`.
    pub fn is(&mut self, name: &str, text: &str) -> bool {
        self.take(&[name]);
        self.complete && self.whole() == text.as_bytes()
    }

    /// Whether two names are the same but for what people vary.
    pub fn same(&mut self, one: &str, other: &str) -> bool {
        self.take(&[one]);
        let copy = Zeroizing::new(*self.bytes);
        let (len, complete) = (self.len, self.complete);
        self.take(&[other]);
        complete && self.complete && len > 0 && copy[..len] == *self.whole()
    }

    /// The field of the first of `known` that is the same name.
    pub fn one_of<'k>(&mut self, name: &str, known: impl Iterator<Item = (Field, &'k String)>) -> Option<Field> {
        self.take(&[name]);
        let whole = if self.complete && self.len > 0 { self.whole() } else { return None };
        let is_it = |known: &str| {
            known
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .map(|byte| byte.to_ascii_lowercase())
                .eq(whole.iter().copied())
        };
        known.into_iter().find(|(_, known)| is_it(known)).map(|(field, _)| field)
    }

    /// What a name means; where it does not say enough for itself, with the name of what it stands in.
    pub fn meaning(&mut self, parent: Option<&str>, name: &str) -> Option<Meaning> {
        self.take(&[name]);
        if self.len == 0 || !self.complete {
            return None;
        }
        let found = exact(self.whole());
        if found.is_some_and(|found| found.class == Class::Exact) {
            return found;
        }
        if let Some(parent) = parent {
            self.take(&[parent, name]);
            if let Some(of_both) = exact(self.whole()).filter(|found| self.complete && found.class <= Class::Strict) {
                return Some(of_both);
            }
            self.take(&[name]);
        }
        if found.is_some_and(|found| found.class == Class::Strict) {
            return found;
        }
        self.window().map(|(meaning, words)| self.without_syntax(meaning, words)).or(found).or_else(|| self.last())
    }

    /// A name is exact where what stands before it is a shell's or a language's: `export AWS_ACCESS_KEY_ID`.
    fn without_syntax(&self, meaning: Meaning, words: Range<usize>) -> Meaning {
        let is_syntax = |word: usize| SYNTAX.iter().any(|known| known.as_bytes() == self.some(word..word + 1));
        if words.end == self.words && (0..words.start).all(is_syntax) {
            return exact(self.some(words)).unwrap_or(meaning);
        }
        meaning
    }

    /// The surest and longest name of ours that is made of some of the words.
    fn window(&self) -> Option<(Meaning, Range<usize>)> {
        if !std::str::from_utf8(self.whole()).is_ok_and(may_name) {
            return None;
        }
        let mut best: Option<(Meaning, Range<usize>)> = None;
        for start in 0..self.words {
            for end in (start + 1..=self.words.min(start + 5)).rev() {
                let Some(found) = exact(self.some(start..end)).filter(|found| found.class <= Class::Strict) else {
                    continue;
                };
                let longer =
                    best.as_ref().is_none_or(|(_, words)| self.some(words.clone()).len() < self.some(start..end).len());
                if longer {
                    best = Some((Meaning { class: Class::Near, ..found }, start..end));
                }
                break;
            }
        }
        best
    }

    /// What the last word means, where it is a general one: `API token`.
    fn last(&self) -> Option<Meaning> {
        exact(self.some(self.words.checked_sub(1)?..self.words))
    }

    /// The words beside a near name that tell whose it is, folded: `prod` of `PROD_ACCESS_KEY_ID`, `acme prod` of
    /// `ACME_PROD_ROLE_ARN`. Names of more words are prose, and tell nobody's.
    pub fn qualifier(&mut self, name: &str) -> Option<String> {
        self.take(&[name]);
        let (_, words) = self.window()?;
        let rest = (0..words.start).chain(words.end..self.words).map(|word| self.some(word..word + 1));
        let rest = rest.filter_map(|word| std::str::from_utf8(word).ok());
        let mut telling = Vec::new();
        for word in rest {
            // As of `client a`.
            let is_letter = word == "a" && !telling.is_empty();
            if is_letter || !NOISE.contains(&word) {
                telling.push(word);
            }
        }
        (1..=3).contains(&telling.len()).then(|| telling.join(" "))
    }

    /// The one of `known`, which are in order, that words of a name which stand together are.
    pub fn found(&mut self, name: &str, known: &'static [&'static str]) -> Option<&'static str> {
        self.take(&[name]);
        let ranges = (0..self.words).flat_map(|from| (from + 1..=self.words.min(from + 3)).map(move |to| from..to));
        ranges.into_iter().find_map(|words| {
            let text = self.some(words);
            known.binary_search_by(|known| known.as_bytes().cmp(text)).ok().map(|at| known[at])
        })
    }

    /// Whether a name as a whole is one of `known`, which are in order.
    pub fn is_in(&mut self, name: &str, known: &[&str]) -> bool {
        self.take(&[name]);
        self.complete && known.binary_search_by(|known| known.as_bytes().cmp(self.whole())).is_ok()
    }

    /// Whether there is such a one.
    pub fn holds(&mut self, name: &str, known: &'static [&'static str]) -> bool {
        self.found(name, known).is_some()
    }

    /// Whether a word of it says that what it names is no longer in use.
    pub fn is_stale(&mut self, text: &str) -> bool {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.into_iter().any(|word| word.len() <= 11 && STALE.iter().any(|stale| word.eq_ignore_ascii_case(stale)))
    }

    /// Whether a place of this name holds what is no longer in use. An account may be one for backups.
    pub fn is_stale_place(&mut self, name: &str) -> bool {
        self.is_stale(name)
            && !name.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("backup"))
    }

    /// Whether a section of this name is no account's.
    pub fn is_generic(&mut self, name: &str) -> bool {
        let is_one = self.is_in(name, GENERIC);
        self.len == 0 || is_one || (self.complete && exact(self.whole()).is_some())
    }
}

/// The meaning of a folded name.
fn exact(folded: &[u8]) -> Option<Meaning> {
    // The lengths of the names that begin with each letter: nearly all that is asked for is none of ours.
    const LENGTHS: [u32; 32] = {
        let mut lengths = [0_u32; 32];
        let mut at = 0;
        while at < NAMES.len() {
            let name = NAMES[at].0.as_bytes();
            lengths[(name[0] & 31) as usize] |= 1 << name.len();
            at += 1;
        }
        lengths
    };
    let first = folded.first()?;
    if folded.len() > 31 || LENGTHS[usize::from(first & 31)] >> folded.len() & 1 == 0 {
        return None;
    }
    let found = NAMES.binary_search_by(|(name, ..)| name.as_bytes().cmp(folded)).ok()?;
    let (_, field, class) = NAMES[found];
    Some(Meaning { field, class })
}

/// The names that mean a field by themselves, for messages and tests.
pub fn exact_names(field: Field) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |(_, of, class)| *of == field && *class <= Class::Strict).map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(name: &str) -> Option<(Field, Class)> {
        Folded::new().meaning(None, name).map(|meaning| (meaning.field, meaning.class))
    }

    #[test]
    fn the_lists_are_in_order() {
        assert!(NAMES.is_sorted_by_key(|(name, ..)| *name) && GENERIC.is_sorted());
        let is_stemmed = |(name, _, class): &(&str, Field, Class)| *class > Class::Strict || may_name(name);
        assert!(NAMES.iter().all(is_stemmed) && !may_name("the quick brown fox") && !may_name("a secure roll"));
        let is_found = |stem: &&str| (0..4).all(|at| may_name(&format!("{:at$}{}-", "", stem.to_uppercase())));
        assert!(STEMS.iter().all(|stem| stem.len() > 2 && is_found(stem)));
        assert!(NAMES.iter().all(|(name, ..)| *name == crate::backend::field::fold(name)));
    }

    #[test]
    fn names_are_known_however_they_are_written() {
        use Class::{Exact, General, Near, Strict};
        let rows = [
            ("aws-access-key-id", Field::AccessKeyId, Exact),
            ("Access Key ID", Field::AccessKeyId, Exact),
            ("AccessKeyId", Field::AccessKeyId, Exact),
            ("AWSAccessKeyId", Field::AccessKeyId, Exact),
            ("AWS_SECRET_ACCESS_KEY", Field::SecretAccessKey, Exact),
            ("AWS_TOTP_SERIAL_NUMBER", Field::MfaSerial, Exact),
            ("MFA ARN", Field::MfaSerial, Exact),
            ("aws-iam-role-arn", Field::RoleArn, Exact),
            ("One-Time Password", Field::Otp, Strict),
            ("export AWS_ACCESS_KEY_ID", Field::AccessKeyId, Exact),
            ("set -gx AWS_ACCESS_KEY_ID", Field::AccessKeyId, Exact),
            ("my aws access key id", Field::AccessKeyId, Near),
            ("PROD_AWS_SECRET_ACCESS_KEY", Field::SecretAccessKey, Near),
            ("prodAccessKeyId", Field::AccessKeyId, Near),
            ("Access key ID (work)", Field::AccessKeyId, Near),
            ("User Name", Field::AccessKeyId, General),
            ("my password", Field::SecretAccessKey, General),
            ("API token", Field::SecretAccessKey, General),
            ("AWS_ACCESS_KEY_ID export", Field::AccessKeyId, Near),
            ("export my access key id", Field::AccessKeyId, Near),
            // the longest of those in it
            ("key id, secret access key", Field::SecretAccessKey, Near),
            ("secret access key, key id", Field::SecretAccessKey, Near),
            ("secret id, totp seed", Field::SecretAccessKey, Near),
            ("secret access key of ops", Field::SecretAccessKey, Near),
            // as many words and letters as are looked at
            ("a b c d e f g h i access key id", Field::AccessKeyId, Near),
            (&format!("{} accesskeyid", "x".repeat(53)), Field::AccessKeyId, Near),
        ];
        for (name, field, class) in rows {
            assert_eq!(meaning(name), Some((field, class)), "{name}");
        }
        let too_long = format!("{} accesskeyid", "x".repeat(54));
        let too_many = "a b c d e f g h i j access key id";
        for name in ["", "region", "url", "Clé", "output", &"x".repeat(40), &too_long, too_many] {
            assert_eq!(meaning(name), None, "{name}");
        }
        let mut folded = Folded::new();
        let of_both = folded.meaning(Some("mfa"), "serial").map(|meaning| (meaning.field, meaning.class));
        assert_eq!(of_both, Some((Field::MfaSerial, Exact)));
        assert_eq!(folded.meaning(Some("user"), "name"), None, "what many things are called");
    }

    #[test]
    fn a_few_words_beside_a_name_tell_whose_it_is() {
        let rows = [
            ("PROD_AWS_ACCESS_KEY_ID", Some("prod")),
            ("AWS_ACCESS_KEY_ID_DEV", Some("dev")),
            ("Access key ID (work)", Some("work")),
            ("PRODAccessKeyId", Some("prod")),
            ("export AWS_ACCESS_KEY_ID", None),
            ("ACME_PROD_AWS_ROLE_ARN", Some("acme prod")),
            ("client-a access key", Some("client a")),
            ("a role", None),
            ("my client a key id", Some("client a")),
            ("role of a friend", Some("friend")),
            ("set -x PROD_AWS_ACCESS_KEY_ID", Some("prod")),
            ("Access key ID of the terraform robot of ops", Some("robot ops")),
            ("Access key ID that the old build server took", None),
        ];
        for (name, expected) in rows {
            assert_eq!(Folded::new().qualifier(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_names_that_are_told_are_sure_and_of_the_field() {
        let names: Vec<_> = exact_names(Field::AccessKeyId).collect();
        assert!(names.contains(&"accesskeyid") && names.contains(&"awskey"));
        assert!(!names.contains(&"username") && !names.contains(&"rolearn"));
    }

    #[test]
    fn names_are_the_same_but_for_what_people_vary() {
        let long = "x".repeat(65);
        let rows = [
            ("Prod account", "prod-account", true),
            ("prod", "prods", false),
            ("prods", "prod", false),
            ("prod", "test", false),
            ("***", "---", false),
            (&long, &long, false),
            (&long, &long[..64], false),
            (&long[..64], &long, false),
            (&long[..64], &long[..64], true),
        ];
        for (one, other, expected) in rows {
            assert_eq!(Folded::new().same(one, other), expected, "{one} {other}");
        }
        assert!(Folded::new().is("TOTP Settings", "totpsettings") && !Folded::new().is("TOTP", "totpsettings"));
        assert!(!Folded::new().is(&long, &long[..64]));
        let known = [(Field::AccessKeyId, "Kennung".to_owned()), (Field::SecretAccessKey, "Kenn-Wort".to_owned())];
        let one_of = |name: &str| Folded::new().one_of(name, known.iter().map(|(field, name)| (*field, name)));
        assert_eq!(one_of("kenn wort"), Some(Field::SecretAccessKey));
        assert_eq!((one_of("kenn"), one_of(""), one_of(&long)), (None, None, None));
        let empty = [(Field::AccessKeyId, String::new())];
        assert_eq!(Folded::new().one_of("-", empty.iter().map(|(field, name)| (*field, name))), None);
    }

    #[test]
    fn a_name_says_that_it_is_of_no_use_any_more_or_of_no_account() {
        for (name, is_stale) in
            [("old key", true), ("key_DEACTIVATED", true), ("gold", false), ("older-key", true), ("key", false)]
        {
            assert_eq!(Folded::new().is_stale(name), is_stale, "{name}");
        }
        for (name, is_stale) in
            [("old", true), ("default-old", true), ("Previous key", true), ("backup", false), ("dev", false)]
        {
            assert_eq!(Folded::new().is_stale_place(name), is_stale, "{name}");
        }
        let long = format!("aws{}", "-".repeat(70));
        for (name, is_generic) in [
            ("", true),
            ("***", true),
            ("AWS", true),
            (&long, true),
            ("Access Keys", true),
            ("access key id", true),
            ("prod", false),
            (&"x".repeat(100), false),
        ] {
            assert_eq!(Folded::new().is_generic(name), is_generic, "{name}");
        }
    }
}

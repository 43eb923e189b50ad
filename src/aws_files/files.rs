//! Both files as one: which profiles there are, and what each says.
//!
//! The rules are botocore's: in the configuration a profile is a section `[profile NAME]` or `[default]`, in the
//! credentials file every section is one; what the credentials file says comes first.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use super::document::{BELOW_ALL, Document, Section, Setting};
use super::{place, words};
use crate::error::{Class, Error};
use crate::os::{file, shortage};
use crate::text::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use zeroize::Zeroizing;

/// The largest file of profiles that is read, in bytes.
pub const LARGEST: usize = 4 << 20;

/// Settings by which a profile leads to credentials, beside ours.
const LEADING: [&str; 10] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "credential_process",
    "aws_access_key_id",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "login_session",
    "web_identity_token_file",
];

/// What `~/.aws/config` and `~/.aws/credentials` say.
#[derive(Debug, Default)]
pub struct Files {
    config: Document,
    credentials: Document,
    of_config: Index,
    of_credentials: Index,
}

/// Which sections of a file are whose, by number.
#[derive(Debug, Default)]
struct Index {
    profiles: BTreeMap<String, Vec<usize>>,
    services: BTreeMap<String, Vec<usize>>,
    sso_sessions: BTreeMap<String, Vec<usize>>,
    /// The names of sections that are nobody's.
    others: Vec<String>,
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// Text, which may be empty.
    Text(&'a str),
    /// Bytes that are no UTF-8, in this line of the file.
    Damaged(usize),
}

impl Files {
    /// Reads the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, else those in `~/.aws`. A file that
    /// is not there, or not ours to read, is empty.
    pub fn read() -> Result<Self, Error> {
        Ok(Self::new(open(place::config())?, open(place::credentials())?))
    }

    /// Brings the two together.
    #[must_use]
    pub fn new(config: Document, credentials: Document) -> Self {
        let (of_config, of_credentials) = (Index::of_config(&config), Index::of_credentials(&credentials));
        Self { config, credentials, of_config, of_credentials }
    }

    /// The names of all profiles, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&String> =
            self.of_config.profiles.keys().chain(self.of_credentials.profiles.keys()).collect();
        names.into_iter().map(String::as_str)
    }

    /// Whether there is a profile of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.of_config.profiles.contains_key(name) || self.of_credentials.profiles.contains_key(name)
    }

    /// The name of a section that was meant to be this profile, and whether it stands in the credentials file: in the
    /// configuration `dev` for `[profile dev]`, or `profile my dev` without quotes; in the credentials file `profile dev`.
    #[must_use]
    pub fn misnamed(&self, name: &str) -> Option<(&str, bool)> {
        let of_config = self.of_config.others.iter().map(String::as_str).find(|header| meant(header) == name);
        let of_credentials = || self.misnamed_credentials().find(|(_, meant)| meant == name);
        of_config.map(|header| (header, false)).or_else(|| of_credentials().map(|(header, _)| (header, true)))
    }

    /// The sections of the credentials file that are called as those of the configuration are, and what they were meant to be.
    fn misnamed_credentials(&self) -> impl Iterator<Item = (&str, String)> {
        let headers = self.of_credentials.profiles.keys().map(String::as_str).filter(|header| *header != "default");
        headers.filter_map(|header| match named(header)? {
            (Sort::Profile, name) => Some((header, name)),
            (Sort::Services | Sort::SsoSession, _) => None,
        })
    }

    /// The profiles that sections of the configuration were meant to be which say where credentials come from.
    pub fn meant(&self) -> impl Iterator<Item = &str> {
        let leads = |header: &&str| {
            let sections = self.config.sections.iter().filter(|section| section.name == *header);
            let keys: Vec<_> = sections.flat_map(|it| &it.settings).map(|it| self.config.key(it)).collect();
            keys.iter().any(|key| key.starts_with("aws_auth_") || LEADING.contains(&key.as_str()))
        };
        let names = self.of_config.others.iter().map(String::as_str).filter(leads).map(meant);
        let names: BTreeSet<&str> = names.filter(|name| !self.has(name)).collect();
        names.into_iter()
    }

    /// Whether a profile holds this access key in the one file or the other, in a section of its own.
    #[must_use]
    pub fn has_key_in(&self, profile: &str, in_credentials: bool, id: &str) -> bool {
        let document = if in_credentials { &self.credentials } else { &self.config };
        has_key(document, in_credentials, profile, id)
    }

    /// The setting of a profile.
    #[must_use]
    pub fn said(&self, profile: &str, key: &str) -> Option<Said<'_>> {
        self.find(profile, key).map(|(document, setting)| said(document, setting))
    }

    /// The setting of a profile, where it is text and not empty.
    #[must_use]
    pub fn get(&self, profile: &str, key: &str) -> Option<&str> {
        match self.said(profile, key)? {
            Said::Text(text) => Some(text).filter(|text| !text.is_empty()),
            Said::Damaged(_) => None,
        }
    }

    /// The first word behind the value of a setting that may have been meant to be a part of it.
    #[must_use]
    pub fn cut_off(&self, profile: &str, key: &str) -> Option<String> {
        let (document, setting) = self.find(profile, key)?;
        document.cut_off(setting)
    }

    fn find(&self, profile: &str, key: &str) -> Option<(&Document, &Setting)> {
        let mut both = self.places(profile);
        both.find_map(|(document, places)| {
            Some((document, last(document, places, &|document, section| document.find(section, key))?))
        })
    }

    /// The sections of a profile in each file; those that come first, first.
    fn places(&self, profile: &str) -> impl Iterator<Item = (&Document, &[usize])> {
        let both = [(&self.credentials, &self.of_credentials), (&self.config, &self.of_config)];
        let found = both.map(|(document, index)| Some((document, index.profiles.get(profile)?.as_slice())));
        found.into_iter().flatten()
    }

    /// All settings of a profile, by their names in small letters. They are gone through once, however many they are.
    #[must_use]
    pub fn settings(&self, profile: &str) -> BTreeMap<String, Said<'_>> {
        let mut settings = BTreeMap::new();
        for (document, places) in self.places(profile) {
            for setting in sections(document, places).flat_map(|section| section.settings.iter().rev()) {
                settings.entry(document.key(setting)).or_insert_with(|| said(document, setting));
            }
        }
        settings
    }

    /// The names of all settings of a profile, in small letters.
    #[must_use]
    pub fn keys(&self, profile: &str) -> Vec<String> {
        self.settings(profile).into_keys().collect()
    }

    /// The setting `key` of the block `service` in the section `[services NAME]`, as `endpoint_url` of `sts`.
    #[must_use]
    pub fn of_service(&self, name: &str, service: &str, key: &str) -> Option<&str> {
        let setting = last(&self.config, self.of_config.services.get(name)?, &|document, section| {
            document.find(section, service)
        })?;
        nested(self.config.value(setting)?, key)
    }

    /// Whether there is a section `[services NAME]`.
    #[must_use]
    pub fn has_services(&self, name: &str) -> bool {
        self.of_config.services.contains_key(name)
    }

    /// The setting `key` of each block in the section `[services NAME]` that has it, by the blocks' names.
    #[must_use]
    pub fn services(&self, name: &str, key: &str) -> BTreeMap<String, &str> {
        let places = self.of_config.services.get(name).map_or(&[][..], Vec::as_slice);
        let mut blocks = BTreeMap::new();
        for setting in sections(&self.config, places).flat_map(|section| section.settings.iter().rev()) {
            blocks.entry(self.config.key(setting)).or_insert_with(|| self.config.value(setting));
        }
        let values = blocks.into_iter().filter_map(|(block, value)| Some((block, nested(value?, key)?)));
        values.collect()
    }

    /// The setting `key` of the section `[sso-session NAME]`.
    #[must_use]
    pub fn of_sso_session(&self, name: &str, key: &str) -> Option<&str> {
        let places = self.of_config.sso_sessions.get(name)?;
        let setting = last(&self.config, places, &|document, section| document.find(section, key))?;
        self.config.value(setting).filter(|value| !value.is_empty())
    }

    /// What was passed over because botocore could not make sense of it: nothing that a run needs.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let of = |document: &Document, name: &str| {
            document.faults().map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>()
        };
        let (config, credentials) =
            (of(&self.config, "the configuration"), of(&self.credentials, "the credentials file"));
        let others = self.of_config.others.iter();
        let others = others.map(|name| format!("the configuration: [{}] is no profile", quote(name)));
        let misnamed = self.misnamed_credentials().map(|(header, name)| {
            let (header, name) = (quote(header), quote(&name));
            format!(
                "the credentials file: [{header}] is a profile of that whole name; [{name}] is the profile \"{name}\""
            )
        });
        config.into_iter().chain(credentials).chain(others).chain(misnamed).collect()
    }

    /// The keys that stand in a profile itself: all of one file, as botocore takes them, and none where something comes
    /// before them. The keys of the credentials file come before a `credential_process`, those of the configuration after.
    #[must_use]
    pub fn keys_of(&self, profile: &str) -> Option<Keys<'_>> {
        let says = |keys: &[&str]| keys.iter().any(|key| self.get(profile, key).is_some());
        if says(&["sso_account_id", "sso_role_name", "web_identity_token_file"]) {
            return None;
        }
        let of_config = || self.own_keys(profile, false).filter(|_| !says(&["login_session", "credential_process"]));
        self.own_keys(profile, true).or_else(of_config)
    }

    /// The keys that stand in a profile of one of the two files, whatever comes before them.
    #[must_use]
    pub fn own_keys(&self, profile: &str, in_credentials: bool) -> Option<Keys<'_>> {
        let (document, index) =
            if in_credentials { (&self.credentials, &self.of_credentials) } else { (&self.config, &self.of_config) };
        let places = index.profiles.get(profile)?;
        let get = |key| last(document, places, &|document, section| document.find(section, key));
        let get = |key| document.value(get(key)?).filter(|value| !value.is_empty());
        let id = get("aws_access_key_id")?;
        let [old, new] = ["aws_security_token", "aws_session_token"];
        let (token, token_key) = get(old).map_or_else(|| (get(new), new), |token| (Some(token), old));
        Some(Keys { id, secret: get("aws_secret_access_key"), token, token_key })
    }
}

/// Keys in a file.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The access key id.
    pub id: &'a str,
    /// The secret access key, where there is one beside it.
    pub secret: Option<&'a str>,
    /// The session token of temporary keys.
    pub token: Option<&'a str>,
    /// The setting that the token stands in, or would.
    pub token_key: &'static str,
}

impl Index {
    /// The sections of the configuration. A name in another spelling, as in quotes, takes the place of the one before;
    /// `[profile default]` comes before `[default]`.
    fn of_config(document: &Document) -> Self {
        let mut index = Self::default();
        let mut spelled: BTreeMap<(Sort, String), &str> = BTreeMap::new();
        for (at, Section { name: header, .. }) in document.sections.iter().enumerate() {
            let Some((sort, name)) = named(header) else {
                if header != BELOW_ALL {
                    index.others.push(header.clone());
                }
                continue;
            };
            let before = spelled.get(&(sort, name.clone())).copied();
            if header == "default" && before.is_some_and(|before| before != header) {
                continue;
            }
            let places = match sort {
                Sort::Profile => &mut index.profiles,
                Sort::Services => &mut index.services,
                Sort::SsoSession => &mut index.sso_sessions,
            };
            let places = places.entry(name.clone()).or_default();
            if before.is_some_and(|before| before != header) {
                places.clear();
            }
            places.push(at);
            spelled.insert((sort, name), header);
        }
        index
    }

    fn of_credentials(document: &Document) -> Self {
        let mut index = Self::default();
        for (at, section) in document.sections.iter().enumerate().filter(|(_, section)| section.name != BELOW_ALL) {
            index.profiles.entry(section.name.clone()).or_default().push(at);
        }
        index
    }
}

fn said<'a>(document: &'a Document, setting: &'a Setting) -> Said<'a> {
    document.value(setting).map_or(Said::Damaged(setting.line + 1), Said::Text)
}

/// Whether a profile holds this access key in a file, in a section of its own.
#[must_use]
pub fn has_key(document: &Document, in_credentials: bool, profile: &str, id: &str) -> bool {
    let sections = sections_of(document, in_credentials, profile).into_iter().map(|at| &document.sections[at]);
    let held = sections.rev().find_map(|section| document.find(section, "aws_access_key_id"));
    held.and_then(|setting| document.value(setting)) == Some(id)
}

/// The numbers of a profile's sections in a file, as the reader takes them.
#[must_use]
pub fn sections_of(document: &Document, in_credentials: bool, profile: &str) -> Vec<usize> {
    let mut index = if in_credentials { Index::of_credentials(document) } else { Index::of_config(document) };
    index.profiles.remove(profile).unwrap_or_default()
}

/// A section's own text.
#[must_use]
pub fn plain(document: &Document, section: &Section) -> Zeroizing<Vec<u8>> {
    let lines = &document.lines[section.lines.clone()];
    let span = lines.first().map_or(0, |line| line.span.start)..lines.last().map_or(0, |line| line.span.end);
    Zeroizing::new(document.text()[span].to_vec())
}

/// The profile that a section was meant to be which is none.
fn meant(header: &str) -> &str {
    let named = header.get(..7).filter(|word| word.eq_ignore_ascii_case("profile")).map(|word| &header[word.len()..]);
    named.filter(|rest| rest.starts_with([' ', '\t'])).map_or(header, str::trim)
}

/// What a section of the configuration is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Profile,
    Services,
    SsoSession,
}

/// What a section of the configuration is of, and its name.
fn named(header: &str) -> Option<(Sort, String)> {
    if header == "default" {
        return Some((Sort::Profile, header.to_owned()));
    }
    let sorts = [("profile", Sort::Profile), ("services", Sort::Services), ("sso-session", Sort::SsoSession)];
    let (_, sort) = sorts.into_iter().find(|(begin, _)| header.starts_with(begin))?;
    match <[String; 2]>::try_from(words::split(header)?) {
        Ok([_, name]) => Some((sort, name)),
        Err(_) => None,
    }
}

/// The setting that counts: that of the last section which has it, else of the one below all.
fn last<'a>(
    document: &'a Document,
    places: &'a [usize],
    find: &impl Fn(&'a Document, &'a Section) -> Option<&'a Setting>,
) -> Option<&'a Setting> {
    sections(document, places).find_map(|section| find(document, section))
}

/// The sections at `places`, the last first, and then those below all.
fn sections<'a>(document: &'a Document, places: &'a [usize]) -> impl Iterator<Item = &'a Section> {
    let below = if places.is_empty() { &[][..] } else { &document.below_all };
    places.iter().rev().chain(below.iter().rev()).map(|at| &document.sections[*at])
}

/// The value of `key` in a block of settings, each a line of its own; the last counts.
fn nested<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    let pairs = block.strip_prefix('\n')?.lines().filter_map(|line| line.split_once('='));
    let mut pairs = pairs.rev();
    let found = pairs.find(|(name, _)| name.trim() == key);
    found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// Reads a file whose name came from outside.
fn open(path: Option<std::path::PathBuf>) -> Result<Document, Error> {
    match path {
        Some(path) if path != Path::new("/dev/null") => document(&path),
        _ => Ok(Document::default()),
    }
}

/// The file as it is now.
pub fn document(path: &Path) -> Result<Document, Error> {
    let unusable = |why: &str| {
        Error::new(Class::Config, format!("{} cannot be used", quote(&path.to_string_lossy())))
            .because(why)
            .hint("fix it, or name another with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE")
    };
    let text = match file::read(path, LARGEST) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => Zeroizing::default(),
        Err(error) => return Err(shortage::of_files(&error).unwrap_or_else(|| unusable(&error.to_string()))),
    };
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(unusable("it begins with the mark of UTF-16, which no AWS tool reads: save it as UTF-8"));
    }
    // Both sides of it would count, the last first. The AWS CLI refuses such a file too.
    if let Some(line) = text.split(|byte| *byte == b'\n').position(is_of_merge) {
        return Err(unusable(&format!("line {} is a mark of a merge that was not finished", line + 1)));
    }
    Ok(Document::new(text))
}

/// Whether git has left this line between two versions.
/// Source: <https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>
fn is_of_merge(line: &[u8]) -> bool {
    [b"<<<<<<< ", b">>>>>>> "].iter().any(|mark| line.starts_with(*mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(config: &str, credentials: &str) -> Files {
        let document = |text: &str| Document::new(Zeroizing::new(text.as_bytes().to_vec()));
        Files::new(document(config), document(credentials))
    }

    #[test]
    fn marks_of_a_merge_are_known_and_others_are_not() {
        for (line, expected) in [
            ("<<<<<<< HEAD", true),
            (">>>>>>> dev", true),
            ("=======", false),
            ("<<<<<<<", false),
            ("x >>>>>>> ", false),
        ] {
            assert_eq!(is_of_merge(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn a_key_is_held_where_the_last_section_of_its_profile_says_so() {
        let key = |id: &str| format!("aws_access_key_id = {id}\n");
        let config = format!("[profile p]\n{}[p]\n{}", key("A"), key("X"));
        let credentials = format!("[p]\n{}[p]\n{}[profile q]\n{}", key("X"), key("B"), key("C"));
        let files = files(&config, &credentials);
        let rows = [
            ("p", false, "A", true),
            ("p", true, "B", true),
            ("p", false, "B", false),
            ("p", true, "A", false),
            ("p", true, "X", false),
            ("p", false, "X", false),
            ("q", false, "C", false),
            ("r", false, "", false),
        ];
        for (profile, in_credentials, id, expected) in rows {
            assert_eq!(files.has_key_in(profile, in_credentials, id), expected, "{profile} {in_credentials} {id}");
        }
    }

    #[test]
    fn a_section_that_was_meant_to_be_a_profile_is_found_by_that_name() {
        let config = "[dev]\nrole_arn=x\n[profile my dev]\naws_auth_from=pass\n[Profile\tops]\nx=1\n[profile good]\n";
        let files = files(config, "[profile dev]\n[profile 'a b']\n[default]\n[services x]\n[q]\n");
        let rows = [
            ("dev", Some(("dev", false))),
            ("my dev", Some(("profile my dev", false))),
            ("ops", Some(("Profile\tops", false))),
            ("a b", Some(("profile 'a b'", true))),
            ("good", None),
            ("default", None),
            ("x", None),
            ("q", None),
        ];
        for (name, expected) in rows {
            assert_eq!(files.misnamed(name), expected, "{name}");
        }
        // Of these, those that lead to credentials are listed.
        assert_eq!(files.meant().collect::<Vec<_>>(), ["dev", "my dev"]);
        let faults = files.faults().join("\n");
        assert!(faults.contains("[profile dev] is a profile of that whole name; [dev] is the profile"), "{faults}");
        assert!(!faults.contains("default") && !faults.contains("services"), "{faults}");
    }

    #[test]
    fn a_section_that_is_rescued_keeps_its_text() {
        let document = Document::new(Zeroizing::new(b"[a]\nx=1\n[b]\n# of b\ny=2\n".to_vec()));
        assert_eq!(*plain(&document, &document.sections[1]), b"[b]\n# of b\ny=2\n");
    }

    #[test]
    fn profiles_are_those_of_botocore() {
        // the configuration, the credentials, and what `x` of the profile `p` is
        let rows: &[(&str, &str, Option<&str>)] = &[
            ("[profile p]\nx=1\n", "", Some("1")),
            ("[p]\nx=1\n", "", None),
            ("", "[p]\nx=1\n", Some("1")),
            ("[profile p]\nx=1\n", "[p]\nx=2\n", Some("2")),
            ("[profile p]\nx=1\n", "[p]\ny=2\n", Some("1")),
            ("[profile \"p\"] /* q */\nx=1\n", "", Some("1")),
            ("[profile p] # [q]\nx=1\n", "", None),
            ("[profile p # q]\nx=1\n", "", None),
            ("[profile\tp ]\nx=1\n", "", Some("1")),
            ("[ profile p ]\nx=1\n", "", Some("1")),
            ("[profiles p]\nx=1\n", "", Some("1")),
            ("[Profile p]\nx=1\n", "", None),
            ("[profile p's]\nx=1\n", "", None),
            ("[profile p]\nx=1\n[profile p]\ny=2\n", "", Some("1")),
            ("[profile p]\nx=1\n[profile p]\nx=2\n", "", Some("2")),
            ("[profile p]\nx=1\n[profile 'p']\ny=2\n", "", None),
            ("[DEFAULT]\nx=0\n[profile p]\ny=1\n", "", Some("0")),
            ("[DEFAULT]\nx=0\n[profile p]\nx=1\n", "", Some("1")),
            ("[DEFAULT]\nx=0\n[profile p]\n", "[DEFAULT]\nx=3\n[p]\n", Some("3")),
            ("[DEFAULT]\nx=0\n[profile p]\n", "[DEFAULT]\nx=3\n", Some("0")),
            ("[default]\nx=0\n[profile p]\n", "", None),
        ];
        for (config, credentials, expected) in rows {
            assert_eq!(files(config, credentials).get("p", "x"), *expected, "{config:?} {credentials:?}");
        }
        for config in ["[profile default]\nx=1\n[default]\nx=2\ny=3\n", "[default]\nx=2\ny=3\n[profile default]\nx=1\n"]
        {
            let files = files(config, "");
            assert_eq!((files.get("default", "x"), files.get("default", "y")), (Some("1"), None), "{config:?}");
        }
        for name in ["dev(1)", "\u{e9}", "&", "a]b", "a b", "x\"y", ""] {
            let files = files(&format!("[profile {}]\nx=1\n", words::quoted(name)), "");
            assert_eq!(files.get(name, "x"), Some("1"), "{name:?}");
        }
    }

    #[test]
    fn a_block_of_a_service_is_read() {
        let files = files("[services s]\nsts =\n  endpoint_url = https://x\n  # c\n  z=\niam = 1\n", "");
        assert_eq!(files.of_service("s", "sts", "endpoint_url"), Some("https://x"));
        assert_eq!(files.of_service("s", "sts", "z"), None);
        assert_eq!(files.of_service("s", "iam", "endpoint_url"), None);
        assert_eq!(files.services("s", "endpoint_url").into_iter().collect::<Vec<_>>(), [("sts".into(), "https://x")]);
        assert!(files.services("t", "endpoint_url").is_empty());
        assert!(files.has_services("s") && !files.has_services("t"));
    }

    #[test]
    fn a_session_of_sso_is_read() {
        let files = files("[sso-session 'a b']\nsso_start_url = u\nsso_region =\n[profile p]\nsso_session = a b\n", "");
        assert_eq!(files.of_sso_session("a b", "sso_start_url"), Some("u"));
        assert_eq!(files.of_sso_session("a b", "sso_region"), None);
        assert_eq!(files.of_sso_session("p", "sso_session"), None);
    }

    /// Id, secret and token.
    type Found<'a> = Option<(&'a str, Option<&'a str>, Option<&'a str>)>;

    #[test]
    fn keys_are_those_of_one_file() {
        let id = "[p]\naws_access_key_id = B\n";
        let whole = "aws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T\n";
        let config = format!("[profile p]\n{whole}");
        let rows: &[(&str, &str, Found)] = &[
            (&config, "", Some(("A", Some("S"), Some("T")))),
            (&config, id, Some(("B", None, None))),
            (&format!("{config}credential_process = x\n"), "", None),
            (&format!("{config}credential_process = x\n"), id, Some(("B", None, None))),
            (&format!("{config}sso_account_id = x\n"), id, None),
            (&format!("{config}sso_session = x\n"), id, Some(("B", None, None))),
            (&format!("{config}login_session = x\n"), "", None),
            ("[profile p]\naws_secret_access_key = S\n", "", None),
        ];
        for (config, credentials, expected) in rows {
            let files = files(config, credentials);
            let found = files.keys_of("p").map(|keys| (keys.id, keys.secret, keys.token));
            assert_eq!(found, *expected, "{config:?} {credentials:?}");
        }
    }

    #[test]
    fn two_thousand_profiles_are_read_at_once() {
        let text = (0..2000).fold(String::new(), |text, n| text + &format!("[profile p{n}]\nregion = x\n\n"));
        assert_eq!(files(&text, "").names().count(), 2000);
    }

    #[test]
    fn all_settings_of_a_profile_are_what_each_of_them_is() {
        let config = "[DEFAULT]\na=0\nd=0\n[profile p]\nA=1\nb=1\nb=2\nc=\n[profile p]\na=3\n";
        let files = files(config, "[DEFAULT]\nd=9\n[p]\nc=4\n");
        let settings = files.settings("p");
        let all: Vec<_> = settings.iter().map(|(key, said)| (key.as_str(), *said)).collect();
        let text = Said::Text;
        assert_eq!(all, [("a", text("3")), ("b", text("2")), ("c", text("4")), ("d", text("9"))]);
        assert!(settings.iter().all(|(key, said)| files.said("p", key) == Some(*said)));
        assert_eq!(files.keys("p"), ["a", "b", "c", "d"]);
    }
}

//! A profile and those it gets its keys from, meaning what they mean to the AWS CLI. Other programs ignore our keys in
//! them, which begin with `aws_auth_`.

use super::files::{Files, Said};
use super::{place, words};
use crate::error::{Class, Error};
use crate::text::{nearest, quote, quote_name};
use std::sync::Arc;

/// What a profile's role and keys hang on: a value of these that cannot be read ends the run, as one of ours does.
const NEEDED: [&str; 17] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "credential_process",
    "sso_session",
    "sso_account_id",
    "sso_role_name",
    "login_session",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "mfa_serial",
    "external_id",
    "duration_seconds",
    "role_session_name",
    "region",
    "include_profile",
];

/// Settings that mean something else when they are not there: left empty they are a mistake, as they are to botocore.
const NEVER_EMPTY: [&str; 4] = ["role_arn", "source_profile", "credential_source", "web_identity_token_file"];

/// The most profiles that lead to one another: nobody has so many roles of roles, and each is looked for in all before it.
const LONGEST: usize = 100;

/// A profile and the profiles it gets its keys from by `source_profile`: the selected one first, the one that holds
/// the keys last.
#[derive(Debug)]
pub struct Profiles {
    files: Arc<Files>,
    chain: Vec<String>,
}

impl Profiles {
    /// No profile at all.
    #[must_use]
    pub fn none(files: impl Into<Arc<Files>>) -> Self {
        Self { files: files.into(), chain: Vec::new() }
    }

    /// Follows `source_profile` from the profile `name`.
    pub fn select(files: impl Into<Arc<Files>>, name: &str) -> Result<Self, Error> {
        let mut this = Self { files: files.into(), chain: Vec::new() };
        let mut next = Some(name.to_owned());
        while let Some(name) = next {
            if this.chain.contains(&name) {
                return Err(broken(&format!("profile \"{name}\" is its own source"), &this.chain));
            }
            if !this.files.has(&name) {
                return Err(this.missing(&name));
            }
            if this.chain.len() == LONGEST {
                return Err(broken(&format!("more than {LONGEST} profiles lead to its source"), &this.chain[..1]));
            }
            this.check(&name)?;
            this.check_included(&name)?;
            let get = |key| this.get(&name, key);
            if get("role_arn").and(get("source_profile")).and(get("credential_source")).is_some() {
                return Err(broken("it has both source_profile and credential_source", &[name]));
            }
            // `source_profile` means something beside `role_arn` only, and may name the profile itself: its own keys.
            // A source with keys of its own is a source of keys, whatever else it says.
            let has_keys = !this.chain.is_empty() && this.has_keys(&name);
            // With a token of web identity it is that which the role is assumed with.
            // Source: <https://github.com/boto/botocore/blob/1.44.5/botocore/credentials.py>, `_has_assume_role_config_vars`
            let has_token = get("web_identity_token_file").is_some();
            let source = get("role_arn").and(get("source_profile")).filter(|_| !has_token);
            next = source.filter(|source| *source != name && !has_keys).map(Into::into);
            this.chain.push(name);
        }
        Ok(this)
    }

    fn missing(&self, name: &str) -> Error {
        let (what, selected) = match self.chain.as_slice() {
            [] if name.trim() != name => ("there is no such profile, with a blank at an end".to_owned(), name),
            [] => ("there is no such profile".to_owned(), name),
            [first, ..] => (format!("its source \"{name}\" does not exist"), first.as_str()),
        };
        let error = |why: &str| broken(why, &[selected.to_owned()]);
        if let Some((why, right)) = self.misnamed(name) {
            return error(&format!("{what}: {why}")).hint(format!("write it as {right}"));
        }
        if let Some((closed, way_out)) = place::closed() {
            return error(&format!("{what} that we can see: {closed}")).hint(way_out);
        }
        let error = match place::in_vain() {
            Some(variable) => error(&format!("{what}, and {variable} names a file that is not there"))
                .hint(format!("correct {variable}, or unset it")),
            None => error(&what),
        };
        let bare = Some(name.trim()).filter(|bare| *bare != name && self.files.has(bare));
        match bare.or_else(|| nearest(self.files.names(), name)) {
            Some(like) => error.hint(format!("is it \"{}\"?", quote(like))),
            None => error,
        }
    }

    /// What is to be told of a section that was meant to be the profile `name`, and how it has to begin.
    #[must_use]
    pub fn misnamed(&self, name: &str) -> Option<(String, String)> {
        let (header, in_credentials) = self.files.misnamed(name)?;
        let (file, right) = if in_credentials {
            (place::credentials_in_words(), format!("[{name}]"))
        } else {
            (place::config_in_words(), format!("[profile {}]", words::quoted(name)))
        };
        let right = quote(&right);
        Some((format!("{file} has [{}] where {right} has to be", quote(header)), right))
    }

    /// Refuses what the run needs and nobody can read.
    fn check(&self, name: &str) -> Result<(), Error> {
        for (key, said) in self.files.settings(name) {
            match said {
                Said::Damaged(line) if NEEDED.contains(&&*key) || key.starts_with("aws_auth_") => {
                    return Err(broken(&format!("its {key} is not UTF-8 (line {line})"), &[name.to_owned()])
                        .hint("write it again"));
                }
                // Multi-line JSON may begin below its name.
                Said::Text(text)
                    if text.starts_with('\n')
                        && key != "aws_auth_policy"
                        && (NEEDED.contains(&&*key) || key.starts_with("aws_auth_")) =>
                {
                    return Err(broken(&format!("its {key} is a block of settings, and no value"), &[name.to_owned()])
                        .hint(format!("write the value of {key} behind it, in one line")));
                }
                // What is empty for a comment that may be none is told as such later.
                Said::Text("")
                    if NEVER_EMPTY.contains(&&*key)
                        || (key.starts_with("aws_auth_") && self.files.cut_off(name, &key).is_none()) =>
                {
                    return Err(broken(&format!("its {key} is empty"), &[name.to_owned()])
                        .hint(format!("give {key} a value, or take the line out")));
                }
                // A command may stand in quotes. Nothing else of ours begins and ends with one.
                Said::Text(text)
                    if key.starts_with("aws_auth_") && key != "aws_auth_token_from" && is_in_quotes(text) =>
                {
                    let why = format!("its {key} is in quotes, which would be a part of it");
                    return Err(broken(&why, &[name.to_owned()]).hint(format!("leave the quotes of {key} out")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses an `include_profile` that names no profile: what it was to add may be a limit.
    fn check_included(&self, name: &str) -> Result<(), Error> {
        let Some(last) = self.included(name).into_iter().find(|name| !self.files.has(name)) else { return Ok(()) };
        let error =
            broken(&format!("it includes \"{last}\" (include_profile), which does not exist"), &[name.to_owned()]);
        Err(match (self.misnamed(last), nearest(self.files.names(), last)) {
            (Some((why, right)), _) => error.because(why).hint(format!("write it as {right}")),
            (None, Some(like)) => error.hint(format!("is it \"{}\"?", quote(like))),
            (None, None) => error.hint("correct include_profile, or take the line out"),
        })
    }

    /// What was passed over in the files.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.files.faults()
    }

    /// The selected profile.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        self.chain.first().map(String::as_str)
    }

    /// The names of the profiles of the chain, the selected one first.
    pub fn chain(&self) -> impl Iterator<Item = &str> {
        self.chain.iter().map(String::as_str)
    }

    /// The names of all settings of a profile of the chain, in small letters, with those that it includes.
    #[must_use]
    pub fn keys(&self, name: &str) -> Vec<String> {
        self.included(name).into_iter().flat_map(|name| self.files.keys(name)).collect()
    }

    /// A setting of the selected profile, or of the nearest source that has it.
    #[must_use]
    pub fn inherited(&self, key: &str) -> Option<&str> {
        self.inherited_from(key).map(|(_, value)| value)
    }

    /// The same, with the profile of the chain that has it.
    #[must_use]
    pub fn inherited_from(&self, key: &str) -> Option<(&str, &str)> {
        self.chain.iter().find_map(|name| Some((name.as_str(), self.get(name, key)?)))
    }

    /// A setting of `[default]`, which applies without being selected where nothing can be mixed up by it.
    #[must_use]
    pub fn default(&self, key: &str) -> Option<&str> {
        self.get("default", key)
    }

    /// The profile that holds the keys.
    #[must_use]
    pub fn leaf(&self) -> Option<&str> {
        self.chain.last().map(String::as_str)
    }

    /// The names of the profiles with a role that is ours to assume, in the order in which the roles are assumed.
    ///
    /// A role that the SDK gets by a web identity is a source of keys to us; so is a source with keys of its own.
    pub fn with_roles(&self) -> impl Iterator<Item = &str> {
        let is_ours = move |(place, name): &(usize, &str)| {
            let has_keys = *place > 0 && self.has_keys(name);
            self.get(name, "role_arn").is_some() && !has_keys && self.get(name, "web_identity_token_file").is_none()
        };
        let named: Vec<_> = self.chain.iter().map(String::as_str).enumerate().collect();
        named.into_iter().rev().filter(is_ours).map(|(_, name)| name).collect::<Vec<_>>().into_iter()
    }

    /// Where the keys for the first role come from, if its profile says so by `credential_source`; and that profile.
    #[must_use]
    pub fn credential_source(&self) -> Option<(&str, &str)> {
        let leaf = self.leaf()?;
        let is_first = self.with_roles().next() == Some(leaf);
        Some((leaf, self.get(leaf, "credential_source")?)).filter(|_| is_first)
    }

    /// Refuses a first role that has nothing to be assumed with.
    pub fn check_source(&self) -> Result<(), Error> {
        let Some(leaf) = self.leaf().filter(|leaf| self.with_roles().next() == Some(leaf)) else { return Ok(()) };
        let why = match self.get(leaf, "source_profile") {
            Some(source) if source == leaf && !self.has_keys(leaf) => {
                "it is its own source (source_profile), and holds no keys"
            }
            None if self.get(leaf, "credential_source").is_none() && !self.has_keys(leaf) => {
                "it has a role_arn, and nothing says whose keys to assume the role with"
            }
            _ => return Ok(()),
        };
        Err(broken(why, &[leaf.to_owned()])
            .hint("say where the keys are, as in: aws_auth_from = pass, or source_profile = base"))
    }

    fn has_keys(&self, name: &str) -> bool {
        ["aws_access_key_id", "aws_secret_access_key"].into_iter().any(|key| self.get(name, key).is_some())
    }

    /// A setting of the profile `name`, or of one that it includes.
    #[must_use]
    pub fn get(&self, name: &str, key: &str) -> Option<&str> {
        // Most profiles include none.
        self.files
            .get(name, key)
            .or_else(|| self.included(name).into_iter().skip(1).find_map(|included| self.files.get(included, key)))
    }

    /// The first word behind the value of a setting of the profile `name` that may have been meant to be a part of it.
    #[must_use]
    pub fn cut_off(&self, name: &str, key: &str) -> Option<String> {
        let counts = self.included(name).into_iter().find(|name| self.files.said(name, key).is_some());
        self.files.cut_off(counts?, key)
    }

    /// The profile and those it includes, in the order in which they count; `include_profile` is aws-vault's.
    /// Source: <https://github.com/99designs/aws-vault/blob/v7.2.0/USAGE.md#include_profile>
    fn included<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let mut names = vec![name];
        while let Some(next) = names.last().and_then(|last| self.files.get(last, "include_profile")) {
            if names.contains(&next) || names.len() == LONGEST {
                break;
            }
            names.push(next);
        }
        names
    }

    /// The files themselves.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }
}

/// Whether a value stands whole in one pair of quotes, as in other languages than that of these files.
fn is_in_quotes(text: &str) -> bool {
    ['"', '\''].into_iter().any(|quote| {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains(quote))
    })
}

/// A profile that cannot be used.
pub(super) fn broken(why: &str, chain: &[String]) -> Error {
    let name = chain.first().map_or("", String::as_str);
    Error::new(Class::Config, format!("the profile \"{}\" cannot be used", quote_name(name)))
        .because(quote(why))
        .hint("see the profiles with: aws-auth list")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::Document;

    fn files(config: &str) -> Files {
        Files::new(Document::new(config.as_bytes().to_vec().into()), Document::default())
    }

    #[test]
    fn what_a_profile_includes_counts_below_its_own() {
        let text = "[profile a]\nx = 1\ninclude_profile = b\n[profile b]\nx = 2\ny = 2\ninclude_profile = a\n";
        let profiles = Profiles::select(files(text), "a").unwrap();
        assert_eq!(
            [profiles.get("a", "x"), profiles.get("a", "y"), profiles.get("b", "x")],
            [Some("1"), Some("2"), Some("2")]
        );
    }

    #[test]
    fn a_value_of_ours_in_quotes_or_that_may_be_cut_is_told() {
        let told = |line: &str| {
            let text = format!("[profile a]\n{line}\n[profile b]\naws_auth_item = B #2\n");
            Profiles::select(files(&text), "a").map(|profiles| profiles.cut_off("a", "aws_auth_item"))
        };
        for line in ["aws_auth_item = \"x\"", "aws_auth_item = 'x y'"] {
            assert!(told(line).unwrap_err().to_string().contains("in quotes"), "{line}");
        }
        for (line, expected) in [
            ("aws_auth_token_from = \"x\"", None),
            ("x = \"x\"", None),
            ("aws_auth_item = \"x\" y \"z\"", None),
            ("aws_auth_item = A #2", Some("#2")),
            ("aws_auth_item = A # 2", None),
            ("include_profile = b", Some("#2")),
        ] {
            assert_eq!(told(line).unwrap().as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_profile_that_is_not_there_is_told_with_the_one_that_was_meant() {
        let text = "[profile work]\nx = 1\n[profile p]\nx = 1\n[profile a]\nrole_arn = r\nsource_profile = nosuch\n";
        let told = |name: &str| Profiles::select(files(text), name).unwrap_err().to_string();
        for (name, why, hint) in [
            ("work ", "no such profile, with a blank at an end", "is it \"work\"?"),
            ("p ", "with a blank at an end", "is it \"p\"?"),
            ("wrok", "no such profile\n", "is it \"work\"?"),
            ("a", "its source \"nosuch\" does not exist", ""),
        ] {
            let told = told(name);
            assert!(told.contains(why) && told.contains(hint), "{name}: {told}");
        }
        // A name with a blank is nearer to others than to one that it is not.
        assert!(!told("nothing of this").contains("with a blank") && !told("elsewhere ").contains("is it"));
    }

    #[test]
    fn a_profile_that_is_included_and_not_there_is_refused_with_the_nearest_name() {
        let rows = [
            ("include_profile = limit", "is it \"limits\"?"),
            ("include_profile = nowhere", "correct include_profile"),
            ("include_profile = old", "write it as [profile old]"),
            ("role_arn = r\nsource_profile = c", "is it \"limits\"?"),
            ("include_profile = c", "is it \"limits\"?"),
        ];
        for (lines, hint) in rows {
            let others = "[profile limits]\nx = 1\n[old]\nx = 2\n[profile c]\ninclude_profile = limit\n";
            let refused = Profiles::select(files(&format!("[profile a]\n{lines}\n{others}")), "a").unwrap_err();
            assert!(refused.to_string().contains(hint), "{lines}: {refused}");
        }
    }

    #[test]
    fn a13_a_configuration_of_megabytes_is_read_in_no_time() {
        let many = |line: fn(usize) -> String| (0..60_000).map(line).collect::<String>();
        let settings = format!("[profile a]\n{}", many(|n| format!("k{n} = 1\n")));
        assert!(Profiles::select(files(&settings), "a").is_ok());
        let services = format!("[services s]\n{}", many(|n| format!("k{n} =\n  endpoint_url = x\n")));
        assert_eq!(files(&services).services("s", "endpoint_url").len(), 60_000);
        let include = many(|n| format!("[profile k{n}]\ninclude_profile = k{}\n", n + 1));
        assert_eq!(Profiles::select(files(&include), "k0").unwrap().get("k0", "x"), None);
        let chain = many(|n| format!("[profile k{n}]\nrole_arn = r\nsource_profile = k{}\n", n + 1));
        let refused = Profiles::select(files(&chain), "k0").unwrap_err().to_string();
        assert!(refused.contains("more than 100 profiles"), "{refused}");
    }

    #[test]
    fn what_is_empty_or_no_text_is_refused_where_it_counts() {
        let rows: [(&[u8], bool); 8] = [
            (b"[profile a]\nrole_arn =\n  arn\n", false),
            (b"[profile a]\naws_auth_policy =\n  {}\n", true),
            (b"[profile a]\nrole_arn =\n", false),
            (b"[profile a]\nmfa_serial =\n", true),
            (b"[profile a]\naws_auth_item =\n", false),
            (b"[profile a]\nregion = \xff\n", false),
            (b"[profile a]\noutput = \xff\n[profile b]\nrole_arn =\n", true),
            (b"[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\nrole_arn =\n", false),
        ];
        for (text, expected) in rows {
            let files = Files::new(Document::new(text.to_vec().into()), Document::default());
            assert_eq!(Profiles::select(files, "a").is_ok(), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    const CONFIG: &str = "[default]\nregion = x\n\
         [profile keys]\naws_access_key_id = K\noutput = json\n\
         [profile a]\nrole_arn = r\nsource_profile = keys\n\
         [profile b]\nrole_arn = r\nsource_profile = a\noutput = text\n\
         [profile own]\nrole_arn = r\nsource_profile = own\naws_secret_access_key = S\n\
         [profile of-own]\nrole_arn = r\nsource_profile = own\n\
         [profile mid]\nrole_arn = r\nsource_profile = keys\naws_access_key_id = K\n\
         [profile of-mid]\nrole_arn = r\nsource_profile = mid\n\
         [profile plain]\nsource_profile = keys\ncredential_source = Ec2\n\
         [profile of-plain]\nrole_arn = r\nsource_profile = plain\n\
         [profile web]\nrole_arn = r\nweb_identity_token_file = x\n\
         [profile of-web]\nrole_arn = r\nsource_profile = web\n\
         [profile ec2]\nrole_arn = r\ncredential_source = Ec2\n\
         [profile of-ec2]\nrole_arn = r\nsource_profile = ec2\n\
         [profile lonely]\nrole_arn = r\n\
         [profile selfish]\nrole_arn = r\nsource_profile = selfish\n\
         [profile both]\nrole_arn = r\nsource_profile = keys\ncredential_source = Ec2\n\
         [profile loop]\nrole_arn = r\nsource_profile = pool\n\
         [profile pool]\nrole_arn = r\nsource_profile = loop\n\
         [profile gone]\nrole_arn = r\nsource_profile = nope\n";

    #[test]
    fn roles_are_assumed_from_the_profile_with_keys_upwards() {
        // the profile, those it gets its keys from, the roles in their order, where the first one's keys are
        let rows = [
            ("keys", "keys", "", None),
            ("a", "a keys", "a", None),
            ("b", "b a keys", "a b", None),
            ("own", "own", "own", None),
            ("of-own", "of-own own", "of-own", None),
            ("mid", "mid keys", "mid", None),
            ("of-mid", "of-mid mid", "of-mid", None),
            ("plain", "plain", "", None),
            ("of-plain", "of-plain plain", "of-plain", None),
            ("web", "web", "", None),
            ("of-web", "of-web web", "of-web", None),
            ("ec2", "ec2", "ec2", Some(("ec2", "Ec2"))),
            ("of-ec2", "of-ec2 ec2", "ec2 of-ec2", Some(("ec2", "Ec2"))),
        ];
        for (name, chain, roles, source) in rows {
            let profiles = Profiles::select(files(CONFIG), name).unwrap();
            let joined = |names: Vec<&str>| names.join(" ");
            assert_eq!(joined(profiles.chain().collect()), chain, "{name}");
            assert_eq!(joined(profiles.with_roles().collect()), roles, "{name}");
            assert_eq!(profiles.credential_source(), source, "{name}");
            assert!(profiles.check_source().is_ok(), "{name}");
            assert_eq!((profiles.selected(), profiles.leaf()), (Some(name), chain.split(' ').next_back()));
        }
        let profiles = Profiles::select(files(CONFIG), "b").unwrap();
        assert_eq!((profiles.inherited("output"), profiles.inherited("aws_access_key_id")), (Some("text"), Some("K")));
        assert_eq!((profiles.inherited("region"), profiles.default("region")), (None, Some("x")));
        assert_eq!(profiles.keys("b"), ["output", "role_arn", "source_profile"]);
        assert_eq!(profiles.faults(), [""; 0]);
        assert!(profiles.files().has("mid"));
        let none = Profiles::none(files(&CONFIG.replace("role_arn", "word\nrole_arn")));
        assert!(none.faults()[0].contains("line 7 "), "{:?}", none.faults());
        assert_eq!((none.selected(), none.leaf(), none.default("region")), (None, None, Some("x")));
    }

    #[test]
    fn a_profile_that_leads_to_no_keys_is_refused_by_its_name() {
        let rows = [
            ("lonely", "nothing says whose keys"),
            ("selfish", "it is its own source"),
            ("both", "it has both source_profile and credential_source"),
            ("loop", "profile \"loop\" is its own source"),
            ("gone", "its source \"nope\" does not exist"),
            ("keyz", "is it \"keys\"?"),
            ("nobody", "there is no such profile"),
        ];
        for (name, why) in rows {
            let refused = Profiles::select(files(CONFIG), name).and_then(|profiles| profiles.check_source());
            let told = refused.unwrap_err().to_string();
            assert!(told.contains(why) && told.contains(&format!("the profile \"{name}\" cannot be used")), "{told}");
        }
    }

    #[test]
    fn a_hundred_profiles_may_lead_to_one_another() {
        let chain = |count: usize, line: &str| {
            let one = |n: usize| format!("[profile k{n}]\nrole_arn = r\n{}\n", line.replace('N', &(n + 1).to_string()));
            (0..count - 1).map(one).collect::<String>() + &format!("[profile k{}]\ny = 1\n", count - 1)
        };
        let select = |count| Profiles::select(files(&chain(count, "source_profile = kN")), "k0").is_ok();
        assert!(select(100) && !select(101));
        let included = |count| {
            let profiles = Profiles::select(files(&chain(count, "include_profile = kN")), "k0").unwrap();
            profiles.get("k0", "y").is_some()
        };
        assert!(included(100) && !included(101));
    }
}

//! Every variable that a run ever sets or removes, in one table: the statements of every dialect, the environment of
//! `exec`, that of `serve` and what `unset` clears are made from it.
//!
//! `AWS_AUTH_…` is what the user says to aws-auth, `AWSAUTH_…` what aws-auth says to the shell. `AWSAUTH_SET` names what a
//! run has exported beside the keys, with its value: ours is what still has that value. Our own runs ignore it, `unset`
//! clears exactly that, and the next run replaces it; what the user has set is nobody's to clear.

use super::endpoint;
use super::marks::{self, Marks};
use crate::os::environment;
use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt::Write;

/// What a variable is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The credentials themselves.
    Key,
    /// What leads an SDK to the endpoint of `serve`.
    Endpoint,
    /// Exported beside the keys, where nobody else has set it.
    Beside,
    /// Names those.
    Record,
    /// Makes some SDK or the AWS CLI prefer other keys to ours, wherever they are: always removed.
    InTheWay,
    /// Leads an SDK to other keys where ours are behind an endpoint.
    BeforeTheEndpoint,
    /// Other keys, which no program that we start is to have.
    OtherKeys,
    /// What another tool says of the keys that it has set, which is not true of ours.
    Marker,
    /// What we say of ours.
    Mark,
}

/// The table. `AWS_SECURITY_TOKEN` is read before `AWS_SESSION_TOKEN` by botocore; a profile wins over keys in the
/// JavaScript SDK. `AWS_ACCESS_KEY` and its like are read by the first SDKs for Go and Java, `AWS_CREDENTIAL_FILE` by
/// botocore:
/// <https://github.com/aws/aws-sdk-go/blob/v1.55.5/aws/credentials/env_provider.go>,
/// <https://github.com/boto/botocore/blob/1.44.5/botocore/credentials.py>.
/// Sources: <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>,
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>; the markers are those that
/// prompts show: <https://starship.rs/config/#aws>
pub const VARIABLES: &[(&str, Kind)] = &[
    ("AWS_PROFILE", Kind::InTheWay),
    ("AWS_DEFAULT_PROFILE", Kind::InTheWay),
    ("AWS_SECURITY_TOKEN", Kind::InTheWay),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Kind::BeforeTheEndpoint),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Kind::BeforeTheEndpoint),
    ("AWS_ROLE_ARN", Kind::BeforeTheEndpoint),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Kind::BeforeTheEndpoint),
    ("AWS_ROLE_SESSION_NAME", Kind::BeforeTheEndpoint),
    ("AWS_CREDENTIAL_FILE", Kind::BeforeTheEndpoint),
    ("AWS_ACCESS_KEY", Kind::BeforeTheEndpoint),
    ("AWS_SECRET_KEY", Kind::BeforeTheEndpoint),
    ("AWS_AUTH_ACCESS_KEY_ID", Kind::OtherKeys),
    ("AWS_AUTH_SECRET_ACCESS_KEY", Kind::OtherKeys),
    ("AWS_AUTH_SESSION_TOKEN", Kind::OtherKeys),
    ("AWS_VAULT", Kind::Marker),
    ("AWSU_PROFILE", Kind::Marker),
    ("AWSUME_PROFILE", Kind::Marker),
    ("AWSUME_EXPIRATION", Kind::Marker),
    ("AWS_SSO_PROFILE", Kind::Marker),
    ("AWS_ACCESS_KEY_ID", Kind::Key),
    ("AWS_SECRET_ACCESS_KEY", Kind::Key),
    ("AWS_SESSION_TOKEN", Kind::Key),
    ("AWS_CREDENTIAL_EXPIRATION", Kind::Key),
    ("AWS_SESSION_EXPIRATION", Kind::Key),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Kind::Endpoint),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Kind::Endpoint),
    (marks::ACCOUNT, Kind::Mark),
    (marks::IDENTITY, Kind::Mark),
    (marks::PROFILE, Kind::Mark),
    ("AWS_REGION", Kind::Beside),
    ("AWS_DEFAULT_REGION", Kind::Beside),
    ("AWS_USE_FIPS_ENDPOINT", Kind::Beside),
    ("AWS_USE_DUALSTACK_ENDPOINT", Kind::Beside),
    ("AWS_CA_BUNDLE", Kind::Beside),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", Kind::Beside),
    ("AWS_ENDPOINT_URL", Kind::Beside),
    ("AWS_MAX_ATTEMPTS", Kind::Beside),
    ("AWS_RETRY_MODE", Kind::Beside),
    ("AWS_DEFAULTS_MODE", Kind::Beside),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", Kind::Beside),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", Kind::Beside),
    ("AWS_ACCOUNT_ID_ENDPOINT_MODE", Kind::Beside),
    (RECORD, Kind::Record),
];

/// When keys end, under both names that are read.
const END: [&str; 2] = ["AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION"];

/// How the names of variables begin that name the endpoint of one service. There are as many as AWS has services, so no
/// table has them all; they are of [`Kind::Beside`].
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub const ENDPOINT_OF: &str = "AWS_ENDPOINT_URL_";

/// Whether a run may export a variable of this name beside the keys.
fn is_beside(name: &str) -> bool {
    let is_plain = |rest: &str| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    of(Kind::Beside).any(|known| known == name) || name.strip_prefix(ENDPOINT_OF).is_some_and(is_plain)
}

/// The variable that names what a run has exported beside the keys.
const RECORD: &str = "AWSAUTH_SET";

/// What stands in it for the keys themselves.
const MARK: &str = "keys";

/// The account that the caller believes to be in. It is never set: what the keys are of is what counts.
pub const ACCOUNT: &str = "AWS_ACCOUNT_ID";

/// Who gets the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A shell, which gets keys.
    Keys,
    /// A shell, which is led to an endpoint.
    Endpoint,
    /// A program, which gets either and nothing else that leads to keys.
    Program,
    /// A shell, which is cleared.
    Nobody,
}

impl For {
    /// Whether variables of this kind are removed, be they there or not.
    const fn removes(self, kind: Kind) -> bool {
        match kind {
            Kind::InTheWay => true,
            Kind::Key => !matches!(self, Self::Keys),
            Kind::Endpoint => matches!(self, Self::Program | Self::Nobody),
            Kind::BeforeTheEndpoint => matches!(self, Self::Program | Self::Endpoint),
            Kind::OtherKeys => matches!(self, Self::Program),
            Kind::Mark => matches!(self, Self::Nobody),
            Kind::Beside | Kind::Record | Kind::Marker => false,
        }
    }
}

/// All of a kind.
pub fn of(kind: Kind) -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().filter(move |(_, its)| *its == kind).map(|(name, _)| *name)
}

/// What a run exports beside the keys: names of [`Kind::Beside`], and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    set: Vec<(Name, String)>,
}

/// The name of a variable.
pub type Name = Cow<'static, str>;

impl Beside {
    /// The region, which some tools read under the one name and some under the other; removing `AWS_PROFILE` would lose
    /// it.
    #[must_use]
    pub fn of_region(region: Option<&str>) -> Self {
        let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        Self { set: region.into_iter().flat_map(|region| names.map(|name| (name.into(), region.to_owned()))).collect() }
    }

    /// The same, and what else would be lost with the profile: names that a run may export, and values.
    #[must_use]
    pub fn and(mut self, lost: &[(Name, String)]) -> Self {
        self.set.extend(lost.iter().filter(|(name, _)| is_beside(name)).cloned());
        self
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.set.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is to happen to the variables of a shell or program.
#[derive(Debug, PartialEq, Eq)]
pub struct Changes {
    /// Removed first.
    pub unset: Vec<Name>,
    /// Then set, beside the keys or what leads to them; the record of these is the last.
    pub set: Vec<(Name, String)>,
    /// Variables of the user's that get another value: the old one, and the new.
    pub overwritten: Vec<(Name, String, String)>,
}

impl Changes {
    /// The changes to our own environment, which is that of the shell that called; `marks` say where the keys lead.
    #[must_use]
    pub fn new(whom: For, beside: &Beside, marks: Option<&Marks>) -> Self {
        Self::from(whom, beside, marks, environment::os)
    }

    fn from(whom: For, beside: &Beside, marks: Option<&Marks>, get: impl Fn(&str) -> Option<OsString>) -> Self {
        let ours = ours_among(&get);
        let is_ours = |name: &str| ours.iter().any(|known| known == name);
        let user_has = |name: &str| get(name).filter(|_| !is_ours(name));
        // What the user has set to the same is left to the user.
        let wanted =
            beside.set.iter().filter(|(name, value)| user_has(name).is_none_or(|theirs| theirs != value.as_str()));
        let mut set: Vec<_> = wanted.cloned().collect();
        let overwritten = set.iter().filter_map(|(name, value)| {
            Some((name.clone(), user_has(name)?.to_string_lossy().into_owned(), value.clone()))
        });
        let overwritten = overwritten.collect();
        let record = (!set.is_empty()).then(|| (RECORD.into(), record(&set)));
        let marked = marks.iter().flat_map(|marks| marks.variables());
        set.splice(0..0, marked.map(|(name, value)| (name.into(), value.to_owned())));
        set.extend(record);
        let goes = |(name, kind): &&(&str, Kind)| {
            let is_stale = match kind {
                Kind::Marker => get(name).is_some(),
                // One of ours that this shell had: beside keys it would come back with the next `unset` of those.
                Kind::Endpoint => whom == For::Keys && endpoint::of(&get).is_some(),
                Kind::Beside => is_ours(name),
                Kind::Record => get(name).is_some() || whom == For::Nobody,
                _ => false,
            };
            (whom.removes(*kind) || is_stale) && !set.iter().any(|(known, _)| known == name)
        };
        let mut unset: Vec<Name> = VARIABLES.iter().filter(goes).map(|(name, _)| (*name).into()).collect();
        let of_services = ours.iter().filter(|name| name.starts_with(ENDPOINT_OF));
        unset.extend(of_services.filter(|name| !set.iter().any(|(known, _)| known == *name)).cloned().map(Name::from));
        let known = marks.and_then(Marks::account);
        let is_other = |account: OsString| known.is_none_or(|ours| account != ours);
        if whom != For::Nobody && get(ACCOUNT).is_some_and(is_other) {
            unset.push(ACCOUNT.into());
        }
        Self { unset, set, overwritten }
    }

    /// Removes when earlier keys ended: nobody has said it of these.
    pub fn unset_end(&mut self) {
        self.unset.extend(END.map(Name::from));
    }

    /// Adds to the record what tells these keys from others, by which a function of `init` knows keys that a run has set.
    pub fn record_mark(&mut self, mark: &str) {
        let mark = format!("{MARK}={mark}");
        self.unset.retain(|name| *name != RECORD);
        match self.set.iter_mut().find(|(name, _)| *name == RECORD) {
            Some((_, record)) => {
                record.push(',');
                record.push_str(&mark);
            }
            None => self.set.push((RECORD.into(), mark)),
        }
    }

    /// The names to remove.
    #[must_use]
    pub fn removed(&self) -> Vec<&str> {
        self.unset.iter().map(AsRef::as_ref).collect()
    }

    /// The names and values to set.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.set.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }
}

/// A variable as the user has set it: what an earlier run of ours has exported does not count.
pub fn of_user(name: &str) -> Result<Option<String>, crate::error::Error> {
    if ours_among(environment::os).iter().any(|ours| ours == name) { Ok(None) } else { environment::text(name) }
}

/// The variables that an earlier run of ours has exported beside the keys.
#[must_use]
pub fn ours() -> Vec<String> {
    ours_among(environment::os)
}

/// What an earlier run has recorded of the keys that it has set.
#[must_use]
pub fn recorded_mark() -> Option<String> {
    let record = environment::os(RECORD)?.into_string().ok()?;
    record.split(',').find_map(|pair| Some(pair.strip_prefix(MARK)?.strip_prefix('=')?.to_owned()))
}

/// The variables that an earlier run of ours has exported, and that still have that value.
fn ours_among(get: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let Some(text) = get(RECORD).and_then(|text| text.into_string().ok()) else { return Vec::new() };
    // Only what we ever export is looked at, whatever stands there.
    let recorded = text.split(',').filter_map(|pair| pair.split_once('=')).filter(|(name, _)| is_beside(name));
    let is = |name: &str, value: &str| {
        get(name).is_some_and(|now| now.into_string().is_ok_and(|now| encoded(&now) == value))
    };
    recorded.filter(|(name, value)| is(name, value)).map(|(name, _)| name.to_owned()).collect()
}

/// Names and values in one line that no shell finds anything in.
fn record(set: &[(Name, String)]) -> String {
    set.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join(",")
}

fn encoded(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Whose;

    fn marks() -> Marks {
        let whose = Whose { account: Some("111122223333".into()), identity: Some("role/dev".into()) };
        Marks::new(&whose, Some("dev"))
    }

    fn changes(whom: For, region: Option<&str>, there: &[(&str, &str)]) -> Changes {
        let get = |name: &str| there.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        Changes::from(whom, &Beside::of_region(region), Some(&marks()).filter(|_| whom != For::Nobody), get)
    }

    const SET: (&str, &str) = ("AWSAUTH_SET", "AWS_REGION=eu-west-1,AWS_DEFAULT_REGION=eu-west-1");
    const OURS: [(&str, &str); 3] = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-1"), SET];

    #[test]
    fn what_a_run_has_exported_is_replaced_or_removed_and_what_the_user_has_set_is_not() {
        let is_mark = |name: &str| of(Kind::Mark).any(|mark| mark == name);
        let names = |changes: &Changes| {
            let names = changes.set.iter().map(|(name, _)| name.to_string());
            names.filter(|name| !is_mark(name)).collect::<Vec<_>>()
        };
        let all = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWSAUTH_SET"];
        let in_the_way = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"];
        let first = changes(For::Keys, Some("eu-west-1"), &[]);
        assert_eq!((names(&first), first.removed()), (all.map(str::to_owned).to_vec(), in_the_way.to_vec()));
        assert_eq!(first.set.last().unwrap().1, SET.1);
        let next = changes(For::Keys, Some("us-west-2"), &OURS);
        assert_eq!((names(&next), next.removed()), (all.map(str::to_owned).to_vec(), in_the_way.to_vec()));
        assert!(next.overwritten.is_empty());
        let none = changes(For::Keys, None, &OURS);
        assert_eq!((names(&none), &none.removed()[3..]), (vec![], &all[..]));
        assert!(all.iter().all(|name| changes(For::Nobody, None, &OURS).removed().contains(name)));
        // One of the two was set by the user meanwhile.
        let one = changes(For::Nobody, None, &[("AWS_REGION", "mine"), OURS[1], SET]);
        assert!(!one.removed().contains(&"AWS_REGION") && one.removed().contains(&"AWS_DEFAULT_REGION"));
        let flag =
            changes(For::Keys, Some("us-west-2"), &[("AWS_REGION", "mine"), ("AWS_DEFAULT_REGION", "us-west-2")]);
        assert_eq!(names(&flag), ["AWS_REGION", "AWSAUTH_SET"]);
        assert_eq!(flag.overwritten, [("AWS_REGION".into(), "mine".to_owned(), "us-west-2".to_owned())]);
        // Whatever stands there, only what we ever export is ours.
        let planted = changes(For::Nobody, None, &[("PATH", "x"), ("AWSAUTH_SET", "PATH=x,HOME=y")]);
        assert!(!planted.removed().contains(&"PATH"));
    }

    #[test]
    fn an_endpoint_of_any_service_is_exported_recorded_and_removed_again() {
        let get = |_: &str| None;
        let name = |name: &str| Name::from(name.to_owned());
        let lost = [
            (name("AWS_USE_FIPS_ENDPOINT"), "true".to_owned()),
            (name("AWS_ENDPOINT_URL_S3"), "https://x.example:80/a b".to_owned()),
            (name("AWS_ENDPOINT_URL_it's"), "x".to_owned()),
            (name("PATH"), "x".to_owned()),
        ];
        let beside = Beside::default().and(&lost);
        let first = Changes::from(For::Keys, &beside, None, get);
        let set: Vec<_> = first.values().collect();
        let record = "AWS_USE_FIPS_ENDPOINT=true,AWS_ENDPOINT_URL_S3=https://x.example:80/a%20b";
        assert_eq!(set[..2], [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL_S3", "https://x.example:80/a b")]);
        assert_eq!(set[2..], [("AWSAUTH_SET", record)]);
        let there = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let cleared = Changes::from(For::Nobody, &Beside::default(), None, there);
        assert!(["AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL_S3"].iter().all(|name| cleared.removed().contains(name)));
        let again = Changes::from(For::Keys, &beside, None, there);
        assert!(again.overwritten.is_empty() && !again.removed().contains(&"AWS_ENDPOINT_URL_S3"));
    }

    #[test]
    fn markers_of_other_tools_and_another_account_go() {
        let there = [("AWS_VAULT", "work"), ("AWSUME_PROFILE", "x"), ("AWS_ACCOUNT_ID", "999900001111")];
        let found = changes(For::Keys, None, &there).unset;
        assert_eq!(found[3..], ["AWS_VAULT", "AWSUME_PROFILE", "AWS_ACCOUNT_ID"]);
        assert_eq!(changes(For::Keys, None, &[("AWS_ACCOUNT_ID", "111122223333")]).unset.len(), 3);
        assert!(!changes(For::Nobody, None, &there).removed().contains(&"AWS_ACCOUNT_ID"));
    }

    #[test]
    fn a_shell_is_told_where_it_is_until_it_is_cleared() {
        let expected =
            [("AWSAUTH_ACCOUNT", "111122223333"), ("AWSAUTH_IDENTITY", "role/dev"), ("AWSAUTH_PROFILE", "dev")];
        for whom in [For::Keys, For::Endpoint, For::Program] {
            let changes = changes(whom, Some("eu-west-1"), &OURS);
            assert_eq!(changes.values().take(3).collect::<Vec<_>>(), expected, "{whom:?}");
            assert!(!changes.unset.iter().any(|name| name.starts_with("AWSAUTH_")), "{whom:?}");
        }
        let cleared = changes(For::Nobody, None, &[]);
        assert!(of(Kind::Mark).all(|mark| cleared.removed().contains(&mark)), "{cleared:?}");
    }

    #[test]
    fn any_value_is_recorded_in_plain_characters() {
        assert_eq!(encoded("a b,c=d%\u{e9}'$"), "a%20b%2Cc%3Dd%25%C3%A9%27%24");
    }

    #[test]
    fn each_name_is_in_the_table_once() {
        let mut names: Vec<_> = VARIABLES.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), VARIABLES.len());
    }
}

//! Words in names that tell what a value is for, or whose it is: other services, environments, devices, machines.
//!
//! They are looked for only in names that already mean something, and in names of places.

use super::name::Folded;
use std::collections::{BTreeSet, HashMap};

/// What says that a value is AWS's, whatever else stands in its name.
const OURS: &[&str] = &["amazon", "amazonaws", "aws"];

/// Well-known services that are not AWS, and have secrets and one-time passwords of their own. In alphabetical order.
const SERVICES: &[&str] = &[
    "adobe",
    "algolia",
    "alibaba",
    "anthropic",
    "apple",
    "atlassian",
    "auth0",
    "azure",
    "backblaze",
    "binance",
    "bitbucket",
    "bitwarden",
    "circleci",
    "clickhouse",
    "cloudflare",
    "cloudinary",
    "coinbase",
    "confluence",
    "databricks",
    "datadog",
    "digitalocean",
    "discord",
    "docker",
    "dockerhub",
    "dropbox",
    "ebay",
    "epicgames",
    "facebook",
    "fastly",
    "figma",
    "gandi",
    "gcp",
    "gitea",
    "github",
    "gitlab",
    "gmail",
    "godaddy",
    "google",
    "googlecloud",
    "googleworkspace",
    "grafana",
    "hashicorp",
    "heroku",
    "hetzner",
    "hubspot",
    "huggingface",
    "instagram",
    "jenkins",
    "jira",
    "lastpass",
    "launchdarkly",
    "linkedin",
    "linode",
    "mailchimp",
    "mailgun",
    "microsoft",
    "minio",
    "mongodb",
    "namecheap",
    "netlify",
    "newrelic",
    "nextcloud",
    "nintendo",
    "npm",
    "npmjs",
    "nuget",
    "office365",
    "okta",
    "onelogin",
    "openai",
    "ovh",
    "pagerduty",
    "paypal",
    "postmark",
    "protonmail",
    "pypi",
    "reddit",
    "rubygems",
    "salesforce",
    "scaleway",
    "sendgrid",
    "sentry",
    "shopify",
    "slack",
    "snowflake",
    "sonarqube",
    "spotify",
    "steam",
    "stripe",
    "supabase",
    "telegram",
    "tiktok",
    "twilio",
    "twitch",
    "twitter",
    "vercel",
    "vultr",
    "wasabi",
    "zendesk",
    "zoom",
];

/// Uses for which a secret is no access key's. In alphabetical order.
const USES: &[&str] = &[
    "codecommit",
    "console",
    "database",
    "db",
    "django",
    "flask",
    "ftp",
    "gpg",
    "hcaptcha",
    "imap",
    "jwt",
    "ldap",
    "mysql",
    "oauth",
    "oauth2",
    "postgres",
    "postgresql",
    "rabbitmq",
    "rails",
    "rds",
    "recaptcha",
    "redis",
    "sftp",
    "smtp",
    "ssh",
    "vpn",
    "webhook",
    "wifi",
    "wlan",
];

/// Words that say for which of somebody's accounts a key is. In alphabetical order.
const ENVIRONMENTS: &[&str] = &[
    "demo",
    "dev",
    "development",
    "int",
    "integration",
    "live",
    "preprod",
    "preproduction",
    "preview",
    "prod",
    "production",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "test",
    "testing",
    "uat",
];

/// Words that say nothing about whose a device or a role is. In alphabetical order.
const NOBODYS: &[&str] = &[
    "2fa",
    "additional",
    "android",
    "app",
    "assume",
    "assumed",
    "authenticator",
    "authy",
    "aws",
    "cli",
    "code",
    "console",
    "description",
    "device",
    "devices",
    "duo",
    "factor",
    "factors",
    "general",
    "google",
    "hardware",
    "info",
    "iphone",
    "key",
    "laptop",
    "link",
    "links",
    "login",
    "main",
    "mfa",
    "microsoft",
    "misc",
    "mobile",
    "multi",
    "my",
    "note",
    "optional",
    "other",
    "otp",
    "password",
    "phone",
    "primary",
    "recovery",
    "region",
    "role",
    "roles",
    "second",
    "secret",
    "seed",
    "serial",
    "settings",
    "setup",
    "sign",
    "signin",
    "smartphone",
    "tablet",
    "target",
    "the",
    "to",
    "token",
    "totp",
    "url",
    "virtual",
    "web",
    "website",
    "yubikey",
];

/// What names of roles hold: in English and French, German, Italian, Polish, Russian, Japanese, Chinese and Korean.
const STEMS_OF_ROLES: &[&str] = &["role", "rôle", "rolle", "ruolo", "rola", "роль", "ロール", "角色", "역할", "assume"];
/// The same of whole words: in Spanish, Dutch and Turkish; and what says no more than that an ARN follows.
const WORDS_OF_ROLES: &[&str] = &["rol", "arn"];

/// Words beside `role` that say that a machine takes it, and no person. In alphabetical order.
const MACHINES: &[&str] = &["cluster", "ec2", "ecs", "eks", "execution", "instance", "lambda", "node", "task"];

/// Programs that show codes of any service, called like services.
const AUTHENTICATORS: &[&str] = &["googleauthenticator", "microsoftauthenticator"];

/// The other service or use that a name of a key speaks of, folded.
#[must_use]
pub fn another(name: &str) -> Option<String> {
    let mut folded = Folded::new();
    let found = folded.found(name, SERVICES).or_else(|| folded.found(name, USES))?;
    (!folded.holds(name, OURS)).then(|| found.to_owned())
}

/// Whether a one-time password of this name is another service's.
#[must_use]
pub fn is_anothers_code(name: &str) -> bool {
    let mut folded = Folded::new();
    !name.is_empty() && folded.holds(name, SERVICES) && !folded.holds(name, OURS) && !folded.holds(name, AUTHENTICATORS)
}

/// Whether the issuer of a one-time password is AWS.
#[must_use]
pub fn is_ours(issuer: &str) -> bool {
    Folded::new().holds(issuer, OURS)
}

/// Whether the issuer of a one-time password is another service: a program may put an entry's title there, in which such a
/// name is a word among others.
#[must_use]
pub fn is_service(issuer: &str) -> bool {
    let mut folded = Folded::new();
    folded.is_in(issuer, SERVICES) || (issuer.contains('.') && folded.holds(issuer, SERVICES))
}

/// Whether a word beside a name tells one of somebody's accounts from another.
#[must_use]
pub fn is_environment(qualifier: &str) -> bool {
    Folded::new().holds(qualifier, ENVIRONMENTS)
}

/// What tells accounts apart in the words that stand beside names of ours in one item.
#[derive(Debug, Default)]
pub struct Telling {
    environments: BTreeSet<String>,
    /// By the other words of a name, those that stand with them.
    words: HashMap<String, BTreeSet<String>>,
}

impl Telling {
    /// Of these, each of one or several words.
    #[must_use]
    pub fn new<'n>(all: impl Iterator<Item = &'n str>) -> Self {
        let mut telling = Self::default();
        for name in all {
            telling.environments.extend(environment(name).map(str::to_owned));
            for (others, word) in without_each(name) {
                telling.words.entry(others).or_default().insert(word);
            }
        }
        telling
    }

    /// Whether another of them is of another account than this: all words but one are the same; or both have the word of an
    /// environment, and that is another.
    #[must_use]
    pub fn is_apart(&self, name: &str) -> bool {
        let is_other = |(others, _)| self.words.get(&others).is_some_and(|words| words.len() > 1);
        (environment(name).is_some() && self.environments.len() > 1) || without_each(name).any(is_other)
    }
}

fn environment(name: &str) -> Option<&str> {
    name.split(' ').find(|word| ENVIRONMENTS.binary_search(word).is_ok())
}

/// The words of a name but one, and that one, for each; none of a name of one word. Numbers tell nothing, and are all the same.
fn without_each(name: &str) -> impl Iterator<Item = (String, String)> {
    let words: Vec<&str> = name.split(' ').collect();
    let count = if words.len() > 1 { words.len() } else { 0 };
    (0..count).map(move |at| {
        let mut others = words.clone();
        let word = std::mem::replace(&mut others[at], "*");
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        (others.join(" "), if is_number { "0".to_owned() } else { word.to_owned() })
    })
}

/// The words of a name that tell whose it is what stands there, in small letters and one behind the other; empty where nothing
/// does.
#[must_use]
pub fn whose(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut folded = Folded::new();
    words.filter(|word| !folded.is_in(word, NOBODYS) && !folded.is_generic(word)).map(str::to_lowercase).collect()
}

/// Whether a name speaks of roles, also in other languages.
#[must_use]
pub fn is_of_role(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_word = |word: &str| WORDS_OF_ROLES.contains(&word);
    STEMS_OF_ROLES.iter().any(|stem| name.contains(stem)) || name.split(|c: char| !c.is_alphanumeric()).any(is_word)
}

/// Whether a role of this name is for a machine.
#[must_use]
pub fn is_of_machine(name: &str) -> bool {
    Folded::new().holds(name, MACHINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        for list in [OURS, SERVICES, USES, ENVIRONMENTS, NOBODYS, MACHINES, AUTHENTICATORS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn a_name_says_whether_it_is_another_services() {
        for (name, expected) in [
            ("STRIPE_SECRET_KEY", Some("stripe")),
            ("GitHub token", Some("github")),
            ("githubToken", Some("github")),
            ("CLOUDFLARE_API_TOKEN", Some("cloudflare")),
            ("MinIO secret key", Some("minio")),
            ("Digital Ocean key", Some("digitalocean")),
            ("CodeCommit password", Some("codecommit")),
            ("console password", Some("console")),
            ("GITHUB_AWS_SECRET_ACCESS_KEY", None),
            ("AWSGitHubSecret", None),
            ("dbtoken", None),
            ("secret access key", None),
            ("", None),
        ] {
            assert_eq!(another(name).as_deref(), expected, "{name}");
        }
        for (name, expected) in [
            ("okta 2fa", true),
            ("github", true),
            ("Google 2FA", true),
            ("Google Authenticator", false),
            ("AWS 2fa (okta)", false),
            ("console 2fa", false),
            ("otp", false),
        ] {
            assert_eq!(is_anothers_code(name), expected, "{name}");
        }
        for (issuer, expected) in
            [("GitHub", true), ("github.com", true), ("acme.okta.com", true), ("GitHub deploy", false), ("Work", false)]
        {
            assert_eq!(is_service(issuer), expected, "{issuer}");
        }
    }

    #[test]
    fn of_several_words_one_that_differs_tells_accounts_apart() {
        for (names, expected) in [
            (&["acme dev", "acme prod"][..], &[true, true][..]),
            (&["client a", "client b", "client a"], &[true, true, true]),
            (&["acme dev", "prod"], &[true, true]),
            (&["acme dev", "the dev of beta"], &[false, false]),
            (&["created 2023", "created 2024"], &[false, false]),
            (&["created 2023", "created today"], &[true, true]),
            (&["live site bucket", "do share"], &[false, false]),
            (&["acme one x", "acme x two"], &[false, false]),
            (&["acme", "beta"], &[false, false]),
        ] {
            let telling = Telling::new(names.iter().copied());
            let found: Vec<bool> = names.iter().map(|name| telling.is_apart(name)).collect();
            assert_eq!(found, expected, "{names:?}");
        }
    }

    #[test]
    fn a_name_says_whose_or_for_what_it_is() {
        for (name, expected) in [
            ("prod", true),
            ("bob's phone", true),
            ("phone", false),
            ("my phone", false),
            ("Console login", false),
            ("AWS account", false),
            ("", false),
        ] {
            assert_eq!(!whose(name).is_empty(), expected, "{name}");
        }
        for (name, expected) in [("staging", true), ("PROD", true), ("alice", false), ("devices", false)] {
            assert_eq!(is_environment(name), expected, "{name}");
        }
        for (name, expected) in
            [("lambda role", true), ("executionRoleArn", true), ("EKS cluster role arn", true), ("role", false)]
        {
            assert_eq!(is_of_machine(name), expected, "{name}");
        }
        for (name, expected) in [
            ("my ROLE x", true),
            ("Rolle", true),
            ("Rôle ", true),
            ("mi rol", true),
            ("ARN", true),
            ("assume", true),
            ("ロール", true),
            ("角色", true),
            ("control", false),
            ("learn", false),
            ("trusted by", false),
            ("", false),
        ] {
            assert_eq!(is_of_role(name), expected, "{name}");
        }
    }
}

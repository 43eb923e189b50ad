//! Which store a manager reads, as its environment says: a session kept for one store is nobody's in another.
//!
//! A manager reads more variables than anybody lists, so a manifest names whole families of them. Of those that only
//! unlock, and change each time somebody does so, it counts whether they are there.

use super::manifest::Manifest;
use super::reading::matches;
use crate::os::environment;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The variables that choose what the manager reads, each with its value; without one where it only unlocks.
#[must_use]
pub fn variables(manifest: &Manifest) -> BTreeMap<OsString, Option<OsString>> {
    among(environment::all(), manifest)
}

fn among(all: impl Iterator<Item = (OsString, OsString)>, manifest: &Manifest) -> BTreeMap<OsString, Option<OsString>> {
    let named = |patterns: &[String], name: &OsStr| patterns.iter().any(|pattern| matches(pattern, name));
    // What a manifest sets or removes does not reach the manager as it is here.
    let [env, quiet] = [&manifest.env, &manifest.quiet.env];
    let set = |name: &OsStr| env.set.keys().chain(quiet.set.keys()).any(|set| name == &**set);
    let all = all.filter(|(name, _)| !set(name) && !named(&env.remove, name));
    let chooses = |name: &OsStr| name == "HOME" || named(&manifest.store_variables, name);
    all.filter_map(|(name, value)| match (named(&manifest.unlock_variables, &name), chooses(&name)) {
        (true, _) => Some((name, None)),
        (false, true) => Some((name.clone(), Some(absolute(&name, value)))),
        (false, false) => None,
    })
    .collect()
}

/// A file or directory by its full path, for a relative one is another elsewhere.
fn absolute(name: &OsStr, value: OsString) -> OsString {
    let is_path =
        ["DIR", "HOME", "FILE", "PATH", "CONFIG"].iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes()));
    let full = std::path::absolute(&value).ok().filter(|_| is_path && !value.is_empty());
    full.map_or(value, PathBuf::into_os_string)
}

#[cfg(test)]
mod tests {
    use super::super::registry::BUILT_IN;
    use super::*;

    /// What each manager's documents say that it reads: what chooses a store, an account or a server, and what only
    /// unlocks the one that is chosen. Of its manual page, its `--help` or its documents' list of variables.
    const DOCUMENTED: [(&str, &str, &str); 13] = [
        (
            "bw",
            "BITWARDENCLI_APPDATA_DIR BW_CLIENTID BW_CLIENTSECRET BW_NOINTERACTION XDG_CONFIG_HOME",
            "BW_SESSION BW_PASSWORD",
        ),
        ("dcli", "DASHLANE_SERVICE_DEVICE_KEYS", "DASHLANE_MASTER_PASSWORD"),
        (
            "gopass",
            "GOPASS_HOMEDIR GOPASS_CONFIG GOPASS_GPG_OPTS GOPASS_GPG_BINARY GOPASS_UMASK GNUPGHOME PASSWORD_STORE_DIR \
             PASSWORD_STORE_GPG_OPTS XDG_CONFIG_HOME XDG_DATA_HOME",
            "GOPASS_AGE_PASSWORD",
        ),
        ("keepassxc-cli", "KPXC_CONFIG KPXC_CONFIG_LOCAL", ""),
        (
            "lpass",
            "LPASS_HOME LPASS_AGENT_DISABLE LPASS_PINENTRY LPASS_AUTO_SYNC_TIME XDG_DATA_HOME XDG_RUNTIME_DIR",
            "",
        ),
        (
            "op",
            "OP_ACCOUNT OP_CACHE OP_CONFIG_DIR OP_CONNECT_HOST OP_CONNECT_TOKEN OP_INCLUDE_ARCHIVE \
             OP_SERVICE_ACCOUNT_TOKEN OP_BIOMETRIC_UNLOCK",
            "OP_SESSION OP_SESSION_my OP_SESSION_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ),
        (
            "pass",
            "PASSWORD_STORE_DIR PASSWORD_STORE_KEY PASSWORD_STORE_GPG_OPTS PASSWORD_STORE_SIGNING_KEY \
             PASSWORD_STORE_ENABLE_EXTENSIONS PASSWORD_STORE_EXTENSIONS_DIR PASSWORD_STORE_UMASK GNUPGHOME",
            "",
        ),
        (
            "pass-cli",
            "PROTON_PASS_SESSION_DIR PROTON_PASS_KEY_PROVIDER PROTON_PASS_PERSONAL_ACCESS_TOKEN",
            "PROTON_PASS_PASSWORD PROTON_PASS_EXTRA_PASSWORD PROTON_PASS_TOTP PROTON_PASS_ENCRYPTION_KEY",
        ),
        ("passage", "PASSAGE_DIR PASSAGE_IDENTITIES_FILE PASSAGE_RECIPIENTS_FILE PASSAGE_RECIPIENTS PASSAGE_AGE", ""),
        ("rbw", "RBW_PROFILE RBW_AGENT XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME", ""),
        ("secret-tool", "DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR SECRET_BACKEND", ""),
        (
            "vault",
            "VAULT_ADDR VAULT_AGENT_ADDR VAULT_NAMESPACE VAULT_PROXY_ADDR VAULT_HTTP_PROXY VAULT_CACERT VAULT_CLIENT_CERT \
             VAULT_TLS_SERVER_NAME VAULT_CONFIG_PATH BAO_ADDR BAO_AGENT_ADDR BAO_NAMESPACE BAO_PROXY_ADDR BAO_CACERT",
            "VAULT_TOKEN BAO_TOKEN",
        ),
        ("security", "HOME", ""),
    ];

    fn of(manifest: &Manifest, name: &str, value: &str) -> BTreeMap<OsString, Option<OsString>> {
        among([(name.into(), value.into())].into_iter(), manifest)
    }

    #[test]
    fn a6_every_documented_variable_counts_by_its_value_or_where_it_only_unlocks_by_its_name() {
        for (manager, choose, unlock) in DOCUMENTED {
            let text = BUILT_IN.iter().find(|(name, _)| *name == manager).map(|(_, text)| *text).unwrap();
            let manifest = Manifest::parse(text, manager).unwrap();
            for name in choose.split_whitespace() {
                assert_ne!(of(&manifest, name, "/one"), of(&manifest, name, "/two"), "{manager}: {name}");
                assert_ne!(of(&manifest, name, ""), BTreeMap::new(), "{manager}: {name}, set and empty");
            }
            for name in unlock.split_whitespace() {
                assert_eq!(of(&manifest, name, "/one"), of(&manifest, name, "/two"), "{manager}: {name}");
                assert_ne!(of(&manifest, name, "/one"), BTreeMap::new(), "{manager}: {name}");
            }
        }
        let asked = BUILT_IN.iter().filter(|(_, text)| text.contains("[read]")).map(|(name, _)| *name);
        let untold: Vec<_> = asked.filter(|name| !DOCUMENTED.iter().any(|(known, ..)| known == name)).collect();
        assert_eq!(untold, ["ykman"], "which holds no keys");
    }

    #[test]
    fn a6_what_never_reaches_the_manager_as_it_is_here_does_not_count() {
        let rbw = BUILT_IN.iter().find(|(name, _)| *name == "rbw").unwrap();
        let rbw = Manifest::parse(rbw.1, "rbw").unwrap();
        // another one in each window
        assert_eq!(of(&rbw, "RBW_TTY", "/dev/pts/1"), of(&rbw, "RBW_TTY", "/dev/pts/2"));
        assert_eq!(of(&rbw, "PATH", "/bin"), BTreeMap::new());
    }

    #[test]
    fn r88_a_relative_place_is_another_one_in_another_directory() {
        let pass = Manifest::parse(BUILT_IN.iter().find(|(name, _)| *name == "pass").unwrap().1, "pass").unwrap();
        let value = of(&pass, "PASSWORD_STORE_DIR", "store").into_values().next().flatten().unwrap();
        assert!(std::path::Path::new(&value).is_absolute(), "{}", value.display());
    }
}

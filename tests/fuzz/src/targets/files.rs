//! `~/.aws/config` and `~/.aws/credentials`.

use super::{kind, size};
use aws_auth::aws_files::{Change, Document, Files, Profiles, Refusal};
use zeroize::Zeroizing;

pub const WORDS: &[&str] = &[
    "[default]\n",
    "[profile a]\n",
    "[a]\n",
    "[sso-session a]\n",
    "[services a]\n",
    "region = eu-west-1\n",
    "source_profile = a\n",
    "role_arn = arn:aws:iam::111122223333:role/dev\n",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
    "aws_auth_from = pass\n",
    "credential_process = x\n",
    "sts =\n  endpoint_url = https://x\n",
    "# x\n",
    "; x\n",
    "  ",
    "\t",
    "]",
    "profile",
    "\"",
];

fn document(text: &[u8]) -> Document {
    Document::new(Zeroizing::new(text.to_vec()))
}

pub fn read(input: &[u8]) -> u64 {
    let both = |config: &[u8], credentials: &[u8]| Files::new(document(config), document(credentials));
    let whole = document(input);
    assert_eq!(whole.text(), input, "nothing is lost");
    let lines: usize = (0..whole.lines.len()).map(|at| whole.line(at).len()).sum();
    assert_eq!(lines, input.len(), "each byte is in one line");
    let files = both(input, input);
    let names: Vec<String> = files.names().map(str::to_owned).collect();
    for name in names.iter().take(8) {
        assert!(files.has(name));
        for key in files.keys(name) {
            let _ = (files.get(name, &key), files.said(name, &key));
        }
        let _ = files.keys_of(name).map(|keys| (keys.id, keys.secret, keys.token));
    }
    for fault in files.faults() {
        assert!(!fault.chars().any(char::is_control), "{fault:?}");
    }
    let faults = files.faults().len();
    let chain = match Profiles::select(files, "a") {
        Ok(profiles) => {
            let _ = (profiles.keys("a"), profiles.leaf().is_some(), profiles.check_source().is_ok());
            profiles.chain().count()
        }
        Err(error) => {
            assert!(!error.to_string().chars().any(|c| c.is_control() && c != '\n'));
            100
        }
    };
    kind((size(names.len()), size(faults), chain))
}

/// The first byte says what is changed.
pub fn edited(input: &[u8]) -> u64 {
    let [how, rest @ ..] = input else { return 0 };
    let in_credentials = how % 2 == 1;
    let change = Change {
        profile: ["a", "default", "b c", "x]y"][usize::from(how / 2 % 4)],
        in_credentials,
        drop: if how / 8 % 2 == 1 { &["region"] } else { &[] },
        set: &[("aws_auth_from", "pass"), ("mfa_serial", "arn:aws:iam::111122223333:mfa/alice")],
        first: how / 16 % 2 == 1,
    };
    let before = document(rest);
    match change.apply(&before) {
        Err(Refusal::Unusual) => kind((how, 1)),
        Err(Refusal::Twice) => kind((how, 2)),
        Ok(text) => {
            let of = |text: &[u8]| {
                let (empty, own) = (document(b""), document(text));
                if in_credentials { Files::new(empty, own) } else { Files::new(own, empty) }
            };
            let (was, is) = (of(rest), of(&text));
            assert_eq!(is.get(change.profile, "aws_auth_from"), Some("pass"));
            let names: Vec<String> = was.names().map(str::to_owned).collect();
            for name in names.iter().filter(|name| *name != change.profile) {
                for key in was.keys(name) {
                    assert_eq!(is.get(name, &key), was.get(name, &key), "another profile is as it was");
                }
            }
            if let Ok(again) = change.apply(&document(&text)) {
                assert!(again.len() <= text.len(), "once more adds nothing");
            }
            kind((how, 3, size(names.len())))
        }
    }
}

//! The key that is to be kept: typed, or imported from where it is now. Nothing is stored here.

use crate::aws_files::Files;
use crate::backend::field::Field;
use crate::backend::item::{Reader, Refused, recognise::Wish};
use crate::credentials::{AccessKeyId, MfaSerial, Problem, RoleArn, SourceKeys, secret_access_key, trim};
use crate::error::{Class, Error};
use crate::os::tty::Terminal;
use crate::os::{ask, environment, file};
use crate::text::{nearest, quote};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// How often a value may be typed.
const TRIES: u32 = 3;
/// The largest file that a key is imported from, in bytes. The console's CSV has under 1 KiB.
const LARGEST: usize = 64 * 1024;
/// How long a pipe may take to say all it has.
const PATIENCE: Duration = Duration::from_secs(30);

/// A key, and what stood beside it.
#[derive(Debug)]
pub struct Given {
    /// The permanent key.
    pub keys: SourceKeys,
    /// The MFA device, if one was named there.
    pub mfa_serial: Option<MfaSerial>,
    /// The role, if one was named there.
    pub role_arn: Option<RoleArn>,
    /// Where it still lies in plain text.
    pub left: Left,
}

/// Where an imported key still lies in plain text.
#[derive(Debug)]
pub enum Left {
    /// Nowhere that we know of.
    Nowhere,
    /// In this file, which held nothing else of use.
    File(PathBuf),
    /// In this profile of `~/.aws`.
    Profile(String),
    /// In this shell's variables.
    Environment,
}

/// Where a key comes from: what `--import` names, or a person at the terminal.
pub fn take(import: Option<&str>, files: &Files, terminal: Option<&Terminal>) -> Result<Given, Error> {
    let given = match import {
        None => typed(terminal)?,
        Some("-") => {
            let text = Zeroizing::new(
                file::read_patiently(io::stdin(), LARGEST, PATIENCE).map_err(|why| unread("standard input", &why))?,
            );
            of_text(&text, "standard input", Left::Nowhere)?
        }
        Some("env") => of_environment()?,
        Some(import) => {
            if let Some(profile) = import.strip_prefix("credentials:") {
                of_profile(files, profile)?
            } else {
                let path = environment::at_home(Path::new(import));
                let text = file::read_any(&path, LARGEST, PATIENCE).map_err(|why| unread(&quote(import), &why))?;
                of_text(&Zeroizing::new(text), &quote(import), Left::File(path))?
            }
        }
    };
    refuse_temporary(&given.keys)?;
    Ok(given)
}

fn typed(terminal: Option<&Terminal>) -> Result<Given, Error> {
    let terminal = terminal.ok_or_else(|| {
        Error::new(Class::NoTerminal, "there is no access key to keep")
            .because("there is no terminal to ask on")
            .hint("import one, as in: aws-auth setup --from pass --import accessKeys.csv")
    })?;
    let access_key_id = value(terminal, "Access key id (not shown)", AccessKeyId::new)?;
    terminal.show(&format!("aws-auth: the access key {access_key_id}\n"));
    let secret_access_key = value(terminal, "Secret access key (not shown)", secret_access_key)?;
    let keys = SourceKeys { access_key_id, secret_access_key, session_token: None };
    Ok(Given { keys, mfa_serial: None, role_arn: None, left: Left::Nowhere })
}

fn value<T>(terminal: &Terminal, what: &str, check: fn(&str) -> Result<T, Problem>) -> Result<T, Error> {
    let cancelled =
        |why: String| Error::new(Class::Cancelled, "no access key was given").because(why).hint("run this again");
    for _ in 0..TRIES {
        let line = ask::line(terminal, &format!("{what}: "), true).map_err(cancelled)?;
        match check(&line) {
            Ok(value) => return Ok(value),
            Err(problem) => terminal.show(&format!("aws-auth: that cannot be it: {problem}\n")),
        }
    }
    Err(cancelled("none of what was typed can be one".into()))
}

fn of_environment() -> Result<Given, Error> {
    let of = |name: &str| Ok(environment::text(name)?.map(SecretString::from));
    let (id, secret, token) = (of("AWS_ACCESS_KEY_ID")?, of("AWS_SECRET_ACCESS_KEY")?, of("AWS_SESSION_TOKEN")?);
    let missing = |name: &str| {
        Error::new(Class::Value, "the environment holds no access key")
            .because(format!("{name} is not set"))
            .hint("export both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or import a file")
    };
    let id = id.ok_or_else(|| missing("AWS_ACCESS_KEY_ID"))?;
    let secret = secret.ok_or_else(|| missing("AWS_SECRET_ACCESS_KEY"))?;
    let keys = pair(id.expose_secret(), secret.expose_secret(), token, "the environment")?;
    Ok(Given { keys, mfa_serial: None, role_arn: None, left: Left::Environment })
}

fn of_profile(files: &Files, profile: &str) -> Result<Given, Error> {
    let place = format!("the profile \"{}\"", quote(profile));
    let keys = files.keys_of(profile).ok_or_else(|| {
        let error = Error::new(Class::Value, format!("{place} holds no access key"));
        let with_key = files.names().filter(|name| files.keys_of(name).is_some());
        if files.has(profile) {
            return error.hint("see the profiles with: aws configure list-profiles");
        }
        let error = error.because("there is no such profile");
        match nearest(with_key, profile) {
            Some(near) => error.hint(format!("is it \"{}\"?", quote(near))),
            None => error.hint("see the profiles with: aws configure list-profiles"),
        }
    })?;
    let secret = keys.secret.ok_or_else(|| Error::new(Class::Value, format!("{place} has no secret access key")))?;
    let token = keys.token.map(SecretString::from);
    let of = |key| files.get(profile, key);
    Ok(Given {
        keys: pair(keys.id, secret, token, &place)?,
        mfa_serial: of("mfa_serial").and_then(|serial| MfaSerial::new(serial).ok()),
        role_arn: None,
        left: Left::Profile(profile.to_owned()),
    })
}

/// What the reader of items finds in any text: the console's CSV, lines of a shell, a file of profiles.
fn of_text(text: &[u8], place: &str, left: Left) -> Result<Given, Error> {
    let text = std::str::from_utf8(text).map_err(|_| {
        Error::new(Class::Value, format!("{place} cannot be read"))
            .because(Problem::NotUtf8.to_string())
            .hint("save it as text in UTF-8")
    })?;
    let (names, fields) = (BTreeMap::new(), BTreeMap::new());
    let mut reader = Reader::new(Wish { names: &names, fields: &fields, section: None });
    reader.text(text, None);
    let found = reader.pick(&Field::ALL).map_err(|refused| several(place, &refused))?;
    let of = |field| found.get(&field).map(|picked| &picked.value);
    let (Some(id), Some(secret)) = (of(Field::AccessKeyId), of(Field::SecretAccessKey)) else {
        let told = Error::new(Class::Value, format!("{place} holds no access key"));
        let has_password = text.lines().next().is_some_and(|line| line.to_ascii_lowercase().contains("password"));
        return Err(if has_password {
            told.because("it is about a password for the console, not about an access key")
                .hint("make a key in the console, under Security credentials, and download its CSV")
        } else {
            told.hint(
                "give a file that names both, as the console's accessKeys.csv does, or leave --import out to type them",
            )
        });
    };
    let keys = pair(id.expose_secret(), secret.expose_secret(), None, place)?;
    Ok(Given {
        keys,
        mfa_serial: of(Field::MfaSerial).and_then(|serial| MfaSerial::new(serial.expose_secret()).ok()),
        role_arn: of(Field::RoleArn).and_then(|role| RoleArn::new(role.expose_secret()).ok()),
        left,
    })
}

fn several(place: &str, refused: &Refused) -> Error {
    let told = Error::new(Class::Value, format!("{place} does not say which access key is meant"));
    match refused {
        Refused::Sets(names) | Refused::NoSection(names) => {
            let names: Vec<_> = names.iter().filter(|name| !name.is_empty()).map(|name| quote(name)).collect();
            told.because(format!("it holds several: {}", names.join(", ")))
        }
        Refused::Values(field, _) | Refused::Beside(field, ..) => {
            told.because(format!("it holds several values for {}", field.name()))
        }
    }
    .hint("leave only one in it; or type the key, without --import")
}

fn pair(id: &str, secret: &str, token: Option<SecretString>, place: &str) -> Result<SourceKeys, Error> {
    let unusable = |what: &str, problem: Problem| {
        Error::new(Class::Value, format!("the {what} in {place} cannot be used"))
            .because(problem.to_string())
            .hint("copy it anew from where AWS showed it")
    };
    Ok(SourceKeys {
        access_key_id: AccessKeyId::new(id).map_err(|problem| unusable("access key id", problem))?,
        secret_access_key: secret_access_key(secret).map_err(|problem| unusable("secret access key", problem))?,
        session_token: token.filter(|token| !trim(token.expose_secret()).is_empty()),
    })
}

fn refuse_temporary(keys: &SourceKeys) -> Result<(), Error> {
    if keys.are_mixed() {
        let what = format!("the access key {} and the session token beside it are of two sessions", keys.access_key_id);
        return Err(Error::new(Class::Value, what)
            .because("it begins with AKIA, and has no session token")
            .hint("take the token out there, and run this again, if the secret is that of this key"));
    }
    if !keys.are_temporary() {
        return Ok(());
    }
    let why =
        if keys.access_key_id.is_temporary() { "it begins with ASIA" } else { "there is a session token beside it" };
    Err(Error::new(Class::Value, format!("the access key {} is temporary, and nothing to keep", keys.access_key_id))
        .because(why)
        .hint("give the permanent key of your IAM user, which begins with AKIA"))
}

fn unread(place: &str, why: &io::Error) -> Error {
    Error::new(Class::Config, format!("{place} cannot be read"))
        .because(why.to_string())
        .hint("give --import a file, credentials:PROFILE, env, or - for standard input")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn keys_that_end_and_a_permanent_one_beside_a_foreign_token_are_refused() {
        let told = |id: &str, token: Option<&str>| {
            let token = token.map(SecretString::from);
            let keys = pair(id, SECRET, token, "it").unwrap();
            refuse_temporary(&keys).map_err(|error| error.to_string())
        };
        assert_eq!(told(ID, None), Ok(()));
        assert!(told(ID, Some("t")).unwrap_err().contains("are of two sessions: it begins with AKIA"));
        assert!(told("ASIAIOSFODNN7EXAMPLE", Some("t")).unwrap_err().contains("it begins with ASIA"));
        assert!(told("minioadmin_of_the_team", Some("t")).unwrap_err().contains("a session token beside it"));
    }

    fn taken(text: &str) -> Result<(), String> {
        let text = text.replace("ID", ID).replace("SECRET", SECRET);
        let given = of_text(text.as_bytes(), "it", Left::Nowhere).map_err(|error| error.to_string())?;
        assert_eq!(given.keys.access_key_id.as_str(), ID);
        assert_eq!(given.keys.secret_access_key.expose_secret(), SECRET);
        Ok(())
    }

    #[test]
    fn the_consoles_csv_is_read_whatever_its_columns() {
        let rows = [
            "Access key ID,Secret access key\nID,SECRET\n",
            "\u{feff}Access key ID,Secret access key\r\nID,SECRET\r\n",
            "User Name,Access Key Id,Secret Access Key\n\"alice\",ID,SECRET",
            "User name,Password,Access key ID,Secret access key,Console login link\nalice,,ID,SECRET,https://111122223333.signin.aws.amazon.com/console\n",
            "Secret access key,User name,ACCESS KEY ID\nSECRET,alice,ID\n",
            "[default]\naws_access_key_id = ID\naws_secret_access_key = SECRET\n",
            "export AWS_ACCESS_KEY_ID=ID\nexport AWS_SECRET_ACCESS_KEY='SECRET'\n",
            "{\"AccessKey\": {\"UserName\": \"alice\", \"AccessKeyId\": \"ID\", \"SecretAccessKey\": \"SECRET\", \"Status\": \"Active\"}}",
        ];
        for text in rows {
            assert_eq!(taken(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_told_without_a_value() {
        let rows = [
            ("User name,Password,Console login link\nalice,CANARY,https://x\n", "about a password"),
            ("", "no access key"),
            ("Access key ID,Secret access key\n", "no access key"),
            (
                "Access key ID,Secret access key\nID,SECRET\nAKIAI44QH8DHBEXAMPLE,je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n",
                "several",
            ),
        ];
        for (text, expected) in rows {
            let told = taken(text).expect_err(text);
            assert!(told.contains(expected) && !told.contains("CANARY") && !told.contains("wJalr"), "{told}");
        }
    }
}

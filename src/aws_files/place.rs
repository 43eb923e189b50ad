//! Where AWS's own tools keep profiles: <https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html>

use crate::os::environment;
use crate::os::file::is_ours;
use crate::output::shell::Shell;
use crate::text::quote;
use rustix::fs::Access;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

const CONFIG: &str = "AWS_CONFIG_FILE";
const CREDENTIALS: &str = "AWS_SHARED_CREDENTIALS_FILE";

/// The file that `AWS_CONFIG_FILE` names, else `~/.aws/config`; none where nobody says where the home is.
#[must_use]
pub fn config() -> Option<PathBuf> {
    place(CONFIG, "config")
}

/// The file that `AWS_SHARED_CREDENTIALS_FILE` names, else `~/.aws/credentials`; none where nobody says where the home is.
#[must_use]
pub fn credentials() -> Option<PathBuf> {
    place(CREDENTIALS, "credentials")
}

/// The configuration as people know it.
#[must_use]
pub fn config_in_words() -> &'static str {
    if environment::os(CONFIG).is_some() { "the file of AWS_CONFIG_FILE" } else { "~/.aws/config" }
}

/// The credentials file as people know it.
#[must_use]
pub fn credentials_in_words() -> &'static str {
    if environment::os(CREDENTIALS).is_some() {
        "the file of AWS_SHARED_CREDENTIALS_FILE"
    } else {
        "~/.aws/credentials"
    }
}

/// The first variable that names a file which is not there.
#[must_use]
pub fn in_vain() -> Option<&'static str> {
    let files = [(CONFIG, config()), (CREDENTIALS, credentials())];
    let is_absent = |path: Option<PathBuf>| path.is_some_and(|path| path.try_exists().is_ok_and(|exists| !exists));
    let mut absent = files.into_iter().filter(|(variable, _)| environment::os(variable).is_some());
    absent.find_map(|(variable, path)| is_absent(path).then_some(variable))
}

/// A file that is there and not for us to read, if there is one: how to say so, and what to type.
#[must_use]
pub fn closed() -> Option<(String, String)> {
    let path = unreadable()?;
    Some((format!("{} is not for us to read", quote(&path.to_string_lossy())), to_open(&path)))
}

/// The first file that is there and not for us to read; or the directory on its way that is closed to us.
fn unreadable() -> Option<PathBuf> {
    let is_closed = |path: &PathBuf| File::open(path).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    let file = [config(), credentials()].into_iter().flatten().find(is_closed)?;
    // What is behind a closed directory cannot be seen: so the first that can be is it.
    let seen = file.ancestors().skip(1).find(|directory| directory.metadata().is_ok());
    let closed = seen.filter(|directory| rustix::fs::access(*directory, Access::EXEC_OK).is_err());
    Some(closed.map_or_else(|| file.clone(), Path::to_owned))
}

/// What to type where [`unreadable`] has found this.
#[must_use]
pub fn to_open(closed: &Path) -> String {
    let typed = quote(&Shell::of_caller().word(&closed.to_string_lossy()));
    let is_directory = closed.is_dir();
    if closed.metadata().is_ok_and(|metadata| is_ours(&metadata)) {
        return format!("let yourself read it: chmod u+r{} {typed}", if is_directory { "wx" } else { "" });
    }
    let (list, change) = if is_directory { ("ls -ld", "chown -R") } else { ("ls -l", "chown") };
    format!("see whose it is with {list}; to make it yours: sudo {change} \"$USER\" {typed}")
}

/// Variables and a `~` that no shell has replaced are replaced here, as botocore does it.
fn place(variable: &str, name: &str) -> Option<PathBuf> {
    match environment::os(variable) {
        Some(path) => Some(environment::at_home(Path::new(&expanded(path.as_bytes(), environment::exact)))),
        None => Some(environment::home()?.join(".aws").join(name)),
    }
}

/// A text with the values of its `$NAME` and `${NAME}`; those that are not set stay as they are.
/// Source: <https://docs.python.org/3/library/os.path.html#os.path.expandvars>
fn expanded(text: &[u8], value: impl Fn(&OsStr) -> Option<OsString>) -> OsString {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, length) = if let Some(inner) = after.strip_prefix(b"{") {
            inner.iter().position(|byte| *byte == b'}').map_or((&[][..], 0), |end| (&inner[..end], end + 2))
        } else {
            let end = after.iter().position(|byte| !is_of_name(byte)).unwrap_or(after.len());
            (&after[..end], end)
        };
        match value(OsStr::from_bytes(name)).filter(|_| !name.is_empty()) {
            Some(value) => out.extend_from_slice(value.as_bytes()),
            None => out.extend_from_slice(&rest[at..=at + length]),
        }
        rest = &after[length..];
    }
    out.extend_from_slice(rest);
    OsString::from_vec(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_as_by_python() {
        let value = |name: &OsStr| match name.to_str()? {
            "HOME" => Some(OsString::from("/h")),
            "E" => Some(OsString::new()),
            "D" => Some(OsString::from("$HOME")),
            "a b" => Some(OsString::from("x")),
            _ => None,
        };
        let rows = [
            ("$HOME/.aws/config", "/h/.aws/config"),
            ("${HOME}/.aws", "/h/.aws"),
            ("/a$E/b${E}", "/a/b"),
            ("$HOMER/${HOMER}", "$HOMER/${HOMER}"),
            ("$HOME.x-$HOME", "/h.x-/h"),
            ("$D", "$HOME"),
            ("${a b}", "x"),
            ("${HOME", "${HOME"),
            ("${}$", "${}$"),
            ("$$HOME", "$/h"),
            ("plain", "plain"),
        ];
        for (text, expected) in rows {
            assert_eq!(expanded(text.as_bytes(), value), expected, "{text}");
        }
        assert_eq!(expanded(b"\xff$HOME", value).as_bytes(), b"\xff/h");
    }
}

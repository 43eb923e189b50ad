//! Keeps what was found out for the next run: one line in `~/.aws/config`, and only after a yes.

use crate::aws_files::place;
use crate::credentials::MfaSerial;
use crate::os::ask::line;
use crate::os::tty::Terminal;
use crate::os::{file, stdio};
use crate::sessions::State;
use crate::settings::Source;
use crate::text::quote;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

const KEY: &str = "mfa_serial";

/// A device that had to be searched for, and where it may be kept.
#[derive(Debug)]
pub struct Offer {
    /// The device.
    pub serial: MfaSerial,
    /// The profile to keep it in, and the terminal to ask on, where there are both.
    pub profile: Option<(String, Arc<Terminal>)>,
    /// Where the keys came from.
    pub source: Source,
}

impl Offer {
    /// Makes it, once for each device, when everything else is done: whatever comes of it, the run has succeeded.
    pub fn make(&self) {
        match &self.profile {
            _ if !State::open().is_first("mfa-serial", self.serial.as_str()) => {}
            Some((profile, terminal)) => ask(terminal, profile, &self.serial),
            None => say_where(&self.source, &self.serial),
        }
    }
}

/// Asks whether to remember the device in the profile, and does.
fn ask(terminal: &Terminal, profile: &str, serial: &MfaSerial) {
    let Some(path) = place::config() else { return };
    let shown = quote(&path.to_string_lossy());
    let question = format!("Remember {serial} for the profile \"{}\" in {shown}? [y/N] ", quote(profile));
    let yes = line(terminal, &question, false).is_ok_and(|answer| {
        let answer = answer.trim();
        answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes")
    });
    if !yes {
        return;
    }
    let _lock = State::open().lock(&format!("file {shown}"), &format!("{KEY} into {shown}"));
    match write(&path, profile, serial.as_str()) {
        Ok(()) => terminal.show(&format!("aws-auth: wrote {KEY} into {shown}\n")),
        Err(error) => terminal.show(&format!(
            "aws-auth: {shown} could not be written: {error}; put this line into the profile yourself: {KEY} = {serial}\n"
        )),
    }
}

/// Says where the device can be kept, where no profile was selected to keep it in.
fn say_where(source: &Source, serial: &MfaSerial) {
    let place = match source {
        Source::Backend { .. } => format!("store it beside the keys in {source}"),
        Source::Sdk { .. } | Source::Provider(_) => format!("put {KEY} into the profile in ~/.aws/config"),
    };
    stdio::note(&format!(
        "aws-auth: the MFA device is {serial}: {place}, or set AWS_AUTH_SERIAL_NUMBER, to spare this search"
    ));
}

/// Puts the new text in the place of the old in one step. A symbolic link stays one: its target is what is replaced.
fn write(path: &Path, profile: &str, serial: &str) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    let (old, mode) = match fs::metadata(&path) {
        Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("it is no file")),
        Ok(metadata) if !file::is_ours(&metadata) => return Err(io::Error::other("it belongs to somebody else")),
        Ok(metadata) if metadata.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
        Ok(metadata) => (fs::read(&path)?, metadata.permissions().mode() & 0o7777),
        Err(_) => (Vec::new(), 0o600),
    };
    let new = with_line(&old, profile, serial).ok_or_else(|| io::Error::other("the profile's name is unusual"))?;
    file::replace(&path, &new, mode)
}

/// The text with the line in the profile's section, every other byte as it was. The section is made if it is missing,
/// as it may be where the profile stands in the credentials file.
fn with_line(old: &[u8], profile: &str, serial: &str) -> Option<Vec<u8>> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.@/+:, ".contains(c);
    if !profile.chars().all(plain) || profile.trim() != profile {
        return None;
    }
    let end = if old.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let line = format!("{KEY} = {serial}{end}");
    let (mut at, mut inside, mut place) = (0, false, None);
    for text in old.split_inclusive(|byte| *byte == b'\n') {
        let is_indented = text.first().is_some_and(u8::is_ascii_whitespace);
        let words = String::from_utf8_lossy(text);
        let words = words.trim_start_matches('\u{feff}').trim();
        if words.starts_with('[') && !is_indented {
            inside = place.is_none() && section(words) == Some(profile);
        }
        let empty_key = !is_indented && words.split_once('=').is_some_and(|(key, _)| key.trim_end() == KEY);
        if inside && empty_key {
            // It is there without a value: a second one beside it would be an error to some tools.
            return Some([&old[..at], line.as_bytes(), &old[at + text.len()..]].concat());
        }
        at += text.len();
        if inside && !words.is_empty() && !words.starts_with(['#', ';']) {
            place = Some(at);
        }
    }
    let break_before = |at: usize| if at == 0 || old[at - 1] == b'\n' { "" } else { end };
    if let Some(at) = place {
        return Some([&old[..at], break_before(at).as_bytes(), line.as_bytes(), &old[at..]].concat());
    }
    let header = match profile {
        "default" => "[default]".to_owned(),
        name if name.contains(' ') => format!("[profile \"{name}\"]"),
        name => format!("[profile {name}]"),
    };
    let gap = if old.is_empty() { "" } else { end };
    Some([old, break_before(old.len()).as_bytes(), format!("{gap}{header}{end}{line}").as_bytes()].concat())
}

/// The profile that a section's first line names.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>
fn section(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.split_once(']')?.0.trim();
    let named = name.strip_prefix("profile").filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim);
    match named {
        Some(name) => Some(name.trim_matches(['"', '\''])),
        None => (name == "default").then_some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_added_and_every_other_byte_is_kept() {
        let rows: [(&str, &str, &str); 10] = [
            ("\u{feff}[profile dev]\nregion = x\n", "dev", "\u{feff}[profile dev]\nregion = x\nmfa_serial = S\n"),
            ("[profile dev]\nregion = x\n", "dev", "[profile dev]\nregion = x\nmfa_serial = S\n"),
            (
                "[profile dev]\nregion=x\n\n# of b\n[profile b]\n",
                "dev",
                "[profile dev]\nregion=x\nmfa_serial = S\n\n# of b\n[profile b]\n",
            ),
            ("[default]\r\na = b\r\n", "default", "[default]\r\na = b\r\nmfa_serial = S\r\n"),
            ("[profile dev]\nregion = x", "dev", "[profile dev]\nregion = x\nmfa_serial = S\n"),
            ("[ profile  \"a b\" ]\n", "a b", "[ profile  \"a b\" ]\nmfa_serial = S\n"),
            (
                "[profile dev]\ns3 =\n  mfa_serial = no\n",
                "dev",
                "[profile dev]\ns3 =\n  mfa_serial = no\nmfa_serial = S\n",
            ),
            ("[profile dev]\nmfa_serial =\nx = y\n", "dev", "[profile dev]\nmfa_serial = S\nx = y\n"),
            ("", "dev", "[profile dev]\nmfa_serial = S\n"),
            ("[dev]\nx = y", "dev", "[dev]\nx = y\n\n[profile dev]\nmfa_serial = S\n"),
        ];
        for (old, profile, new) in rows {
            let got = with_line(old.as_bytes(), profile, "S").unwrap();
            assert_eq!(String::from_utf8(got).unwrap(), new, "{old:?}");
        }
        assert!(with_line(b"", "a]\n[b", "S").is_none());
        let odd = b"# \xff\xfe\n[profile dev]\n".as_slice();
        assert!(with_line(odd, "dev", "S").unwrap().starts_with(odd));
    }

    #[test]
    fn the_mode_and_a_link_are_kept_and_nothing_is_left_behind() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("real"), home.path().join("config"));
        fs::write(&target, "[profile dev]\n").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, "dev", "S").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "[profile dev]\nmfa_serial = S\n");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o640);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_missing_file_is_made_for_the_user_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".aws/config");
        write(&path, "dev", "S").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o7777, 0o700);
    }

    #[test]
    fn what_may_not_be_written_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        fs::write(&path, "[profile dev]\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(write(&path, "dev", "S").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "[profile dev]\n");
    }
}

//! Which manifests there are: the embedded ones, and the user's own in the configuration directory.
//!
//! A user's manifest names programs to run, so nobody else may be able to write it, and nothing is ever read from the
//! working directory.

use super::field::Field;
use super::manifest::{MAX_BYTES, Manifest};
use crate::error::{Class, Error};
use crate::os::{environment, file, program, trust};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The manifests that are part of the program. A test compares this list with the files.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("bw", include_str!("../../backends/bw.toml")),
    ("dcli", include_str!("../../backends/dcli.toml")),
    ("env", include_str!("../../backends/env.toml")),
    ("gopass", include_str!("../../backends/gopass.toml")),
    ("keepassxc-cli", include_str!("../../backends/keepassxc-cli.toml")),
    ("lpass", include_str!("../../backends/lpass.toml")),
    ("op", include_str!("../../backends/op.toml")),
    ("pass", include_str!("../../backends/pass.toml")),
    ("pass-cli", include_str!("../../backends/pass-cli.toml")),
    ("passage", include_str!("../../backends/passage.toml")),
    ("rbw", include_str!("../../backends/rbw.toml")),
    ("secret-tool", include_str!("../../backends/secret-tool.toml")),
    ("security", include_str!("../../backends/security.toml")),
    ("vault", include_str!("../../backends/vault.toml")),
    ("ykman", include_str!("../../backends/ykman.toml")),
];

/// The managers in the order in which one of several that are installed is likely to hold the keys: those that people
/// install to keep passwords, then those that come with something else, and may be empty.
const LIKELY: &[&str] = &[
    "pass",
    "op",
    "lpass",
    "bw",
    "rbw",
    "gopass",
    "passage",
    "pass-cli",
    "dcli",
    "keepassxc-cli",
    "vault",
    "secret-tool",
    "security",
];

/// Where a manifest comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Part of the program.
    BuiltIn,
    /// A file of the user's.
    File(PathBuf),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::File(path) => f.write_str(&crate::text::quote(&path.to_string_lossy())),
        }
    }
}

/// A manifest found, not yet read.
#[derive(Debug)]
pub struct Entry {
    /// The name for `--from`.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The TOML.
    pub text: String,
}

impl Entry {
    /// Reads the manifest.
    pub fn parse(&self) -> Result<Manifest, Error> {
        let manifest = Manifest::parse(&self.text, &self.place())?;
        if matches!(self.origin, Origin::File(_)) && built_in(&self.name).is_some() && !manifest.replaces_built_in {
            return Err(Error::new(Class::Config, format!("{} has the name of a built-in manager", self.origin))
                .hint("rename the file, or write `replaces_built_in = true` into it if it is meant to stand in"));
        }
        Ok(manifest)
    }

    fn place(&self) -> String {
        match &self.origin {
            Origin::BuiltIn => format!("{}.toml", self.name),
            Origin::File(_) => self.origin.to_string(),
        }
    }
}

/// Whether this is the text of a manifest that is part of the program.
#[must_use]
pub fn is_built_in(text: &str) -> bool {
    BUILT_IN.iter().any(|(_, own)| *own == text)
}

/// The manifest called `name`.
pub fn find(name: &str) -> Result<Entry, Error> {
    check_name(name)?;
    if let Some(directory) = directory() {
        let path = directory.join(format!("{name}.toml"));
        if let Some(text) = read_own(&directory, &path)? {
            return Ok(Entry { name: name.into(), origin: Origin::File(path), text });
        }
    }
    if built_in(name).is_none()
        && let Some((name, text)) = of_alias(name)
    {
        return Ok(Entry { name: name.into(), origin: Origin::BuiltIn, text: text.into() });
    }
    let text = built_in(name).ok_or_else(|| {
        let near = crate::text::nearest(known().into_iter(), name);
        let hint = match near {
            Some(near) => format!("is it {near}? All are listed by: aws-auth backends"),
            None => format!("the known ones are {}", known().join(", ")),
        };
        Error::new(Class::Usage, format!("there is no manager called \"{name}\"")).hint(hint)
    })?;
    Ok(Entry { name: name.into(), origin: Origin::BuiltIn, text: text.into() })
}

/// The variable that a field of the backend called `name` stands in, or is to stand in; none where its values are in items.
#[must_use]
pub fn variable(name: &str, field: Field) -> Option<String> {
    let manifest = find(name).and_then(|entry| entry.parse()).ok()?;
    let names = manifest.variables?.remove(field.name())?;
    names.iter().find(|name| environment::os(name).is_some()).or(names.first()).cloned()
}

/// The built-in manifest that goes by another name. Its line is looked for, since to parse all would take as long as a run.
fn of_alias(name: &str) -> Option<(&'static str, &'static str)> {
    let quoted = format!("\"{name}\"");
    let goes_by = |text: &str| text.lines().any(|line| line.starts_with("aliases") && line.contains(&quoted));
    BUILT_IN.iter().find(|(_, text)| goes_by(text)).copied()
}

/// The name that a backend has in messages and labels, whatever it was called; none where there is no such.
#[must_use]
pub fn canonical(name: &str) -> Option<String> {
    if known().iter().any(|known| known == name) {
        return Some(name.to_owned());
    }
    of_alias(name).map(|(name, _)| name.to_owned())
}

/// The names of all manifests, in alphabetical order.
#[must_use]
pub fn known() -> Vec<String> {
    let mut names: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = directory().and_then(|directory| std::fs::read_dir(directory).ok());
    for file in files.into_iter().flatten().flatten() {
        if let Some(name) = file.file_name().to_str().and_then(|file| file.strip_suffix(".toml"))
            && check_name(name).is_ok()
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The managers whose program is found here, the likeliest first: somebody's own, then in the order above. The environment
/// is none, nor is what gives codes only.
#[must_use]
pub fn installed() -> Vec<String> {
    let path = program::search_path();
    let is_here = |name: &String| {
        let manifest = find(name).and_then(|entry| entry.parse());
        manifest.is_ok_and(|manifest| {
            let holds_keys = manifest.read.is_some_and(|read| read.first != Some(Field::Otp));
            holds_keys && program::find(&manifest.program, &path).is_some()
        })
    };
    let mut here: Vec<String> = known().into_iter().filter(is_here).collect();
    here.sort_by_key(|name| LIKELY.iter().position(|likely| likely == name));
    here
}

/// Reads a manifest file that its user named, wherever it is.
pub fn read_named(path: &Path) -> Result<Entry, Error> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let missing = || {
        let error = unusable(path, "there is no such file", "name a manifest file");
        match path.to_str().filter(|name| canonical(name).is_some()) {
            Some(name) => Error::new(Class::Config, "\"check\" takes a manifest file")
                .because(format!("{name} is a manager"))
                .hint(format!("to test your items: aws-auth doctor --from {name}")),
            None => error,
        }
    };
    let text = read_bounded(path)?.ok_or_else(missing)?;
    Ok(Entry { name, origin: Origin::File(path.into()), text })
}

/// Reads a file that stands beside one which its user named; it need not be there.
pub fn read_beside(path: &Path) -> Result<Option<String>, Error> {
    read_bounded(path)
}

/// A name is also a file's name: `[a-z0-9][a-z0-9_-]{0,63}`.
fn check_name(name: &str) -> Result<(), Error> {
    let fits = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if fits {
        return Ok(());
    }
    Err(Error::new(Class::Usage, format!("\"{}\" cannot be a manager's name", crate::text::quote(name)))
        .hint("names have lower-case letters, digits, - and _, as listed by: aws-auth backends"))
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// `$XDG_CONFIG_HOME/aws-auth/backends`, else the same under `~/.config`; none where neither is an absolute path.
fn directory() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let config = environment::os("XDG_CONFIG_HOME").map(PathBuf::from).and_then(absolute);
    let home = || environment::home().map(|home| home.join(".config"));
    config.or_else(home).map(|config| config.join("aws-auth/backends"))
}

/// Reads a file of the configuration directory, which nobody but its owner may be able to change.
fn read_own(directory: &Path, path: &Path) -> Result<Option<String>, Error> {
    if std::fs::metadata(path).is_err() {
        return Ok(None);
    }
    for place in [directory, path] {
        let Ok(metadata) = std::fs::metadata(place) else { return Ok(None) };
        let ours = rustix::process::geteuid().as_raw();
        if metadata.uid() != ours && metadata.uid() != 0 {
            return Err(unusable(
                place,
                "it belongs to another user",
                "make it your own, for it names programs to run",
            ));
        }
        if metadata.mode() & 0o022 != 0 {
            let why =
                format!("others can write it (mode {:04o}), and it names programs to run", metadata.mode() & 0o7777);
            let shown = crate::text::quote(&place.to_string_lossy());
            return Err(unusable(place, &why, &format!("run: chmod go-w '{shown}'")));
        }
    }
    let elsewhere = "move it to a place that is yours alone, for it names programs to run";
    trust::judge(path).map_err(|why| unusable(path, &why, elsewhere))?;
    read_bounded(path)
}

/// Reads a manifest, if there is one.
fn read_bounded(path: &Path) -> Result<Option<String>, Error> {
    let bytes = match file::read(path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(unusable(path, &error.to_string(), "put a manifest of some 30 lines there, or remove it"));
        }
    };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| unusable(path, "it is not UTF-8", "a manifest is UTF-8 text"))
}

fn unusable(path: &Path, why: &str, hint: &str) -> Error {
    Error::new(Class::Config, format!("{} cannot be used", crate::text::quote(&path.to_string_lossy())))
        .because(why)
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_backends_is_in_the_list_and_can_be_read() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/backends")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
        names.sort();
        let listed: Vec<_> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names, listed);
        for (name, text) in BUILT_IN {
            Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn every_manager_that_holds_keys_has_its_place_among_the_likely() {
        let holds_keys = |text: &str, name: &str| {
            Manifest::parse(text, name).unwrap().read.is_some_and(|read| read.first != Some(Field::Otp))
        };
        let with_keys = BUILT_IN.iter().filter(|(name, text)| holds_keys(text, name));
        let mut likely = LIKELY.to_vec();
        likely.sort_unstable();
        assert_eq!(likely, with_keys.map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn a_manager_is_known_by_its_other_names_and_by_no_two_of_one() {
        let mut all = Vec::new();
        for (name, text) in BUILT_IN {
            for alias in Manifest::parse(text, name).unwrap().aliases {
                assert_eq!(of_alias(&alias).map(|(name, _)| name), Some(*name), "{alias}");
                assert_eq!(find(&alias).unwrap().name, *name);
                assert!(built_in(&alias).is_none(), "{alias}");
                all.push(alias);
            }
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn r82_a_name_is_never_a_path() {
        for name in ["../x", "/tmp/x", "a/b", "", "-x", "A", &"a".repeat(65)] {
            assert_eq!(find(name).unwrap_err().class(), Class::Usage, "{name}");
        }
    }
}

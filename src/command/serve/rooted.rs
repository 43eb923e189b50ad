//! What a server is started with, so that it is right in any directory: it runs in `/`, and the shell's may be gone.

use crate::aws_files::Profiles;
use crate::backend::registry;
use crate::cli::Request;
use crate::os::{child, environment};
use crate::settings::{Roles, Settings, Source};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The request that leads to the same settings from everywhere, and to no code: that one is spent.
#[must_use]
pub fn request(request: &Request, settings: &Settings, profiles: &Profiles) -> Request {
    let mut rooted = Request { token_code: None, ..request.clone() };
    // It may have come from a pipe, which can be read once.
    let role = match &settings.roles {
        Roles::Given(roles) => roles.last().map(|role| &role.settings),
        Roles::OfItem(settings) => Some(settings),
    };
    rooted.policy = rooted.policy.and(role.and_then(|role| role.policy.clone()));
    if let Source::Backend { name, params, .. } = &settings.source {
        for name in files_of(name) {
            let value = params.get(&name).map(String::as_str);
            let value = value.or_else(|| profiles.inherited(&format!("aws_auth_{name}")));
            if let Some(path) = value.and_then(|value| absolute(OsStr::new(value))?.into_string().ok()) {
                rooted.params.retain(|param| param.split_once('=').is_none_or(|(other, _)| other != name));
                rooted.params.push(format!("{name}={path}"));
            }
        }
    }
    if let Some(command) = settings.token_from.as_ref().map(|from| &from.source) {
        let (program, rest) = command.split_once(' ').unwrap_or((command, ""));
        let path = absolute(OsStr::new(program)).filter(|_| program.contains('/'));
        if let Some(path) = path.and_then(|path| path.into_string().ok()) {
            rooted.token_from = Some(format!("{path} {rest}").trim_end().to_owned());
        }
    }
    rooted
}

/// Our environment, without any key, its paths absolute.
#[must_use]
pub fn environment() -> BTreeMap<OsString, OsString> {
    let kept = environment::inheritable().filter(|(name, _)| !child::is_credential(name));
    let rooted = |(name, value): (OsString, OsString)| {
        let full = if is_path(&name) { absolute(&value) } else { None };
        (name, full.unwrap_or(value))
    };
    kept.map(rooted).collect()
}

/// Whether a variable is one of those that name a file or a directory, as far as can be told by its name.
fn is_path(name: &OsStr) -> bool {
    let ends = ["_FILE", "_DIR", "_DIRECTORY", "_BUNDLE", "_PATH", "HOME", "_CONFIG", "_DATABASE"];
    ends.iter().any(|end| name.as_bytes().ends_with(end.as_bytes()))
}

/// The parameters of a manager that are files.
fn files_of(backend: &str) -> Vec<String> {
    let manifest = registry::find(backend).ok().and_then(|entry| entry.parse().ok());
    let params = manifest.into_iter().flat_map(|manifest| manifest.params);
    params.filter(|(_, param)| param.path).map(|(name, _)| name).collect()
}

/// A relative path of something that is there, in full.
fn absolute(value: &OsStr) -> Option<OsString> {
    let path = Path::new(value);
    let is_relative = !value.is_empty() && path.is_relative() && !value.as_bytes().starts_with(b"~");
    let full = is_relative.then(|| std::path::absolute(path).ok()).flatten();
    full.filter(|full| full.exists()).map(PathBuf::into_os_string)
}

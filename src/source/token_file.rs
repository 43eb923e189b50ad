//! A file with a token in it, which somebody else writes: never waited for, never endless.

use crate::error::{Class, Error};
use crate::os::file;
use crate::output::shell::Shell;
use crate::text::quote;
use std::ffi::OsString;
use std::path::Path;
use zeroize::Zeroizing;

/// The largest file with a token in it, in bytes. A web identity's has under 20 KiB, which is what STS takes.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
const LARGEST: usize = 64 * 1024;

/// The token in the file that `name` names as `path`; none where it names none.
pub fn read(name: &str, path: Option<OsString>) -> Result<Option<Zeroizing<String>>, Error> {
    let Some(path) = path else { return Ok(None) };
    let path = Path::new(&path);
    let unusable = |why: String| {
        Error::new(Class::Config, format!("{name} names {}, which cannot be used", quote(&path.to_string_lossy())))
            .because(why)
            .hint(format!("name a file with a token in it, or {}", Shell::unset(&[name])))
    };
    let bytes = Zeroizing::new(file::read(path, LARGEST).map_err(|error| unusable(error.to_string()))?);
    let token = std::str::from_utf8(&bytes).map(str::trim).map_err(|_| unusable("it is no text".into()))?;
    if token.is_empty() { Err(unusable("it is empty".into())) } else { Ok(Some(Zeroizing::new(token.to_owned()))) }
}

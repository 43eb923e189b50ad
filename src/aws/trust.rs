//! Which certificates a server is trusted by, where the environment names others than the system's.
//!
//! The TLS library would read these files itself: it would wait for a pipe, read a device to its end, and panic on a
//! certificate that is damaged.

use crate::error::{Class, Error};
use crate::os::{environment, file, shortage};
use crate::output::shell::Shell;
use crate::settings::Found;
use crate::text::quote;
use aws_smithy_types::base64;
use rustls_pki_types::CertificateDer;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The largest file of certificates that is read, in bytes. Debian's, with 145 certificates, has 0.2 MiB.
const LARGEST: usize = 16 * 1024 * 1024;
/// The most files that are looked at in the directories. Debian's has 290, half of them links to the others.
const MOST_FILES: usize = 4096;

/// Where systems have theirs: Debian, Fedora (two), openSUSE, `OpenELEC`, Alpine and macOS, Entware. The TLS library looks at
/// them in this order. Source: <https://docs.rs/openssl-probe/0.2.2/src/openssl_probe/lib.rs.html>
const SYSTEM: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/ssl/cert.pem",
    "/opt/etc/ssl/certs/ca-certificates.crt",
];
/// Where each certificate is a file of its own.
const DIRECTORIES: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];
/// A file below this size, in bytes, is looked through for a certificate that can be used; a larger one has some.
const SMALL: u64 = 64 * 1024;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates in PEM form, each on its own and once; none where the system's are to be used.
///
/// `AWS_CA_BUNDLE`, or a profile's `ca_bundle`, takes the place of the system's, as it does for the AWS CLI; `SSL_CERT_FILE` and `SSL_CERT_DIR` do, as
/// they do for OpenSSL.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>,
/// <https://docs.openssl.org/3.5/man7/openssl-env/>
pub fn certificates(ca_bundle: Option<&Found>) -> Result<Option<BTreeSet<String>>, Error> {
    if let Some(Found { value, place }) = ca_bundle {
        // As the AWS CLI, which takes `~/` for the home here.
        return of_file(place, &environment::at_home(Path::new(value))).map(Some);
    }
    let (file, directories) = (environment::os("SSL_CERT_FILE"), environment::os("SSL_CERT_DIR"));
    if file.is_none() && directories.is_none() {
        // Set to nothing, they are as good as absent; the TLS library would take them for a file of no name.
        let is_set = environment::is_set("SSL_CERT_FILE") || environment::is_set("SSL_CERT_DIR");
        return of_system(is_set);
    }
    let mut found = match &file {
        Some(path) => of_file("SSL_CERT_FILE", Path::new(path))?,
        None => BTreeSet::new(),
    };
    if let Some(directories) = &directories {
        add_directories(&mut found, directories);
        if found.is_empty() {
            return Err(unusable("SSL_CERT_DIR", Path::new(directories), "it holds no certificate"));
        }
    }
    Ok(Some(found))
}

/// Those of the system, if the TLS library is not to read them itself: `is_set` says so. It would panic where it finds none,
/// as in a container of the fewest packages, so that is looked at first.
fn of_system(is_set: bool) -> Result<Option<BTreeSet<String>>, Error> {
    let size = |path: &str| {
        let file = std::fs::File::open(path)?;
        // That library has a directory open beside each file, and panics where it cannot.
        file.try_clone().and_then(|beside| beside.metadata()).map(|it| it.len())
    };
    let mut all = SYSTEM.iter().map(|path| (Path::new(path), size(path)));
    let found = all.find_map(|(path, size)| match size {
        Ok(size) => Some(Ok((path, size))),
        Err(error) => shortage::of_files(&error).map(Err),
    });
    let Some((path, size)) = found.transpose()? else {
        let has_some = |path: &&str| std::fs::read_dir(path).is_ok_and(|mut all| all.next().is_some());
        let may_be = !cfg!(target_os = "linux") || DIRECTORIES.iter().any(has_some);
        return if may_be { Ok(None) } else { Err(nobody_to_trust()) };
    };
    if is_set || size < SMALL {
        return of_file("", path).map(Some).map_err(|_| nobody_to_trust());
    }
    Ok(None)
}

fn nobody_to_trust() -> Error {
    Error::new(Class::Config, "this machine has no certificates by which to trust AWS")
        .because(format!("neither {} nor any other usual file holds one that can be read", SYSTEM[0]))
        .hint("apt install ca-certificates, or apk add ca-certificates; or name a file of them: export AWS_CA_BUNDLE=FILE")
}

fn of_file(name: &str, path: &Path) -> Result<BTreeSet<String>, Error> {
    let unread = |error| shortage::of_files(&error).unwrap_or_else(|| unusable(name, path, &error.to_string()));
    let bytes = file::read(path, LARGEST).map_err(unread)?;
    let mut found = BTreeSet::new();
    add(&mut found, &bytes);
    if found.is_empty() { Err(unusable(name, path, "it holds no certificate")) } else { Ok(found) }
}

/// What can be read there; what cannot is passed over, as by OpenSSL.
fn add_directories(found: &mut BTreeSet<String>, directories: &OsString) {
    let entries = std::env::split_paths(directories).filter_map(|path| std::fs::read_dir(path).ok()).flatten();
    let mut seen = HashSet::new();
    for path in entries.flatten().take(MOST_FILES).map(|entry| entry.path()) {
        // Most are links to others here.
        let is_new = std::fs::metadata(&path).is_ok_and(|file| file.is_file() && seen.insert((file.dev(), file.ino())));
        if is_new && let Ok(bytes) = file::read(&path, LARGEST) {
            add(found, &bytes);
        }
    }
}

/// Adds the certificates that can be used: on another the TLS library would panic. A directory has most of them twice, and
/// its bundle has all.
fn add(found: &mut BTreeSet<String>, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    let bodies = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END)).map(|(body, _)| body);
    for body in bodies {
        let block: String = [BEGIN, "\n"].into_iter().chain(body.split_ascii_whitespace()).chain(["\n", END]).collect();
        if !found.contains(&block) && is_usable(&block) {
            found.insert(block);
        }
    }
}

fn is_usable(block: &str) -> bool {
    // Not by the TLS library's own reader: its care for secret keys would be the half of a run's work.
    let digits = block.lines().nth(1).unwrap_or_default();
    base64::decode(digits).is_ok_and(|der| webpki::anchor_from_trusted_cert(&CertificateDer::from(der)).is_ok())
}

fn unusable(name: &str, path: &Path, why: &str) -> Error {
    let way_out = if name.contains(' ') { "take the setting out".to_owned() } else { Shell::unset(&[name]) };
    Error::new(Class::Config, format!("{name} names {}, which cannot be used", quote(&path.to_string_lossy())))
        .because(why)
        .hint(format!("name certificates in PEM form, or {way_out}"))
}

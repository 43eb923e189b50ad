//! A LastPass vault of our own making, as `lpass` keeps it on disk: no account, no server.
//!
//! Keys are PBKDF2-HMAC-SHA256 of the master password, salted with the user's name. A file is HMAC-SHA256, IV and
//! AES-256-CBC; so is, without the HMAC and after a `!`, each text in the vault. The vault is a row of chunks (four
//! letters, length, body), an `ACCT` chunk a row of fields (length, bytes). Found out from lastpass-cli 1.3.7.

use std::fs;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::Command;

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt as _, KeyInit as _};
use ring::{hmac, pbkdf2};
use rustix::process::{Pid, Signal};

use super::{Home, run, tools};

/// The master password of every vault.
pub const MASTER: &str = "open-CANARY-sesame";

const USER: &str = "alice@example.com";

/// Few, for the sake of the tests' speed; LastPass itself asks for 600,000.
const ITERATIONS: u32 = 100;

/// One entry of a vault.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    pub id: &'a str,
    pub group: &'a str,
    pub name: &'a str,
    pub username: &'a str,
    pub password: &'a str,
    /// A secure note's fields, as lines of `Name:value`, or a site's notes.
    pub note: &'a str,
    /// "Require master password reprompt".
    pub reprompt: bool,
}

/// Whether lpass has to ask for the master password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// As after `lpass login --plaintext-key`.
    Open,
    /// As when the agent has gone; the answer is given by [`askpass`].
    Locked,
}

/// A user with a vault; `None` (and a word about it) where lpass is missing.
pub fn vault(home: &Home, key: Key, entries: &[Entry]) -> Option<()> {
    tools::need("lpass")?;
    let mut secret = [0; 32];
    let iterations = NonZeroU32::new(ITERATIONS).expect("more than none");
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, USER.as_bytes(), MASTER.as_bytes(), &mut secret);
    let mut blob = chunk(*b"LPAV", b"1");
    for entry in entries {
        blob.extend(account(&secret, entry));
    }
    let dir = directory(home);
    fs::create_dir_all(&dir).expect("directory of the vault");
    let write = |name: &str, bytes: &[u8]| fs::write(dir.join(name), bytes).expect("a file of the vault");
    write("blob", &file(&secret, &blob));
    write("username", USER.as_bytes());
    write("iterations", ITERATIONS.to_string().as_bytes());
    write("verify", &file(&secret, b"`lpass` was written by LastPass.\n"));
    for name in ["session_uid", "session_sessionid", "session_token"] {
        write(name, &file(&secret, name.as_bytes()));
    }
    if key == Key::Open {
        write("plaintext_key", &secret);
        home.plant(&dir.join("plaintext_key"));
    }
    home.set("LPASS_HOME", &dir);
    // the agent outlives the test by this much at most
    home.set("LPASS_AGENT_TIMEOUT", "30");
    home.secret("the master password", MASTER);
    Some(())
}

/// Ends the process that lpass leaves behind to send changes to the server.
pub fn end_uploader(home: &Home) {
    let pid = fs::read_to_string(directory(home).join("uploader.pid")).ok();
    if let Some(pid) = pid.and_then(|text| text.trim().parse().ok()).and_then(Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, Signal::TERM);
    }
}

/// Where lpass keeps the vault.
pub fn directory(home: &Home) -> PathBuf {
    home.path(".lpass")
}

/// Lets a script answer for the master password; `answer` is shell text.
pub fn askpass(home: &Home, answer: &str) {
    let script = home.rig("askpass");
    run::write_executable(&script, format!("#!/bin/sh\necho asked >>'{}'\n{answer}\n", home.rig("asked").display()));
    home.set("LPASS_ASKPASS", script);
}

/// Puts a pinentry in place whose dialog is dismissed.
pub fn dismissing_pinentry(home: &Home) {
    let script = home.rig("pinentry");
    // the Assuan protocol, as much as lpass uses of it
    let text = "#!/bin/sh\necho OK\nwhile read -r word rest; do\n  case $word in\n  \
        GETPIN) echo 'ERR 83886179 Operation cancelled' ;;\n  BYE) exit ;;\n  *) echo OK ;;\n  esac\ndone\n";
    run::write_executable(&script, text);
    home.set("LPASS_PINENTRY", script);
}

/// How often the script was asked.
pub fn asked(home: &Home) -> usize {
    fs::read_to_string(home.rig("asked")).map_or(0, |text| text.lines().count())
}

/// Puts a wrapper that counts before the real lpass.
pub fn count_calls(home: &Home) {
    let real = tools::find("lpass").expect("lpass is installed");
    let calls = home.rig("lpass-calls");
    home.script("lpass", &format!("#!/bin/sh\necho call >>'{}'\nexec '{}' \"$@\"\n", calls.display(), real.display()));
}

/// How often lpass was called.
pub fn calls(home: &Home) -> usize {
    fs::read_to_string(home.rig("lpass-calls")).map_or(0, |text| text.lines().count())
}

/// Asks the real lpass for all it shows of an entry, as a person would.
pub fn show(home: &Home, name: &str) -> String {
    let mut lpass = Command::new("lpass");
    lpass.args(["show", "--sync=no", "--color=never", "--", name]).env_clear().envs(home.env());
    String::from_utf8(run::output(&mut lpass)).expect("what lpass shows is text")
}

/// The fields of an `ACCT` chunk in their order; `E` marks what is encrypted.
const FIELDS: &str = "id nameE groupE url noteE fav sharedfrom usernameE passwordE reprompt genpw sn last_touch \
    autologin never_autofill realm fiid custom_js submit_id captcha_id urid basic_auth method action groupid deleted \
    attachkey attachpresent individualshare notetype noalert last_modified hasbeenshared last_pwchange created \
    vulnerable";

fn account(key: &[u8; 32], entry: &Entry) -> Vec<u8> {
    let mut body = Vec::new();
    for field in FIELDS.split_whitespace() {
        let text = match field {
            "id" => entry.id,
            "nameE" => entry.name,
            "groupE" => entry.group,
            // in hexadecimal; http://sn is what makes an entry a secure note, http://aws is a site
            "url" if entry.username.is_empty() && entry.password.is_empty() => "687474703a2f2f736e",
            "url" => "687474703a2f2f617773",
            "noteE" => entry.note,
            "usernameE" => entry.username,
            "passwordE" => entry.password,
            "reprompt" if entry.reprompt => "1",
            "fav" | "reprompt" | "genpw" | "sn" | "last_touch" | "autologin" | "deleted" | "attachpresent"
            | "last_modified" => "0",
            _ => "",
        };
        let bytes = match field.strip_suffix('E') {
            Some(_) if !text.is_empty() => [b"!".to_vec(), encrypt(key, text.as_bytes())].concat(),
            _ => text.as_bytes().to_vec(),
        };
        body.extend(length(&bytes));
        body.extend(bytes);
    }
    chunk(*b"ACCT", &body)
}

fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    [name.as_slice(), &length(body), body].concat()
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).expect("a vault is small").to_be_bytes()
}

fn file(key: &[u8; 32], text: &[u8]) -> Vec<u8> {
    let encrypted = encrypt(key, text);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &encrypted);
    [tag.as_ref(), &encrypted].concat()
}

/// IV and AES-256-CBC with PKCS#7 padding. The IV is the same each time: nothing here has to stay secret.
fn encrypt(key: &[u8; 32], text: &[u8]) -> Vec<u8> {
    let cipher = Aes256::new(key.into());
    let padding = 16 - text.len() % 16;
    let mut padded = text.to_vec();
    padded.resize(text.len() + padding, u8::try_from(padding).expect("16 at most"));
    let mut out = vec![7; 16];
    for plain in padded.chunks(16) {
        let before = &out[out.len() - 16..];
        let mixed: Vec<u8> = plain.iter().zip(before).map(|(a, b)| a ^ b).collect();
        let mut block = Block::<Aes256>::try_from(mixed.as_slice()).expect("16 bytes");
        cipher.encrypt_block(&mut block);
        out.extend_from_slice(&block);
    }
    out
}

//! The managers that are written, each with an item in it: the real programs, and what a person would see in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::keyring::Keyring;
use crate::support::{Home, gpg, run, tools};
use crate::{bitwarden, vault};

/// Makes an item hold the key with this id and this secret.
pub type Put<'a> = Box<dyn Fn(&str, &str) + 'a>;

/// A manager with an item in it, which is called `work`.
pub struct Kept<'a> {
    /// For `--from`.
    pub from: &'static str,
    /// The program.
    pub program: &'static str,
    pub args: Vec<String>,
    /// Makes the item hold this key, and nothing be beside it.
    pub put: Put<'a>,
    /// What the item holds; nothing where there is none.
    pub get: Box<dyn Fn() -> String + 'a>,
    /// Removes the item.
    pub forget: Box<dyn Fn() + 'a>,
    /// Whether something is beside it.
    pub is_beside: Box<dyn Fn() -> bool + 'a>,
}

fn text(id: &str, secret: &str) -> String {
    format!("{secret}\naccess_key_id: {id}\n# more\n")
}

/// What a program says, if it ends well.
fn said(command: &mut Command, home: &Home) -> String {
    command.env_clear().envs(home.env()).stdout(Stdio::piped()).stderr(Stdio::null());
    let out = run::spawn(command).and_then(std::process::Child::wait_with_output).expect("it runs");
    if out.status.success() { String::from_utf8(out.stdout).expect("text") } else { String::new() }
}

/// A desktop's keyring.
pub fn in_keyring<'a>(home: &'a Home, keyring: &'a Keyring<'a>) -> Kept<'a> {
    let named = |verb: &str, name: &str| {
        let mut tool = Command::new(tools::find("secret-tool").expect("secret-tool"));
        said(tool.args([verb, "service", "aws-auth", "name", name]).stdin(Stdio::null()), home)
    };
    Kept {
        from: "secret-tool",
        program: "secret-tool",
        args: Vec::new(),
        put: Box::new(move |id, secret| {
            named("clear", "work.aws-auth-new");
            keyring.store("work", &text(id, secret));
        }),
        get: Box::new(move || named("lookup", "work")),
        forget: Box::new(move || drop(named("clear", "work"))),
        is_beside: Box::new(move || !named("lookup", "work.aws-auth-new").is_empty()),
    }
}

/// What `KeePassXC`'s client removes goes to a bin, and is removed there too.
const IN_AND_OUT_OF_THE_BIN: std::ops::Range<u8> = 0..2;

/// A `KeePass` database that a key file opens.
pub fn in_database<'a>(home: &'a Home, real: &'a Path) -> Kept<'a> {
    let database = home.path("keys.kdbx").display().to_string();
    fs::write(home.path("key"), [7; 64]).expect("a key file");
    let key = home.path("key").display().to_string();
    let params = [format!("database={database}"), format!("key_file={key}"), "no_password=yes".into()];
    home.plant(&PathBuf::from(&database));
    let cli = move |verb: &[&str], entry: &[&str], input: &str| {
        fs::write(home.rig("answer.txt"), input).expect("what is told");
        let mut cli = Command::new(real);
        let opens: &[&str] =
            if verb[0] == "db-create" { &["--set-key-file", &key] } else { &["--no-password", "-k", &key] };
        cli.args(verb).args(opens).arg(&database).args(entry);
        said(cli.stdin(fs::File::open(home.rig("answer.txt")).expect("a file")), home)
    };
    cli(&["db-create", "-t", "100"], &[], "");
    let cli = std::rc::Rc::new(cli);
    let [put, get, forget, beside] = std::array::from_fn(|_| std::rc::Rc::clone(&cli));
    Kept {
        from: "keepassxc-cli",
        program: "keepassxc-cli",
        args: params.into_iter().flat_map(|param| ["--param".into(), param]).collect(),
        put: Box::new(move |id, secret| {
            for _ in IN_AND_OUT_OF_THE_BIN {
                put(&["rm"], &["work.aws-auth-new"], "");
            }
            let verb = if put(&["show"], &["work"], "").is_empty() { "add" } else { "edit" };
            put(&[verb, "-p", "-u", id], &["work"], &format!("{secret}\n"));
        }),
        get: Box::new(move || get(&["show", "--all", "-s"], &["work"], "")),
        forget: Box::new(move || {
            for _ in IN_AND_OUT_OF_THE_BIN {
                forget(&["rm"], &["work"], "");
            }
        }),
        is_beside: Box::new(move || beside(&["ls", "-R", "-f"], &[], "").contains("aws-auth-new")),
    }
}

/// `OpenBao`.
pub fn in_openbao(home: &Home) -> Kept<'_> {
    let real = tools::find("bao").expect("bao");
    let bao = move |args: &[&str]| said(Command::new(&real).args(args).stdin(Stdio::null()), home);
    let [put, get, forget, beside] = std::array::from_fn(|_| bao.clone());
    Kept {
        from: "vault",
        program: "bao",
        args: vec!["--param".into(), "mount=secret".into()],
        put: Box::new(move |id, secret| {
            put(&["kv", "metadata", "delete", "secret/work.aws-auth-new"]);
            let values = [("access_key_id", id), ("secret_access_key", secret), ("note", "of the team")];
            vault::put(home, "secret/work", &values);
        }),
        get: Box::new(move || {
            let answer: Value =
                serde_json::from_str(&get(&["kv", "get", "-format=json", "secret/work"])).unwrap_or_default();
            if answer.is_null() { String::new() } else { answer["data"].to_string() }
        }),
        forget: Box::new(move || drop(forget(&["kv", "metadata", "delete", "secret/work"]))),
        is_beside: Box::new(move || beside(&["kv", "list", "secret"]).contains("aws-auth-new")),
    }
}

/// Bitwarden, whose own account is signed in.
pub fn in_bitwarden(home: &Home) -> Kept<'_> {
    let of = move |name: &str| bitwarden::items(home).into_iter().find(|item| item["name"] == name);
    Kept {
        from: "bw",
        program: "bw",
        args: Vec::new(),
        put: Box::new(move |id, secret| {
            let fields = serde_json::json!({ "Access Key ID": id, "Secret": secret });
            bitwarden::set(home, &serde_json::json!([{ "name": "work", "notes": "x", "fields": fields }]));
        }),
        get: Box::new(move || of("work").map(|item| item["fields"].to_string()).unwrap_or_default()),
        forget: Box::new(move || bitwarden::set(home, &serde_json::json!([]))),
        is_beside: Box::new(move || of("work.aws-auth-new").is_some()),
    }
}

/// pass, in git.
pub fn in_git(home: &Home) -> Kept<'_> {
    home.write(".gitconfig", "[user]\nname = bob\nemail = bob@example.com\n");
    home.command(["pass", "git", "init"]).go().ok();
    let real = tools::find("pass").expect("pass");
    let show = move || said(Command::new(&real).args(["show", "work"]).stdin(Stdio::null()), home);
    Kept {
        from: "pass",
        program: "pass",
        args: Vec::new(),
        put: Box::new(move |id, secret| {
            let _ = fs::remove_file(home.path("store/work.aws-auth-new.gpg"));
            let _ = fs::remove_file(home.path("store/.git/index.lock"));
            gpg::insert(home, "work", text(id, secret));
        }),
        get: Box::new(show),
        forget: Box::new(move || {
            let _ = fs::remove_file(home.path("store/.git/index.lock"));
            let _ = fs::remove_file(home.path("store/work.gpg"));
        }),
        is_beside: Box::new(move || home.path("store/work.aws-auth-new.gpg").exists()),
    }
}

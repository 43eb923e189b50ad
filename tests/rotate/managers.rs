//! A rotation that is ended at each of its calls to the manager, for every manager that is written: at every moment the item
//! holds a key that AWS takes, and the next run goes on.
//!
//! Here each call is tried in one of three ways; with `AWS_AUTH_TEST_KILLS`, as in `tests/long`, in all three.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{keys, user_of};
use crate::support::steps::{self, At};
use crate::support::sts::{BOB, World};
use crate::support::{Home, Outcome, gpg, keyring, run, tools};
use crate::{bitwarden, vault};

/// Makes an item hold the key with this id and this secret.
type Put<'a> = Box<dyn Fn(&str, &str) + 'a>;

/// A manager with an item in it.
struct Kept<'a> {
    /// For `--from`, and the program.
    from: &'static str,
    program: &'static str,
    args: Vec<String>,
    /// How often a rotation calls it.
    calls: usize,
    /// Makes the item hold this key, and nothing be beside it.
    put: Put<'a>,
    /// What the item holds.
    get: Box<dyn Fn() -> String + 'a>,
    /// Whether something is beside it.
    is_beside: Box<dyn Fn() -> bool + 'a>,
}

const PATIENCE: Duration = Duration::from_mins(5);
/// The calls of a rotation: the item is read; an entry is written, read and removed to see whether that can be done; the
/// sibling is written and read, the item is written and read, the sibling is removed.
const USUAL: usize = 9;

fn rotate(home: &Home, kept: &Kept, args: &[&str]) -> Outcome {
    let run = home.run(["rotate", "--from", kept.from, "--item", "work"]).args(&kept.args).args(args);
    let outcome = run.patience(PATIENCE).go();
    for key in home.sts().emulator().keys() {
        home.secret("a permanent secret key", &key.secret);
    }
    outcome
}

/// The table: what became of the rotation, by the call at which it was ended and how. `every` leaves calls out.
fn table(home: &Home, kept: &Kept, every: usize) {
    let is_long = std::env::var_os("AWS_AUTH_TEST_KILLS").is_some();
    steps::at(home, kept.program, At::Never);
    rotate(home, kept, &[]).ok();
    let calls = steps::calls(home, kept.program);
    assert_eq!(calls, kept.calls, "of {}", kept.program);
    let mut outcomes = Vec::new();
    for number in 1..=calls {
        let all = [At::After(number), At::Instead(number), At::Fails(number)];
        for at in
            all.into_iter().enumerate().filter(|(way, _)| is_long || (number + way * every).is_multiple_of(3 * every))
        {
            let at = at.1;
            let current = keys(home, &BOB).pop().expect("a key");
            home.sts().emulator().change(|world| {
                world.keys.retain(|key| key.user != BOB.arn || key.id == current.id);
                world.keys.iter_mut().for_each(|key| key.active |= key.user == BOB.arn);
            });
            let _ = fs::remove_dir_all(home.path(".local/state/aws-auth/rotations"));
            (kept.put)(&current.id, &current.secret);
            steps::at(home, kept.program, at);
            let ended = rotate(home, kept, &[]);
            std::thread::sleep(Duration::from_millis(300));
            steps::at(home, kept.program, At::Never);
            let held = works(home, kept, &format!("{at:?}: {ended:?}"));
            let made = keys(home, &BOB).len() - 1;
            outcomes.push(format!("{at:?}: new keys {made}, new in the item {}", held != current.id));
            let mut again = rotate(home, kept, &["--yes"]);
            if again.status.code() == Some(10) {
                again.says("24 hours");
            } else {
                again.ok();
                again = rotate(home, kept, &["--yes"]);
                again.fails_saying(10, "").says("24 hours");
            }
            let held = works(home, kept, &format!("{at:?}, again: {again:?}"));
            let there = keys(home, &BOB);
            assert!(there.len() == 2 && there.iter().filter(|key| key.active).all(|key| key.id == held), "{there:?}");
            assert!(!(kept.is_beside)(), "{at:?}: the sibling is left\n{ended:?}\n{again:?}");
        }
    }
    println!("{}", outcomes.join("\n"));
    assert!(outcomes.len() >= 2, "too little was tried");
}

/// The item holds a whole key that is active. Which.
#[track_caller]
fn works(home: &Home, kept: &Kept, when: &str) -> String {
    let item = (kept.get)();
    let all = keys(home, &BOB);
    let key = all.iter().find(|key| item.contains(&key.id) && item.contains(&key.secret));
    let key = key.unwrap_or_else(|| panic!("{when}: half a key"));
    assert!(key.active, "{when}: the item's key is inactive");
    key.id.clone()
}

fn text(id: &str, secret: &str) -> String {
    format!("{secret}\naccess_key_id: {id}\n# more\n")
}

#[test]
fn r109_ended_at_any_call_to_a_keyring() {
    let home = user_of(&BOB, World::standard());
    let Some(keyring) = keyring::start(&home) else { return };
    keyring.store("work", &text(BOB.access_key_id, BOB.secret_access_key));
    let named = |verb: &str, name: &str| {
        let mut tool = Command::new(tools::find("secret-tool").expect("secret-tool"));
        tool.args([verb, "service", "aws-auth", "name", name]).env_clear().envs(home.env()).stdin(Stdio::null());
        String::from_utf8(tool.output().expect("it runs").stdout).expect("text")
    };
    let kept = Kept {
        from: "secret-tool",
        program: "secret-tool",
        args: Vec::new(),
        calls: USUAL,
        put: Box::new(|id, secret| {
            named("clear", "work.aws-auth-new");
            keyring.store("work", &text(id, secret));
        }),
        get: Box::new(|| named("lookup", "work")),
        is_beside: Box::new(|| !named("lookup", "work.aws-auth-new").is_empty()),
    };
    table(&home, &kept, 1);
}

#[test]
fn r109_ended_at_any_call_to_a_database_that_a_key_file_opens() {
    let Some(real) = tools::need("keepassxc-cli") else { return };
    let home = user_of(&BOB, World::standard());
    let database = home.path("keys.kdbx").display().to_string();
    fs::write(home.path("key"), [7; 64]).expect("a key file");
    let key = home.path("key").display().to_string();
    let cli = |verb: &[&str], entry: &[&str], input: &str| {
        fs::write(home.rig("answer.txt"), input).expect("what is told");
        let mut cli = Command::new(&real);
        let opens: &[&str] =
            if verb[0] == "db-create" { &["--set-key-file", &key] } else { &["--no-password", "-k", &key] };
        cli.args(verb).args(opens).arg(&database).args(entry).env_clear().envs(home.env());
        cli.stdin(fs::File::open(home.rig("answer.txt")).expect("a file")).stdout(Stdio::piped()).stderr(Stdio::null());
        let out = run::spawn(&mut cli).and_then(std::process::Child::wait_with_output).expect("it runs");
        String::from_utf8(out.stdout).expect("text")
    };
    cli(&["db-create", "-t", "100"], &[], "");
    cli(&["add", "-p", "-u", BOB.access_key_id], &["work"], &format!("{}\n", BOB.secret_access_key));
    home.plant(&PathBuf::from(&database));
    let params = [format!("database={database}"), format!("key_file={key}"), "no_password=yes".into()];
    let kept = Kept {
        from: "keepassxc-cli",
        program: "keepassxc-cli",
        args: params.into_iter().flat_map(|param| ["--param".into(), param]).collect(),
        // What is removed goes to its bin first, and is removed there too: twice.
        calls: USUAL + 2,
        put: Box::new(|id, secret| {
            for _ in 0..2 {
                cli(&["rm"], &["work.aws-auth-new"], "");
            }
            cli(&["edit", "-p", "-u", id], &["work"], &format!("{secret}\n"));
        }),
        get: Box::new(|| cli(&["show", "--all", "-s"], &["work"], "")),
        is_beside: Box::new(|| cli(&["ls", "-R", "-f"], &[], "").contains("aws-auth-new")),
    };
    table(&home, &kept, 2);
}

#[test]
fn r109_ended_at_any_call_to_openbao() {
    let Some((home, _server)) = vault::user(&BOB) else { return };
    let real = tools::find("bao").expect("bao");
    let bao = |args: &[&str]| {
        let mut bao = Command::new(&real);
        bao.args(args).env_clear().envs(home.env()).stdin(Stdio::null()).stderr(Stdio::null());
        String::from_utf8(bao.output().expect("bao runs").stdout).expect("text")
    };
    let whole = |id: &str, secret: &str| {
        let values = [("access_key_id", id), ("secret_access_key", secret), ("note", "of the team")];
        vault::put(&home, "secret/work", &values);
    };
    whole(BOB.access_key_id, BOB.secret_access_key);
    let kept = Kept {
        from: "vault",
        program: "bao",
        args: vec!["--param".into(), "mount=secret".into()],
        calls: USUAL,
        put: Box::new(|id, secret| {
            bao(&["kv", "metadata", "delete", "secret/work.aws-auth-new"]);
            whole(id, secret);
        }),
        get: Box::new(|| bao(&["kv", "get", "-format=json", "secret/work"])),
        is_beside: Box::new(|| bao(&["kv", "list", "secret"]).contains("aws-auth-new")),
    };
    table(&home, &kept, 2);
}

#[test]
fn r109_ended_at_any_call_to_bitwarden() {
    let item = format!(
        r#"[{{"name": "work", "fields": {{"Access Key ID": "{}", "Secret": "{}"}}, "notes": "x"}}]"#,
        BOB.access_key_id, BOB.secret_access_key
    );
    let Some((home, _server)) = bitwarden::vault(&BOB, &item) else { return };
    let bw = |args: &[&str]| bitwarden::bitwarden(&home, args);
    let get = || {
        bw(&["sync"]);
        bw(&["list", "items", "--search", "work"])
    };
    let of = |name: &str| -> Option<serde_json::Value> {
        let all: Vec<serde_json::Value> = serde_json::from_str(&get()).expect("JSON");
        all.into_iter().find(|item| item["name"] == name)
    };
    let kept = Kept {
        from: "bw",
        program: "bw",
        args: Vec::new(),
        // Its own sync.
        calls: USUAL + 1,
        put: Box::new(|_, _| {
            // What the table has ended with holds the only key that is left.
            if let Some(beside) = of("work.aws-auth-new") {
                bw(&["delete", "item", beside["id"].as_str().expect("an id"), "--permanent"]);
            }
        }),
        get: Box::new(|| of("work").expect("the item")["fields"].to_string()),
        is_beside: Box::new(|| of("work.aws-auth-new").is_some()),
    };
    table(&home, &kept, 4);
}

#[test]
fn r109_ended_at_any_call_to_pass_in_git() {
    let home = user_of(&BOB, World::standard());
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    home.write(".gitconfig", "[user]\nname = bob\nemail = bob@example.com\n");
    home.command(["pass", "git", "init"]).go().ok();
    gpg::insert(&home, "work", text(BOB.access_key_id, BOB.secret_access_key));
    let kept = Kept {
        from: "pass",
        program: "pass",
        args: Vec::new(),
        // Whether git has recorded it.
        calls: USUAL + 1,
        put: Box::new(|id, secret| {
            if home.path("store/work.aws-auth-new.gpg").exists() {
                fs::remove_file(home.path("store/work.aws-auth-new.gpg")).expect("the sibling");
            }
            let _ = fs::remove_file(home.path("store/.git/index.lock"));
            gpg::insert(&home, "work", text(id, secret));
        }),
        get: Box::new(|| super::shown(&home, "work").expect("the item")),
        is_beside: Box::new(|| home.path("store/work.aws-auth-new.gpg").exists()),
    };
    table(&home, &kept, 1);
}

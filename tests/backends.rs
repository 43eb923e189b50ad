//! Every manager there is a manifest of: stand-ins give the recorded answers to the built program.
//!
//! What holds in `replay` (arguments, verdict, values) has to hold through processes, pipes and the environment too, up
//! to what is asked of STS.

use std::path::Path;

use aws_auth::backend::field::Field;
use aws_auth::backend::kind::Kind;
use aws_auth::backend::manifest::{Manifest, Shape};
use aws_auth::backend::registry::BUILT_IN;
use aws_auth::backend::replay::{Answers, Recorded};

use crate::support::fake::{Answer, Call, Fake};
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, Outcome, gpg};

const README: &str = include_str!("../backends/README.md");

/// The recorded answers of a built-in manager, none where it starts no program.
fn recorded(name: &str) -> Vec<Recorded> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("backends/answers/{name}.toml"));
    let text = std::fs::read_to_string(&place).unwrap_or_default();
    Answers::parse(&text, name).unwrap_or_else(|error| panic!("{error}")).all
}

/// A manager that answers as recorded, but with the keys of a person the emulator knows.
struct Scene {
    home: Home,
    person: &'static Person,
}

impl Scene {
    fn new(has_device: bool) -> Self {
        let home = Home::with_sts();
        // in the caller's environment, where no manager may see them
        home.set("AWS_ACCESS_KEY_ID", "AKIAPOISONPOISON1234");
        home.set("AWS_SECRET_ACCESS_KEY", "poison/poison/poison/poison/poison/12345");
        home.set("LANGUAGE", "de");
        let person = if has_device { &ALICE } else { &BOB };
        gpg::secrets_of(&home, person);
        Self { home, person }
    }

    /// AWS's documented examples, which the recorded answers hold, in this person's words.
    fn theirs(&self, text: &str) -> String {
        text.replace("AKIAIOSFODNN7EXAMPLE", self.person.access_key_id)
            .replace("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", self.person.secret_access_key)
            .replace("arn:aws:iam::111122223333:mfa/alice", self.person.mfa_serial)
            .replace("arn:aws:iam::111122223333:role/dev", role::DEV)
            .replace("JBSWY3DPEHPK3PXP", self.person.totp_secret)
    }

    fn manager(&self, program: &str, recorded: &Recorded) -> Fake<'_> {
        let argv: Vec<&str> = recorded.argv.iter().map(String::as_str).collect();
        let (stdout, stderr) = (self.theirs(&recorded.stdout), self.theirs(&recorded.stderr));
        let answer = Answer { exit: recorded.exit, stdout: stdout.into(), stderr: stderr.into(), ..Answer::default() };
        Fake::new(&self.home, program).on(&argv, &answer)
    }

    fn ask(&self, name: &str, manifest: &Manifest, recorded: &Recorded, code: Option<&str>) -> Outcome {
        let mut args = vec!["--from".to_owned(), name.to_owned()];
        // a folder of single values is named by its folder
        let line = manifest.read.as_ref().is_some_and(|read| read.shape == Shape::Line);
        let folder = recorded.entry.rsplit_once('/').map(|(folder, _)| folder).filter(|_| line);
        args.extend(["--item".to_owned(), folder.unwrap_or(&recorded.entry).to_owned()]);
        for (key, value) in &recorded.params {
            args.extend(["--param".to_owned(), format!("{key}={value}")]);
        }
        args.extend(code.map(|code| format!("--token-code={code}")));
        if recorded.quiet {
            args.push("--no-input".to_owned());
        } else {
            // it may ask in a window
            self.home.set("DISPLAY", ":0");
        }
        self.home.run(args).go()
    }
}

#[track_caller]
fn was_asked_as_it_should(calls: &[Call], recorded: &Recorded) {
    assert!(!calls.is_empty(), "{}: the manager was not asked", recorded.says);
    assert_eq!(calls[0].args(), recorded.argv, "{}", recorded.says);
    for call in calls {
        assert_eq!(call.stdin, "/dev/null", "{}", recorded.says);
        assert_eq!(call.var("LC_CTYPE"), Some("C.UTF-8"), "{}", recorded.says);
        for withheld in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "LANGUAGE", "LANG", "LC_ALL"] {
            assert_eq!(call.var(withheld), None, "{}: {withheld}", recorded.says);
        }
    }
}

#[test]
fn r20_r22_what_a_manager_answers_is_what_signs_the_call() {
    for (name, text) in BUILT_IN {
        let manifest = Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        for recorded in recorded(name) {
            let Some(values) = &recorded.values else { continue };
            if !values.contains_key(&Field::AccessKeyId) || !values.contains_key(&Field::SecretAccessKey) {
                continue; // one value of several entries
            }
            println!("{name}: {}", recorded.says);
            let scene = Scene::new(values.contains_key(&Field::MfaSerial));
            let manager = scene.manager(&manifest.program[0], &recorded);
            // with an authenticator in the item, nobody has to give a code
            let needs_code = values.contains_key(&Field::MfaSerial) && !values.contains_key(&Field::Otp);
            let code = needs_code.then(|| scene.home.sts().fresh_code(scene.person.mfa_serial));
            let outcome = scene.ask(name, &manifest, &recorded, code.as_deref());
            if values.contains_key(&Field::RoleArn) {
                scene.home.sts().delivered_role(&outcome, scene.person, role::DEV);
            } else {
                scene.home.sts().delivered_session(&outcome, scene.person);
            }
            was_asked_as_it_should(&manager.calls(), &recorded);
        }
    }
}

#[test]
fn what_a_manager_refuses_has_the_exit_code_of_its_kind_and_a_hint() {
    for (name, text) in BUILT_IN {
        let manifest = Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        for recorded in recorded(name) {
            let Some(kind) = recorded.kind else { continue };
            // these lead to further questions where an item may be a folder
            if matches!(kind, Kind::Folder | Kind::NotFound) && !manifest.entries.is_empty() {
                continue;
            }
            println!("{name}: {}", recorded.says);
            let scene = Scene::new(false);
            let manager = scene.manager(&manifest.program[0], &recorded);
            let outcome = scene.ask(name, &manifest, &recorded, None);
            outcome.fails(kind.class().code().into()).says(&manifest.title).says("hint: ");
            scene.home.sts().saw(&[]);
            was_asked_as_it_should(&manager.calls(), &recorded);
        }
    }
}

#[test]
fn an_address_names_the_vault_and_the_item() {
    for (name, program, address, argv) in [
        ("op", "op", "op://Private/AWS", &["item", "get", "AWS", "--vault", "Private", "--format", "json"][..]),
        ("pass-cli", "pass-cli", "pass://Work/AWS", &["item", "view", "--output", "json", "pass://Work/AWS"]),
    ] {
        let home = Home::new();
        let manager = Fake::new(&home, program);
        home.run(["--from", name, "--item", address]).go().fails(12);
        assert_eq!(manager.calls()[0].args(), argv);
    }
}

/// `op://VAULT/ITEM/X`: X is a section if one has that name, else a field; with four parts, both are named.
#[test]
fn an_address_of_1password_names_a_section_or_a_field() {
    let Person { access_key_id, secret_access_key, .. } = BOB;
    let of = |section: &str, label: &str, value: &str| {
        let value = value.replace('"', "\\\"");
        let section =
            if section.is_empty() { String::new() } else { format!("\"section\":{{\"label\":\"{section}\"}},") };
        format!("{{{section}\"label\":\"{label}\",\"value\":\"{value}\"}}")
    };
    let json = |id: &str, secret: &str| format!(r#"{{"AccessKeyId":"{id}","SecretAccessKey":"{secret}"}}"#);
    let (bobs, alices) = (json(access_key_id, secret_access_key), json(ALICE.access_key_id, ALICE.secret_access_key));
    let fields = [
        of("work", "access key id", access_key_id),
        of("work", "secret access key", secret_access_key),
        of("home", "access key id", ALICE.access_key_id),
        of("home", "secret access key", ALICE.secret_access_key),
        of("files", "bob", &bobs),
        of("files", "both", &bobs),
        of("old files", "both", &alices),
        of("", "alone", &bobs),
    ];
    let item = format!("{{\"title\":\"AWS\",\"fields\":[{}]}}", fields.join(","));
    let argv = ["item", "get", "AWS", "--vault", "Private", "--format", "json"];
    let item = Answer::of(item);
    let run = |address: &str| {
        let home = Home::with_sts();
        for person in [&ALICE, &BOB] {
            gpg::secrets_of(&home, person);
        }
        let op = Fake::new(&home, "op").on(&argv, &item);
        let outcome = home.run(["--from", "op", "--item", &format!("op://Private/AWS/{address}")]).go();
        assert_eq!(op.calls().len(), 1);
        (home.sts(), outcome)
    };
    for address in ["work", "files/both", "files/bob", "alone"] {
        let (sts, outcome) = run(address);
        sts.delivered_session(&outcome, &BOB);
    }
    run("nosuch").1.fails(13);
}

#[test]
fn one_password_item_of_1password_may_hold_each_value() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let mut op = Fake::new(&home, "op");
    for (name, value) in [
        ("aws", ""),
        ("aws-access-key-id", BOB.access_key_id),
        ("aws-secret-access-key", BOB.secret_access_key),
        ("aws-mfa-arn", ""),
        ("aws-iam-role-arn", ""),
    ] {
        let missing =
            format!("[ERROR] 2026/11/28 12:00:00 \"{name}\" isn't an item. Specify the item with its UUID.\n");
        let fields = format!(
            r#"[{{"id":"password","type":"CONCEALED","label":"password","value":"{value}"}},{{"id":"notesPlain","label":"notesPlain"}}]"#
        );
        let item = format!(r#"{{"title":"{name}","category":"PASSWORD","fields":{fields}}}"#);
        let answer = if value.is_empty() { Answer::failure(1, &missing) } else { Answer::of(item) };
        op = op.on(&["item", "get", name, "--format", "json"], &answer);
    }
    home.sts().delivered_session(&home.run(["--from", "op"]).go(), &BOB);
}

/// The manifest that `backends/README.md` adds a manager with.
fn example() -> &'static str {
    let (_, after) = README.split_once("```toml\n").expect("an example");
    after.split_once("```").expect("the example's end").0
}

#[test]
fn the_readmes_example_is_all_it_takes_to_add_a_manager() {
    assert!(example().lines().count() <= 15);
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let file = home.write(".config/aws-auth/backends/sops.toml", example());
    let text = format!(
        "{{\"AWS_ACCESS_KEY_ID\": \"{}\", \"aws_secret_access_key\": \"{}\"}}",
        BOB.access_key_id, BOB.secret_access_key
    );
    let missing = Answer::failure(100, "Error: cannot operate on non-existent file \"no.yaml\"\n");
    Fake::new(&home, "sops")
        .on(&["decrypt", "--output-type", "json", "aws.yaml"], &Answer::of(text))
        .on(&["decrypt", "--output-type", "json", "no.yaml"], &missing);
    let outcome = home.run(["--from", "sops", "--item", "aws.yaml"]).go();
    home.sts().delivered_session(&outcome, &BOB);
    home.run(["--from", "sops", "--item", "no.yaml"]).go().fails(13).says("no.yaml");
    let file = file.to_str().expect("the path is text");
    let live = home.run(["backends", "check", "--live", file, "--item", "aws.yaml"]).go();
    live.ok().says_out("access_key_id: found in \"aws.yaml\"").says_out("mfa_serial: not found");
    let bad = Answer::of("{\"access_key_id\": \"CANARY 0\"}");
    Fake::new(&home, "sops").on(&["decrypt", "--output-type", "json", "aws.yaml"], &bad);
    home.secret("a value that cannot be a key", "CANARY 0");
    let live = home.run(["backends", "check", "--live", file, "--item", "aws.yaml"]).go();
    live.ok().says_out("access_key_id: found in \"aws.yaml\", but it cannot be used");
}

#[test]
fn recorded_answers_beside_a_manifest_are_checked() {
    let home = Home::new();
    let file = home.write("mine/sops.toml", example());
    let check = || home.run(["backends", "check", file.to_str().expect("the path is text")]).go();
    check().ok().says_out("no recorded answers");
    let (_, after) = README.split_once("```toml\n[[answer]]").expect("an answer");
    let answer = format!("[[answer]]{}", after.split_once("```").expect("the answer's end").0);
    let found = "[[answer]]\nsays = 'found'\nsource = 'ran'\nentry = 'x'\nargv = ['decrypt', '--output-type', 'json', 'x']\nexit = 0\nstdout = '{\"otp\": \"eu\"}'\nstderr = ''\nvalues = { otp = 'eu' }\n";
    home.write("mine/answers/sops.toml", format!("{answer}\n{found}"));
    check().ok().says_out("all 2 recorded answers hold");
    home.write("mine/answers/sops.toml", &answer);
    check().fails_saying(10, "").says("no answer that holds values");
    home.write("mine/answers/sops.toml", format!("{answer}\n{}", found.replace("values =", "value =")));
    check().fails_saying(10, "").says("sops.toml:");
}

#[test]
fn the_list_tells_what_is_not_trusted_fully() {
    let home = Home::new();
    let list = home.run(["backends"]).go();
    for (name, text) in BUILT_IN {
        let manifest = Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        let line = list.out().lines().find(|line| line.split_whitespace().next() == Some(name));
        let line = line.unwrap_or_else(|| panic!("{name} is not listed\n{list:?}"));
        assert_eq!(line.contains("(experimental)"), manifest.experimental.is_some(), "{line}");
    }
}

#[test]
fn backends_readme_explains_every_key_and_every_kind() {
    let base = "title = 'x'\nprogram = ['x']\n";
    let read = "[read]\nargv = ['{entry}']\nshape = 'pairs'\n";
    let tables = [
        "zzz = 1\n",
        "[read]\nzzz = 1\n",
        "[params.x]\nzzz = 1\n",
        "[env]\nzzz = 1\n",
        "[quiet]\nzzz = 1\n",
        "[[guard]]\nzzz = 1\n",
    ];
    for table in tables {
        let text = if table.starts_with("[read]") { format!("{base}{table}") } else { format!("{base}{table}{read}") };
        let told = Manifest::parse(&text, "x").expect_err(table).to_string();
        explains(&told);
    }
    explains(&Answers::parse("[[answer]]\nzzz = 1\n", "x").expect_err("an unknown key").to_string());
    for kind in Kind::ALL {
        let row = format!("| `{}` | {} | {} |\n", kind.name(), kind.class().code(), kind.meaning());
        assert!(README.contains(&row), "backends/README.md should hold: {row}");
    }
}

/// The README has each key that the message of an unknown one lists.
fn explains(told: &str) {
    let (_, keys) = told.split_once("expected one of ").unwrap_or_else(|| panic!("{told}"));
    let keys = keys.split('`').skip(1).step_by(2);
    for key in keys.filter(|key| !key.contains(' ')) {
        let named = README.contains(&format!("`{key}")) || README.contains(&format!("[{key}]"));
        assert!(named || README.contains(&format!("\n{key} ")), "backends/README.md does not explain `{key}`");
    }
}

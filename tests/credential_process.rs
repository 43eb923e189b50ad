//! `aws-auth credential-process`, called by the clients that call it: botocore, the AWS CLI, the SDKs for Rust and for
//! JavaScript. They capture our standard error, some run us by a shell, and many run at the same time.

use std::time::Duration;

use crate::other_end::WHO;
use crate::shells::bob;
use crate::support::run::{Run, To};
use crate::support::sts::{ALICE, role};
use crate::support::{A_SECOND, Home, Outcome, fake, gpg, kept, tools};

/// A client and how it is called.
struct Client {
    name: &'static str,
    argv: Vec<String>,
}

const JAVASCRIPT: &str = "
const { fromProcess } = require('@aws-sdk/credential-provider-process');
fromProcess({ profile: 'ours' })().then(
  (found) => console.log(found.accessKeyId, found.expiration.toISOString()),
  (error) => { console.error(error.message); process.exit(1); });";

/// The keys that botocore finds and until when.
const PYTHON: &str = "
import botocore.session
found = botocore.session.get_session().get_credentials()
print(found.get_frozen_credentials().access_key, found._expiry_time.strftime('%Y-%m-%dT%H:%M:%S.000Z'))";

/// The clients. They print the key id and its end, or use the keys.
fn clients() -> Vec<Client> {
    let mut found = Vec::new();
    let mut add = |name, argv: &[&str]| {
        found.push(Client { name, argv: argv.iter().map(|arg| (*arg).to_owned()).collect() });
    };
    if let Some(python) = tools::python() {
        add("botocore", &[python.to_str().expect("text"), "-c", PYTHON]);
    }
    match tools::find("aws") {
        Some(aws) => {
            let who = "exec \"$0\" sts get-caller-identity --endpoint-url \"$STS\"";
            add("the AWS CLI", &["sh", "-c", who, aws.to_str().expect("text")]);
        }
        None => tools::not_run("the AWS CLI is not installed; tests/setup installs it"),
    }
    match tools::need("node") {
        Some(node) if modules().join("@aws-sdk/credential-provider-process").is_dir() => {
            add("the SDK for JavaScript", &[node.to_str().expect("text"), "-e", JAVASCRIPT]);
        }
        _ => tools::not_run("no AWS SDK for JavaScript; tests/setup installs one"),
    }
    found
}

pub fn modules() -> std::path::PathBuf {
    tools::repository().join("target/tools/node_modules")
}

/// `ours` is a profile that gets its keys by us.
fn configure(home: &Home, args: &str) {
    let text = format!("[profile ours]\nregion = us-east-1\ncredential_process = aws-auth credential-process {args}\n");
    home.write(".aws/config", text);
}

fn call<'h>(home: &'h Home, client: &Client) -> Run<'h> {
    home.command(&client.argv).env("AWS_PROFILE", "ours").env("NODE_PATH", modules()).env("STS", home.sts().url())
}

#[track_caller]
fn got_the_session(home: &Home, outcome: &Outcome) {
    let session = home.sts().emulator().issued().pop().expect("a session");
    let end = session.expiration.replace('Z', ".000Z");
    let shown = outcome.ok().out().contains(&format!("{} {end}", session.access_key_id));
    let last = home.sts().requests().pop().expect("a request");
    let used = last.action.as_deref() == Some("GetCallerIdentity") && last.access_key_id == Some(session.access_key_id);
    assert!(shown || used, "{end}\n{outcome:?}");
}

#[test]
fn r96_every_client_takes_the_keys_and_their_end() {
    for client in clients() {
        println!("{}", client.name);
        let home = bob();
        configure(&home, "--from env");
        got_the_session(&home, &call(&home, &client).go());
    }
}

#[test]
fn r96_the_sdk_for_rust_takes_the_keys_and_their_end() {
    use aws_credential_types::provider::ProvideCredentials as _;
    let home = bob();
    // it runs the command in its own environment, and that is the tests'
    let mut command = "env -i".to_owned();
    for (name, value) in home.env() {
        command.push_str(&[" ", name.to_str().expect("text"), "='", value.to_str().expect("text"), "'"].concat());
    }
    command.push_str(&[" ", tools::binary().to_str().expect("text"), " credential-process --from env"].concat());
    let provider = aws_config::credential_process::CredentialProcessProvider::new(command);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let found = {
        let _one_at_a_time = crate::support::run::spawning();
        runtime.block_on(provider.provide_credentials()).expect("credentials")
    };
    let session = home.sts().emulator().issued().remove(0);
    assert_eq!(found.access_key_id(), session.access_key_id);
    assert_eq!(found.secret_access_key(), session.secret_access_key);
    assert_eq!(found.session_token(), Some(session.session_token.as_str()));
    let end = aws_smithy_types::DateTime::from(found.expiry().expect("an end"));
    let end = end.fmt(aws_smithy_types::date_time::Format::DateTime).expect("a time");
    assert_eq!(end, session.expiration);
}

#[test]
fn r98_every_client_lets_the_prompt_reach_the_terminal() {
    for client in clients() {
        println!("{}", client.name);
        let home = Home::with_sts();
        fake::pass(&home, &ALICE, role::DEV);
        configure(&home, "--from pass");
        let mut run = call(&home, &client).stdout(To::Pipe).stderr(To::Pipe);
        run.stdin = To::Terminal;
        let mut pty = run.pty_as_set();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        got_the_session(&home, &outcome);
        assert!(!outcome.err().contains("MFA code"), "{outcome:?}");
    }
}

#[test]
fn r97_every_client_tells_the_one_line_of_a_failure() {
    for client in clients() {
        println!("{}", client.name);
        let home = bob();
        configure(&home, &format!("--from env --role-arn {}", role::DEV));
        let outcome = call(&home, &client).go();
        assert!(!outcome.status.success() && outcome.out().is_empty(), "{outcome:?}");
        outcome.says("AccessDenied");
    }
}

#[test]
fn r97_a_failure_is_one_line_and_nothing_on_stdout() {
    let home = bob();
    home.write(".aws/config", "[profile x]\nrole_arn = arn:aws:iam::111122223333:role/dev\naws_auth_from = env\n");
    for (args, code) in [
        (&["--from", "env", "--role-arn", role::DEV][..], 20),
        (&["--from", "nosuchmanager"], 2),
        (&["--frm"], 2),
        (&["--profile", "x"], 20),
        (&["--profile", "nowhere"], 10),
        (&["--shell", "sh"], 2),
    ] {
        let outcome = home.run(["credential-process"]).args(args).go();
        outcome.fails_saying(code, "");
        assert_eq!(outcome.err().lines().count(), 1, "{outcome:?}");
    }
    // what is told on the way is not in the way: the endpoint, the profile that a variable names
    let outcome = home.run(["credential-process", "--no-role"]).env("AWS_PROFILE", "x").go();
    assert!(outcome.ok().err().is_empty(), "{outcome:?}");
    let fault = home.run(["credential-process", "--from", "env"]).env("AWS_AUTH_TEST_PANIC", "1").go();
    fault.fails_saying(70, "");
    assert_eq!(fault.err().lines().count(), 1, "{fault:?}");
}

/// What a failure may take beside what it asks others.
const OWN: Duration = A_SECOND;

/// A question, and who would have to be asked for its answer.
struct Question {
    name: &'static str,
    /// Prepares it; the other arguments, and the stand-in that is asked.
    prepare: fn(&Home) -> Prepared<'_>,
    code: i32,
    /// What the manager may take by itself, in seconds, where it is a real one.
    theirs: u64,
    /// What AWS is asked.
    actions: &'static [&'static str],
}

type Prepared<'h> = (Vec<String>, Option<fake::Fake<'h>>);

fn from_pass<'h>(pass: Option<fake::Fake<'h>>, more: &[&str]) -> Prepared<'h> {
    (["--from", "pass"].iter().chain(more).map(|word| (*word).to_owned()).collect(), pass)
}

const QUESTIONS: [Question; 7] = [
    Question {
        name: "the code of the item's device",
        prepare: |home| from_pass(Some(fake::pass(home, &ALICE, role::DEV)), &[]),
        code: 16,
        theirs: 0,
        actions: &[],
    },
    Question {
        name: "the code of a device that the command line names",
        prepare: |home| {
            let serial = ["--serial-number", ALICE.mfa_serial];
            from_pass(Some(fake::pass(home, &ALICE, role::DEV)), &serial)
        },
        code: 16,
        theirs: 0,
        actions: &[],
    },
    Question {
        name: "the code of a device that nobody names, and AWS wants",
        prepare: |home| {
            let text = format!("{}\naccess_key_id: {}\n", ALICE.secret_access_key, ALICE.access_key_id);
            gpg::secrets_of(home, &ALICE);
            let answer = fake::Answer::of(text);
            let pass = fake::Fake::new(home, "pass").on(&["show", "--", "work"], &answer);
            from_pass(Some(pass), &["--item", "work", "--role-arn", role::DEV])
        },
        code: 20,
        theirs: 0,
        actions: &["AssumeRole"],
    },
    Question {
        name: "a manager's own, whether it may be asked on a terminal",
        prepare: |home| {
            let locked = fake::Answer::failure(2, "gpg: decryption failed: No secret key\n");
            from_pass(Some(fake::Fake::new(home, "pass").on(&["show", "--", "work"], &locked)), &["--item", "work"])
        },
        code: 12,
        theirs: 0,
        actions: &[],
    },
    Question {
        name: "a sign-in that has ended",
        prepare: |home| {
            let text = "[profile me]\nlogin_session = x\nregion = us-east-1\n";
            home.write(".aws/config", text);
            let out =
                fake::Answer::failure(255, "Your session has expired. Please reauthenticate using 'aws login'.\n");
            let argv =
                "configure export-credentials --format process --no-cli-auto-prompt --profile=me --region=us-east-1";
            let argv: Vec<&str> = argv.split(' ').collect();
            (["--profile", "me"].map(str::to_owned).to_vec(), Some(fake::Fake::new(home, "aws").on(&argv, &out)))
        },
        code: 14,
        theirs: 0,
        actions: &[],
    },
    Question {
        name: "a code that is given, and was spent",
        prepare: |home| {
            let pass = fake::pass(home, &ALICE, "");
            let code = home.sts().fresh_code(ALICE.mfa_serial);
            home.run(["--from", "pass", "--token-code", &code]).go().ok();
            from_pass(Some(pass), &["--token-code", &code])
        },
        code: 21,
        theirs: 0,
        actions: &["GetSessionToken"],
    },
    Question {
        name: "the passphrase of the real pass",
        prepare: |home| {
            if gpg::store(home, gpg::Key::Locked).is_some() {
                gpg::insert_documented(home, "", &ALICE, role::DEV);
            }
            from_pass(None, &[])
        },
        code: 14,
        theirs: 3,
        actions: &[],
    },
];

#[test]
fn r98_where_a_question_cannot_be_asked_it_fails_at_once() {
    for question in &QUESTIONS {
        println!("{}", question.name);
        let home = Home::with_sts();
        let (args, standin) = (question.prepare)(&home);
        let calls = || standin.iter().flat_map(fake::Fake::calls).map(|call| call.args()).collect::<Vec<_>>();
        let before = calls().len();
        let outcome = home.run(["credential-process"]).args(args).go();
        outcome.fails_saying(question.code, "").within(OWN + Duration::from_secs(question.theirs));
        assert_eq!(outcome.err().lines().count(), 1, "{outcome:?}");
        // Nothing that takes its time is begun twice, nor in vain.
        let mut asked = calls().split_off(before);
        let all = asked.len();
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), all, "{asked:?}");
        assert_eq!(gpg::asked(&home), 0, "a pinentry: {outcome:?}");
        home.sts().saw(question.actions);
    }
}

#[test]
fn the_sdk_may_assume_the_role_itself_with_the_session_we_give() {
    let Some(python) = tools::python() else { return };
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, "");
    // the two profiles of docs/serve.md
    home.write(
        ".aws/config",
        format!(
            "[profile base]\naws_auth_from = pass\ncredential_process = aws-auth credential-process --profile base --no-role\n\
             [profile dev]\nregion = us-east-1\nsource_profile = base\nrole_arn = {}\nrole_session_name = me\n",
            role::DEV
        ),
    );
    let run = home.command([python.to_str().expect("text"), "-c", WHO]).env("STS", home.sts().url());
    let mut pty = run.env("AWS_PROFILE", "dev").pty();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("arn:aws:sts::111122223333:assumed-role/dev/me");
    pty.finish().ok();
}

#[test]
fn r99_ten_clients_at_once_make_one_prompt_and_one_session() {
    let Some(python) = tools::python() else { return };
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, "");
    configure(&home, "--from pass");
    let Some(_kept) = kept::on(&home) else { return };
    let script = "for i in 1 2 3 4 5 6 7 8 9 10; do \"$PYTHON\" -c \"$SHOW\" >out.$i 2>&1 & done; wait; sort out.* | uniq -c; rm out.*";
    let run = home.command(["bash", "-c", script]).env("PYTHON", python).env("SHOW", PYTHON).env("AWS_PROFILE", "ours");
    let mut pty = run.cwd(home.rig("")).pty();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    let session = home.sts().emulator().issued().remove(0);
    outcome.ok().says(&format!("10 {}", session.access_key_id));
    assert_eq!(outcome.screen().matches("MFA code for").count(), 1, "{outcome:?}");
    home.sts().saw(&["GetSessionToken"]);
}

#[test]
fn kept_credentials_must_be_good_for_as_long_as_an_sdk_wants() {
    let home = bob();
    let Some(_kept) = kept::on(&home) else { return };
    let run = |args: &[&str]| home.run(args).args(["--from", "env"]).go();
    // half of 30 minutes is 15: shorter sessions would be asked for more often than the SDKs do
    run(&["--mfa-duration-seconds", "1800"]).ok();
    run(&["credential-process", "--mfa-duration-seconds", "1800"]).ok();
    assert_eq!(home.sts().requests().len(), 1);
    run(&["credential-process", "--mfa-duration-seconds", "1800", "--min-ttl", "16m"]).ok();
    assert_eq!(home.sts().requests().len(), 1, "it has half an hour left");
}

// ---- whoever has gone

/// A run on a terminal whose caller goes away while the question is there; it ends by itself, and says why.
fn left_alone(script: &str) {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut pty = home.command(["sh", "-c", script]).pty();
    pty.expect_prompt();
    let outcome = pty.finish();
    outcome.ok();
    let screen = outcome.screen();
    let (told, gone) = (screen.find("no code is needed any more"), screen.find("the next command"));
    assert!(told.is_some() && told < gone, "{outcome:?}");
    home.sts().saw(&[]);
}

#[test]
fn the_question_goes_with_the_program_that_reads_the_answer() {
    // As the SDK for Rust does after 21 seconds.
    left_alone("aws-auth credential-process --from pass | sleep 2; echo the next command");
}

#[test]
fn the_question_goes_with_the_program_that_has_started_it() {
    // Somebody else still has the pipe.
    left_alone(
        "{ sh -c 'aws-auth credential-process --from pass; true' & sleep 2; kill -9 $!; wait; } 2>/dev/null | cat; \
         echo the next command",
    );
}

#[test]
fn r97_success_says_nothing_on_stderr_and_what_is_to_be_known_on_the_terminal() {
    let home = bob();
    let silent = home.run(["credential-process", "--from", "env"]).go();
    assert!(silent.ok().err().is_empty(), "{silent:?}");
    let mut run = home.run(["credential-process", "--from", "env"]).stdout(To::Pipe).stderr(To::Pipe);
    run.stdin = To::Terminal;
    let told = run.pty_as_set().finish();
    assert!(told.ok().err().is_empty(), "{told:?}");
    assert!(told.screen().contains("this session is without MFA"), "{told:?}");
}

//! `~/.aws/config` and `~/.aws/credentials`: read as the AWS CLI reads them, with our own keys among theirs.
//!
//! botocore is the reference: the same files, the same calls to STS.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use aws_auth_emulator::Issued;

use crate::shells::bob;
use crate::support::fake::{self, Answer, Fake};
use crate::support::sts::{ALICE, BOB, Person, Request, role};
use crate::support::{Home, Outcome, gpg, tools};

const DEV: &str = role::DEV;
const PLAIN: &str = role::PLAIN;
const PATHED: &str = role::PATHED;
const CHAINED: &str = role::CHAINED;
const PARTNER: &str = role::PARTNER;

/// Has botocore get the credentials of the selected profile; codes come from the environment.
const REFERENCE: &str = "
import getpass, os
getpass.getpass = lambda prompt='': os.environ['CODE']
import botocore.session
session = botocore.session.get_session()
session.set_config_variable('region', session.get_config_variable('region') or 'us-east-1')
print(session.get_credentials().get_frozen_credentials().access_key)
";

/// The static keys of a person, as lines of a profile.
fn keys(person: &Person) -> String {
    format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", person.access_key_id, person.secret_access_key)
}

/// What of a call counts: the role's settings, and who signed the first.
fn shape(requests: &[Request]) -> Vec<String> {
    let shown = |(place, request): (usize, &Request)| {
        let signer = if place == 0 { request.access_key_id.as_deref().unwrap_or("nobody") } else { "the one before" };
        let mut parts = vec![format!("{} by {signer}", request.action.as_deref().unwrap_or_default())];
        for name in ["RoleArn", "ExternalId", "DurationSeconds", "SerialNumber", "RoleSessionName"] {
            let generated = |value: &str| value.starts_with("botocore-session-") || value == "alice";
            if let Some(value) = request.param(name).filter(|value| !generated(value)) {
                // AWS's default, which botocore leaves out and which may be said as well
                if (name, value) != ("DurationSeconds", "3600") {
                    parts.push(format!("{name}={value}"));
                }
            }
        }
        parts.join(" ")
    };
    requests.iter().enumerate().map(shown).collect()
}

/// A user with these two files.
fn files(config: &str, credentials: &str) -> Home {
    let home = Home::with_sts();
    for person in [&ALICE, &BOB] {
        gpg::secrets_of(&home, person);
    }
    home.write(".aws/config", config);
    home.write(".aws/credentials", credentials);
    home
}

struct Case {
    what: &'static str,
    config: String,
    credentials: String,
    profile: Option<&'static str>,
}

fn case(what: &'static str, profile: impl Into<Option<&'static str>>, config: &str, credentials: &str) -> Case {
    Case { what, config: config.into(), credentials: credentials.into(), profile: profile.into() }
}

/// The role that most of the cases end in.
fn dev(more: &str) -> String {
    format!("[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n{more}")
}

/// Where keys can come from. All the roles of these configurations can be assumed.
fn sources() -> Vec<Case> {
    let (bob, alice) = (keys(&BOB), keys(&ALICE));
    let base = format!("[base]\n{bob}");
    vec![
        case("keys in the other file", "dev", &dev(""), &base),
        case("keys in the same file", "dev", &format!("{}[profile base]\n{bob}", dev("")), ""),
        case("keys in both files", "dev", &format!("{}[profile base]\n{alice}", dev("")), &base),
        case("a role in the credentials file", "dev", "", &format!("{base}{}", dev("").replace("profile dev", "dev"))),
        case("its own source", "dev", &format!("[profile dev]\nrole_arn = {PLAIN}\nsource_profile = dev\n{bob}"), ""),
        case(
            "a chain",
            "last",
            &format!("{}[profile last]\nrole_arn = {CHAINED}\nsource_profile = dev\n", dev("")),
            &base,
        ),
        case(
            "a chain that ends in its own source",
            "last",
            &format!(
                "[profile last]\nrole_arn = {PATHED}\nsource_profile = dev\n[profile dev]\nrole_arn = {PLAIN}\nsource_profile = dev\n{bob}"
            ),
            "",
        ),
        case(
            "a source with a role and keys of its own",
            "last",
            &format!(
                "[profile last]\nrole_arn = {PATHED}\nsource_profile = dev\n[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n{alice}"
            ),
            &base,
        ),
    ]
}

/// How a role can be assumed, and how a file can be written.
fn settings() -> Vec<Case> {
    let alice = keys(&ALICE);
    let base = format!("[base]\n{}", keys(&BOB));
    vec![
        case("a duration", "dev", &dev("duration_seconds = 1800\n"), &base),
        case("a session name", "dev", &dev("role_session_name = me@work\n"), &base),
        case("an external id", "dev", &dev("external_id = partner-42\n").replace(PLAIN, PARTNER), &base),
        case(
            "a device",
            "dev",
            &dev(&format!("mfa_serial = {}\n", ALICE.mfa_serial)).replace(PLAIN, DEV),
            &format!("[base]\n{alice}"),
        ),
        case(
            "all together",
            "last",
            &format!(
                "{}[profile last]\nrole_arn={CHAINED}\nsource_profile=dev\nduration_seconds=900\nrole_session_name=last\nexternal_id=x-1\n",
                dev(&format!(
                    "mfa_serial = {}\nrole_session_name = first\nexternal_id = y-2\nduration_seconds = 1000\n",
                    ALICE.mfa_serial
                ))
            ),
            &format!("[base]\n{alice}"),
        ),
        case(
            "the default profile",
            None,
            &format!("[default]\nrole_arn = {PLAIN}\nsource_profile = base\nrole_session_name = by-default\n"),
            &base,
        ),
        case(
            "the default profile beside another",
            "dev",
            &format!(
                "[default]\nrole_arn = {PATHED}\nsource_profile = base\nexternal_id = x-1\nduration_seconds = 901\n{}",
                dev("")
            ),
            &base,
        ),
        case(
            "the default profile as source",
            "dev",
            &dev("").replace("base", "default"),
            &base.replace("base", "default"),
        ),
        case("a name with an at sign", "me@dev", &dev("").replace("profile dev", "profile me@dev"), &base),
        case("carriage returns", "dev", &dev("external_id = x-1\n").replace('\n', "\r\n"), &base.replace('\n', "\r\n")),
        case("tabs and blanks", "dev", &dev("").replace(" = ", "\t=   "), &base),
        case(
            "comments and other tools' sections",
            "dev",
            &format!(
                "# one\n; two\n\n[services x]\ns3 =\n  endpoint_url = http://127.0.0.1:9\n[sso-session y]\nsso_region = x\n{}",
                dev("")
            ),
            &base,
        ),
        case(
            "nested settings",
            "dev",
            &dev("s3 =\n  max_concurrent_requests = 20\n  role_arn = x\noutput = json\n"),
            &base,
        ),
        case(
            "our own settings",
            "other",
            &format!("{}[profile other]\nrole_arn = {PATHED}\nsource_profile = base\naws_auth_min_ttl = 5m\n", dev("")),
            &base,
        ),
        case("a region of its own", "dev", &dev("region = eu-west-1\nsts_regional_endpoints = regional\n"), &base),
        case("capital letters", "dev", &dev("External_Id = x-1\n").replace("role_arn", "ROLE_ARN"), &base),
        case(
            "a credential process",
            "dev",
            &format!(
                "{}[profile base]\ncredential_process = sh -c 'echo \"{{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"{}\\\", \\\"SecretAccessKey\\\": \\\"{}\\\"}}\"'\n",
                dev(""),
                BOB.access_key_id,
                BOB.secret_access_key
            ),
            "",
        ),
    ]
}

/// Runs the program without a manager, as the profile is selected in this case.
fn ours(home: &Home, profile: Option<&str>, by_variable: bool) -> Outcome {
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut run = home.run(["--no-input"]);
    match profile {
        Some(name) if by_variable => run = run.env("AWS_PROFILE", name),
        Some(name) => run = run.args(["--profile", name]),
        None => {}
    }
    // a code is good for whoever has a device, and an error for whoever has none
    if let Some(profile) = profile.filter(|_| has_device(home)) {
        println!("{profile} has a device");
        run = run.args(["--token-code", &code]);
    }
    run.go()
}

fn has_device(home: &Home) -> bool {
    std::fs::read_to_string(home.path(".aws/config")).is_ok_and(|text| text.contains("mfa_serial"))
}

#[test]
fn r114_the_same_files_lead_to_the_same_calls_as_botocores() {
    let Some(python) = tools::python() else { return };
    let mut wrong = Vec::new();
    for Case { what, config, credentials, profile } in sources().into_iter().chain(settings()) {
        let reference = files(&config, &credentials);
        let code = reference.sts().fresh_code(ALICE.mfa_serial);
        let script: [&std::ffi::OsStr; 3] = [python.as_os_str(), "-c".as_ref(), REFERENCE.as_ref()];
        let mut run = reference.command(script).env("CODE", code);
        if let Some(profile) = profile {
            run = run.env("AWS_PROFILE", profile);
        }
        let theirs = run.go();
        assert!(theirs.status.success(), "{what}: the case itself is wrong\n{theirs:?}");
        let expected = shape(&reference.sts().requests());
        assert!(!expected.is_empty(), "{what}: botocore asked for nothing");
        for by_variable in [false, true] {
            let home = files(&config, &credentials);
            let outcome = ours(&home, profile, by_variable);
            let found = shape(&home.sts().requests());
            if found != expected || !outcome.status.success() {
                wrong.push(format!(
                    "{what} (AWS_PROFILE: {by_variable})\n  {expected:?}\n  {found:?}\n{}",
                    outcome.err()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "botocore's calls and ours:\n{}", wrong.join("\n"));
}

/// What a container or an instance has for whoever runs on it: both services at one address, with these credentials.
fn machine(credentials: &Issued) -> String {
    let body = |names: [&str; 5]| {
        let values = ["Success", &credentials.access_key_id, &credentials.secret_access_key];
        let values = values.into_iter().chain([credentials.session_token.as_str(), &credentials.expiration]);
        let pairs: Vec<_> = names.iter().zip(values).map(|(name, value)| format!("\"{name}\": \"{value}\"")).collect();
        format!("{{{}}}", pairs.join(", "))
    };
    let keys = body(["Code", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"]);
    let answer = move |line: &str| match line.split(' ').nth(1).unwrap_or_default() {
        "/container" | "/latest/meta-data/iam/security-credentials/worker" => (200, keys.clone()),
        "/latest/meta-data/iam/security-credentials/" => (200, "worker".to_owned()),
        "/latest/api/token" => (200, "a-token".to_owned()),
        _ => (404, String::new()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().expect("the connection")).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            let _ = lines.take_while(|line| !line.is_empty()).count();
            let (status, body) = answer(&first);
            let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            let _ = write!(stream, "{head}x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n{body}");
        }
    });
    url
}

#[test]
fn r114_credential_source_leads_to_the_same_calls_as_botocores() {
    let Some(python) = tools::python() else { return };
    let role = |source: &str| format!("[profile dev]\nrole_arn = {PLAIN}\ncredential_source = {source}\n");
    let with_mfa = role("Environment").replace(PLAIN, DEV) + &format!("mfa_serial = {}\n", ALICE.mfa_serial);
    let chain = format!("[profile last]\nrole_arn = {PATHED}\nsource_profile = dev\nexternal_id = x-1\n");
    // the profile, the config, whose keys are in the environment
    let rows = [
        ("dev", role("Environment"), Some(&BOB)),
        ("dev", with_mfa, Some(&ALICE)),
        ("last", role("Environment") + &chain, Some(&BOB)),
        ("dev", role("EcsContainer"), None),
        ("last", role("EcsContainer") + &chain, None),
        ("dev", role("Ec2InstanceMetadata"), None),
        // keys that lie about are not the ones that the profile wants
        ("dev", role("EcsContainer"), Some(&ALICE)),
    ];
    for (profile, config, person) in rows {
        let home = files(&config, "");
        let sdk = home.run(["--from", "env"]).env("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
        sdk.env("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key).go().ok();
        let url = machine(&home.sts().emulator().issued()[0]);
        home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/container"));
        home.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
        home.unset("AWS_EC2_METADATA_DISABLED");
        if let Some(person) = person {
            home.set("AWS_ACCESS_KEY_ID", person.access_key_id);
            home.set("AWS_SECRET_ACCESS_KEY", person.secret_access_key);
        }
        let theirs = REFERENCE.replace("get_session()", &format!("Session(profile='{profile}')"));
        let script: [&std::ffi::OsStr; 3] = [python.as_os_str(), "-c".as_ref(), theirs.as_ref()];
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let theirs = home.command(script).env("CODE", code).go();
        println!("{config}");
        assert!(theirs.status.success(), "the case itself is wrong\n{theirs:?}");
        let expected = shape(&home.sts().requests()[1..]);
        let outcome = ours(&home, Some(profile), false);
        outcome.ok();
        assert_eq!(shape(&home.sts().requests()[1 + expected.len()..]), expected, "{outcome:?}");
    }
}

#[test]
fn a_credential_source_that_has_no_keys_or_is_none_is_named() {
    let role = format!("[profile dev]\nrole_arn = {PLAIN}\n");
    let rows = [
        ("credential_source = Environment", 13, "the environment gave no AWS keys"),
        ("credential_source = EcsContainer", 13, "the container's endpoint gave no AWS keys"),
        ("credential_source = Ec2InstanceMetadata", 13, "the instance's metadata gave no AWS keys"),
        ("credential_source = environment", 10, "Ec2InstanceMetadata or EcsContainer"),
        ("credential_source = Environment\nsource_profile = base", 10, "both source_profile and credential_source"),
    ];
    for (lines, code, named) in rows {
        println!("{lines}");
        let home = files(&format!("{role}{lines}\n"), &format!("[base]\n{}", keys(&BOB)));
        home.run(["--profile", "dev"]).go().fails(code).says(named);
        home.sts().saw(&[]);
    }
    let home = files(&format!("{role}credential_source = Environment\n"), "");
    let explained = home.run(["--profile", "dev", "--explain"]).go();
    explained.ok().says("keys: the environment (credential_source in ~/.aws/config)");
}

#[test]
fn the_files_may_lie_elsewhere_as_for_the_aws_cli() {
    let home = files("[profile dev]\nregion = not a region\n", "");
    let dev = format!("[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\nregion = eu-north-1\n");
    let config = home.write("elsewhere/one", dev);
    let credentials = home.write("elsewhere/two", format!("[base]\n{}", keys(&BOB)));
    let run = home.run(["--profile", "dev"]).env("AWS_CONFIG_FILE", config);
    let outcome = run.env("AWS_SHARED_CREDENTIALS_FILE", credentials).go();
    let exports = outcome.exports();
    home.sts().delivered_role(&outcome, &BOB, PLAIN);
    assert_eq!(exports.get("AWS_REGION").map(String::as_str), Some("eu-north-1"));
}

#[test]
fn r81_what_is_no_regular_file_is_refused_at_once() {
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"] {
        for place in ["/dev/zero", "/dev/tty", "a pipe", "/"] {
            println!("{variable}={place}");
            let home = bob();
            let pipe = home.path("pipe");
            home.command(["mkfifo".as_ref(), pipe.as_os_str()]).go().ok();
            home.set(variable, if place == "a pipe" { pipe.to_str().expect("the path is text") } else { place });
            home.run(["--from", "env"]).go().fails(10).says(variable).within(Duration::from_secs(2));
            assert!(home.sts().actions().is_empty());
        }
    }
    // which is how to say that there is none
    let home = bob();
    home.set("AWS_CONFIG_FILE", "/dev/null");
    home.set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    home.sts().delivered_session(&home.run(["--from", "env"]).go(), &BOB);
}

#[test]
fn r78_a_home_that_is_no_absolute_path_makes_nobody_look_into_the_working_directory() {
    for value in ["", ".", "relative"] {
        let home = Home::with_sts();
        let marker = home.rig("EXECUTED");
        let config = format!("[default]\ncredential_process = touch {}\n", marker.display());
        for place in ["", ".", "relative"] {
            home.write(format!("project/{place}/.aws/config"), &config);
        }
        println!("HOME={value}");
        let outcome = home.run([] as [&str; 0]).cwd(home.path("project")).env("HOME", value).go();
        outcome.fails(10).says("HOME is not an absolute path");
        assert!(!marker.exists());
    }
}

#[test]
fn what_botocore_refuses_is_an_error_before_anything_is_asked() {
    let Some(python) = tools::python() else { return };
    let base = format!("[base]\n{}", keys(&BOB));
    let role = |name: &str, source: &str| format!("[profile {name}]\nrole_arn = {PLAIN}\nsource_profile = {source}\n");
    // what, config, what the message has to name
    let rows = [
        ("no such profile", String::new(), "dev"),
        ("a section without the word profile", role("dev", "base").replace("profile dev", "dev"), "dev"),
        ("a missing source", role("dev", "nowhere"), "nowhere"),
        ("a circle of two", role("dev", "other") + &role("other", "dev"), "dev"),
        ("a circle of three", role("dev", "b") + &role("b", "c") + &role("c", "dev"), "dev"),
        ("a circle that does not come back", role("dev", "b") + &role("b", "c") + &role("c", "b"), "b"),
        ("its own source without keys", role("dev", "dev"), ""),
        ("a source without keys", role("dev", "empty") + "[profile empty]\nregion = eu-west-1\n", ""),
        ("no source at all", format!("[profile dev]\nrole_arn = {PLAIN}\n"), "dev"),
    ];
    for (what, config, named) in rows {
        let home = files(&config, &base);
        let script: [&std::ffi::OsStr; 3] = [python.as_os_str(), "-c".as_ref(), REFERENCE.as_ref()];
        let theirs = home.command(script).env("AWS_PROFILE", "dev").env("CODE", "000000").go();
        assert!(!theirs.status.success(), "{what}: botocore takes it\n{theirs:?}");
        for by_variable in [false, true] {
            println!("{what}, AWS_PROFILE: {by_variable}");
            let outcome = ours(&home, Some("dev"), by_variable);
            outcome.fails_with_one_of(&[10, 13]).says(named);
        }
        home.sts().saw(&[]);
    }
}

#[test]
fn values_that_cannot_be_are_named_before_anything_is_asked() {
    let rows = [
        ("role_arn = arn:aws:iam::1:role/x", "role_arn"),
        ("role_arn = not an arn", "role_arn"),
        ("duration_seconds = long", "duration_seconds"),
        ("duration_seconds = 899", "duration_seconds"),
        ("duration_seconds = 43201", "duration_seconds"),
        ("duration_seconds = -1", "duration_seconds"),
        ("role_session_name = a b", "role_session_name"),
        ("role_session_name = x", "role_session_name"),
        ("region = eu-west-1.example.com/", "region"),
        ("mfa_serial = two words", "mfa_serial"),
    ];
    for (line, named) in rows {
        let role = if line.starts_with("role_arn") { String::new() } else { format!("role_arn = {PLAIN}\n") };
        let home =
            files(&format!("[profile dev]\nsource_profile = base\n{role}{line}\n"), &format!("[base]\n{}", keys(&BOB)));
        println!("{line}");
        home.run(["--profile", "dev"]).go().fails(10).says(named);
        home.sts().saw(&[]);
    }
}

#[test]
fn r69_a_chained_role_of_more_than_an_hour_is_refused_before_a_code_is_asked() {
    let config = format!(
        "[profile base]\naws_auth_from = pass\nmfa_serial = {}\n[profile one]\nrole_arn = {DEV}\nsource_profile = base\n\
         [profile two]\nrole_arn = {CHAINED}\nsource_profile = one\nduration_seconds = 3601\n",
        ALICE.mfa_serial
    );
    let home = files(&config, "");
    let _ = fake::pass(&home, &ALICE, "");
    home.run(["--profile", "two"]).captured().finish().fails(10).says("3600").does_not_say("MFA code for");
    home.sts().saw(&[]);
}

// ---- our own keys in it

const DRAWER: &str = r#"
title = "drawer"
program = ["drawer"]
[params.place]
help = "where"
default = "main"
[params.user_name]
help = "who"
default = "me"
[read]
argv = ["read", "{place}", "{user_name}", "{entry}"]
shape = "pairs"
first = "secret_access_key"
"#;

/// A user of a manager with parameters; each answer is the keys of bob.
fn drawer(config: &str, argv: &[&str]) -> Home {
    let home = files(config, "");
    home.write(".config/aws-auth/backends/drawer.toml", DRAWER);
    let text = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
    let _ = Fake::new(&home, "drawer").on(&[&["read"], argv].concat(), &Answer::of(text));
    home
}

/// What it is called, the configuration, further flags, and what the manager is asked.
type Asked<'a> = (&'a str, String, &'a [&'a str], [&'a str; 3]);

#[test]
fn our_keys_stand_on_the_profile_or_come_from_its_source() {
    let ours = "aws_auth_from = drawer\naws_auth_item = it\n";
    let role = format!("role_arn = {PLAIN}\nsource_profile = base\n");
    let rows: [Asked; 6] = [
        ("on the profile", format!("[profile dev]\n{ours}"), &[], ["main", "me", "it"]),
        ("from the source", format!("[profile base]\n{ours}[profile dev]\n{role}"), &[], ["main", "me", "it"]),
        (
            "from the source's source",
            format!(
                "[profile first]\n{ours}[profile base]\nrole_arn = {PATHED}\nsource_profile = first\n[profile dev]\n{role}"
            ),
            &[],
            ["main", "me", "it"],
        ),
        (
            "the nearest counts",
            format!("[profile base]\n{ours}[profile dev]\n{role}aws_auth_item = nearer\n"),
            &[],
            ["main", "me", "nearer"],
        ),
        ("a flag counts more", format!("[profile dev]\n{ours}"), &["--item", "flag"], ["main", "me", "flag"]),
        ("a parameter by flag", format!("[profile dev]\n{ours}"), &["--param", "place=there"], ["there", "me", "it"]),
    ];
    for (what, config, args, argv) in rows {
        let home = drawer(&config, &argv);
        println!("{what}");
        home.sts().delivered(&home.run(["--profile", "dev"]).args(args).go());
    }
}

#[test]
fn parameters_stand_on_the_profile_or_come_from_its_source() {
    let ours = "aws_auth_from = drawer\naws_auth_item = it\n";
    let role = format!("role_arn = {PLAIN}\nsource_profile = base\n");
    let rows: [Asked; 4] = [
        (
            "on the profile",
            format!("[profile dev]\n{ours}aws_auth_place = there\naws_auth_user_name = her\n"),
            &[],
            ["there", "her", "it"],
        ),
        (
            "from the source",
            format!("[profile base]\n{ours}aws_auth_place = there\n[profile dev]\n{role}"),
            &[],
            ["there", "me", "it"],
        ),
        (
            "the nearest counts",
            format!("[profile base]\n{ours}aws_auth_place = far\n[profile dev]\n{role}aws_auth_place = near\n"),
            &[],
            ["near", "me", "it"],
        ),
        (
            "a flag counts more",
            format!("[profile dev]\n{ours}aws_auth_place = there\naws_auth_user_name = her\n"),
            &["--param", "place=flag"],
            ["flag", "her", "it"],
        ),
    ];
    for (what, config, args, argv) in rows {
        let home = drawer(&config, &argv);
        println!("{what}");
        home.sts().delivered(&home.run(["--profile", "dev"]).args(args).go());
    }
}

/// Flags, variables, and what has to follow from them.
type Given<'a, T> = (&'a [&'a str], &'a [(&'a str, &'a str)], T);

#[test]
fn a_flag_and_a_variable_come_before_the_profile() {
    let config = format!(
        "[profile dev]\nrole_arn = {PLAIN}\nsource_profile = dev\naws_auth_from = drawer\naws_auth_item = it\n\
         region = eu-west-1\nexternal_id = x-profile\nduration_seconds = 1000\nrole_session_name = of-profile\n"
    );
    let flags = ["--external-id", "x-flag", "--role-duration-seconds", "1200", "--role-session-name", "of-flag"];
    let variables = [
        ("AWS_AUTH_EXTERNAL_ID", "x-variable"),
        ("AWS_AUTH_ROLE_DURATION_SECONDS", "1100"),
        ("AWS_AUTH_ROLE_SESSION_NAME", "of-variable"),
    ];
    let rows: [Given<([&str; 3], &str)>; 4] = [
        (&[], &[], (["x-profile", "1000", "of-profile"], "eu-west-1")),
        (&[], &variables, (["x-variable", "1100", "of-variable"], "eu-west-1")),
        (&flags, &variables, (["x-flag", "1200", "of-flag"], "eu-west-1")),
        (
            &["--region", "us-west-2"],
            &[("AWS_REGION", "eu-north-1")],
            (["x-profile", "1000", "of-profile"], "us-west-2"),
        ),
    ];
    for (args, env, (expected, region)) in rows {
        let home = drawer(&config, &["main", "me", "it"]);
        println!("{args:?} {env:?}");
        let run = env.iter().fold(home.run(["--profile", "dev"]), |run, (name, value)| run.env(name, value));
        let request = home.sts().delivered_role(&run.args(args).go(), &BOB, PLAIN);
        let found =
            ["ExternalId", "DurationSeconds", "RoleSessionName"].map(|name| request.param(name).unwrap_or("none"));
        assert_eq!((found, request.region.as_deref()), (expected, Some(region)));
    }
}

#[test]
fn a_profile_that_names_no_role_says_how_that_of_the_item_or_of_a_flag_is_assumed() {
    let of_item = "[profile dev]\naws_auth_from = pass\nexternal_id = partner-42\nduration_seconds = 1000\nrole_session_name = me\n";
    let expected = ["partner-42", "1000", "me"].map(Some);
    let found = |request: &Request| {
        let found = ["ExternalId", "DurationSeconds", "RoleSessionName"].map(|name| request.param(name));
        found.map(|value| value.map(str::to_owned))
    };
    let home = files(of_item, "");
    let _ = fake::pass(&home, &BOB, PARTNER);
    let request = home.sts().delivered_role(&home.run(["--profile", "dev"]).go(), &BOB, PARTNER);
    assert_eq!(found(&request).each_ref().map(Option::as_deref), expected);
    let flags = ["--profile", "dev", "--role-arn", PARTNER, "--role-session-name", "flag", "--no-cache"];
    let request = home.sts().delivered_role(&home.run(flags).go(), &BOB, PARTNER);
    assert_eq!(found(&request).each_ref().map(Option::as_deref), ["partner-42", "1000", "flag"].map(Some));
    home.run(["--profile", "dev", "--explain"]).go().ok().says("external id").says("external_id of the profile");
    // What a profile says of its own role is not for another one.
    home.write(".aws/config", format!("{of_item}role_arn = {PLAIN}\nsource_profile = dev\n"));
    let request = home.sts().delivered_role(&home.run(["--profile", "dev", "--role-arn", PATHED]).go(), &BOB, PATHED);
    assert_eq!(found(&request)[0], None);
    home.write(".aws/config", of_item.replace("1000", "99999"));
    home.run(["--profile", "dev"]).go().fails(10).says("duration_seconds");
}

#[test]
fn a_device_may_stand_in_the_profile_as_aws_mfa_wants_it() {
    let config = format!("[dev-long-term]\n{}aws_mfa_device = {}\n", keys(&ALICE), ALICE.mfa_serial);
    let home = files("", &config);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--profile", "dev-long-term", "--token-code", &code]).go();
    let request = home.sts().delivered_session(&outcome, &ALICE);
    assert_eq!(request.param("SerialNumber"), Some(ALICE.mfa_serial));
}

#[test]
fn beside_no_role_a_flag_that_is_for_a_role_is_refused() {
    let home = bob();
    for flag in [["--external-id", "x-1"], ["--role-session-name", "me"], ["--role-duration-seconds", "1h"]] {
        let outcome = home.run(["--from", "env", "--no-role"]).args(flag).go();
        outcome.fails(2).says(&format!("{} is for a role", flag[0]));
        // The original passed over it where there is no role, and so do we, with a word.
        let outcome = home.run(["--from", "env"]).args(flag).go();
        outcome.ok().says(&format!("{} does nothing, as no role is assumed", flag[0]));
    }
}

#[test]
fn the_selected_profile_is_the_flags_then_the_variables_then_the_default() {
    let section = |name: &str| {
        format!(
            "[{name}]\naws_auth_from = drawer\naws_auth_item = it\nrole_arn = {PLAIN}\nsource_profile = {0}\nrole_session_name = {0}\n",
            name.trim_start_matches("profile ")
        )
    };
    let config = ["default", "profile flag", "profile variable", "profile old"].map(section).concat();
    let rows: [Given<&str>; 5] = [
        (&["--profile", "flag"], &[("AWS_PROFILE", "variable"), ("AWS_DEFAULT_PROFILE", "old")], "flag"),
        (&[], &[("AWS_PROFILE", "variable"), ("AWS_DEFAULT_PROFILE", "old")], "variable"),
        (&[], &[("AWS_DEFAULT_PROFILE", "old")], "old"),
        (&[], &[("AWS_PROFILE", "")], "default"),
        (&["--profile", "flag"], &[("AWS_PROFILE", "nowhere")], "flag"),
    ];
    for (args, env, expected) in rows {
        let home = drawer(&config, &["main", "me", "it"]);
        println!("{args:?} {env:?}");
        let run = env.iter().fold(home.run::<&str>([]), |run, (name, value)| run.env(name, value));
        let outcome = run.args(args).go();
        let request = home.sts().delivered_role(&outcome, &BOB, PLAIN);
        assert_eq!(request.param("RoleSessionName"), Some(expected));
        // whoever did not choose on this very command line is told what was chosen
        if expected == "variable" || expected == "old" {
            outcome.says(expected).says("which");
        } else {
            outcome.quiet();
        }
    }
}

#[test]
fn r66_the_default_profile_gives_only_its_region_beside_a_manager() {
    let config = format!(
        "[default]\nregion = eu-north-1\nmfa_serial = {}\nrole_arn = {DEV}\nsource_profile = default\n\
         external_id = x-1\nrole_session_name = of-default\nduration_seconds = 1000\naws_auth_item = wrong\n{}",
        ALICE.mfa_serial,
        keys(&ALICE)
    );
    let home = files(&config, "");
    let _ = fake::pass(&home, &BOB, "");
    let request = home.sts().delivered_session(&home.run(["--from", "pass"]).go(), &BOB);
    assert_eq!(request.param("SerialNumber"), None);
    assert_eq!(request.region.as_deref(), Some("eu-north-1"));
}

// ---- the layout that the AWS CLI reads too

/// `[profile base]` with our keys and a `credential_process`, `[profile dev]` with a role of it.
fn two_sections(person: &Person) -> Home {
    let config = format!(
        "[profile base]\naws_auth_from = pass\ncredential_process = aws-auth --profile base --format process --no-input\n\
         [profile dev]\nrole_arn = {DEV}\nsource_profile = base\nregion = eu-west-1\n\
         [profile plain]\nrole_arn = {PLAIN}\nsource_profile = base\nregion = eu-west-1\n"
    );
    let home = files(&config, "");
    let _ = fake::pass(&home, person, "");
    home
}

fn aws(home: &Home, profile: &str) -> Option<Outcome> {
    // the AWS CLI keeps the roles it assumes in plain files: that is its own doing
    home.plant(&home.path(".aws/cli"));
    let Some(aws) = tools::find("aws") else {
        tools::not_run("the AWS CLI is not installed; tests/setup installs it");
        return None;
    };
    let query = ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"];
    Some(home.command([aws.as_os_str(), "--profile".as_ref(), profile.as_ref()]).args(query).go())
}

#[test]
fn the_aws_cli_itself_uses_the_two_section_layout() {
    let home = two_sections(&BOB);
    let Some(outcome) = aws(&home, "plain") else { return };
    let arn = outcome.ok().out().trim().to_owned();
    assert!(arn.starts_with("arn:aws:sts::111122223333:assumed-role/plain/"), "{outcome:?}");
    home.sts().saw(&["GetSessionToken", "AssumeRole", "GetCallerIdentity"]);
    // and so do we, by ourselves: the credential_process is not what we ask
    home.run(["--profile", "plain"]).go().ok();
    let last = home.sts().requests().pop().expect("a call");
    assert_eq!((last.param("RoleArn"), last.access_key_id.as_deref()), (Some(PLAIN), Some(BOB.access_key_id)));
}

#[cfg(target_os = "linux")]
#[test]
fn r99_the_aws_cli_needs_no_code_where_a_session_with_one_is_kept() {
    let home = two_sections(&ALICE);
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    // without a session, and without a terminal, it fails, and the AWS CLI with it
    let Some(outcome) = aws(&home, "dev") else { return };
    assert!(!outcome.status.success(), "{outcome:?}");
    outcome.says("MFA code");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--profile", "base", "--token-code", &code]).go().ok();
    for _ in 0..2 {
        let Some(outcome) = aws(&home, "dev") else { return };
        assert!(outcome.ok().out().contains(":assumed-role/dev/"), "{outcome:?}");
    }
    assert_eq!(home.sts().with_code().len(), 1);
}

#[test]
fn a_credential_process_that_leads_back_to_us_is_an_error_and_no_endless_row_of_processes() {
    let processes = [
        "aws-auth --profile base --format process",
        "/usr/bin/env aws-auth --profile base --format process",
        "sh -c 'aws-auth --profile base --format process'",
        "sh -c 'sh -c \"aws-auth --profile dev --format process\"'",
    ];
    for process in processes {
        let config = format!(
            "[profile base]\ncredential_process = {process}\n[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n"
        );
        for profile in ["base", "dev"] {
            let home = files(&config, "");
            println!("{process}, {profile}");
            let mut run = home.run(["--profile", profile]);
            run.patience = std::time::Duration::from_secs(20);
            run.go().fails_with_one_of(&[10, 12]).says("aws-auth");
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn names_of_profiles_cannot_move_the_terminal_nor_reach_a_shell() {
    let names = ["\u{1b}[2J", "a\nb", "$(touch PWNED)", "\u{202e}x", "-", "--help", "", " "];
    let mut codes = BTreeSet::new();
    for name in names {
        let home = files("[profile x]\n", "");
        println!("{name:?}");
        let outcome = home.run([format!("--profile={name}")]).go();
        outcome.fails_with_one_of(&[10, 13, 2]);
        codes.insert(outcome.code());
        home.sts().saw(&[]);
    }
    assert!(codes.contains(&10), "{codes:?}");
}

// ---- nothing is dropped without a word

#[test]
fn r120_a_misspelt_setting_of_the_selected_profile_is_an_error_with_the_nearest_name() {
    let keys = keys(&BOB);
    let rows = [
        ("aws_auth_itm = work", Some("aws_auth_item")),
        ("aws_auth_form = pass", Some("aws_auth_from")),
        ("aws_auth_polcy = x", Some("aws_auth_policy")),
        ("aws_auth_valut = x", Some("aws_auth_vault")),
        ("aws_auth_something_else = x", Some("older")),
        ("aws_auth_vault = of another manager", None),
        ("aws_authority = not ours", None),
    ];
    for (line, named) in rows {
        println!("{line}");
        let home = files(&format!("[profile dev]\n{line}\n{keys}[profile other]\n{keys}"), "");
        let outcome = home.run(["--profile", "dev"]).go();
        match named {
            Some(named) => drop(outcome.fails(10).says(named)),
            None => drop(outcome.ok()),
        }
        home.run(["--profile", "other"]).go().ok();
        home.run(["logout", "--profile", "dev"]).go().ok();
    }
    let home = files(&format!("[profile dev]\naws_auth_valut = x\n{keys}"), "");
    home.run(["--profile", "dev", "--explain"]).go().fails(10);
}

#[test]
fn r120_a_variable_that_is_nearly_one_of_ours_is_an_error_and_unset_and_status_never_fail() {
    for (name, near) in [
        ("AWS_AUTH_ITM", Some("AWS_AUTH_ITEM")),
        ("AWS_AUTH_REGIONS", Some("AWS_AUTH_REGION")),
        ("AWS_AUTH_PARAM_VALT", Some("AWS_AUTH_PARAM_VAULT")),
        ("AWS_AUTH_TOKEN_CODE", Some("--token-code is a flag only")),
        ("AWS_AUTH_NO_INPUT", Some("--no-input")),
        ("AWS_AUTH_IAM_ROLE", Some("it is called AWS_AUTH_ROLE_ARN")),
        ("AWS_AUTH_TOKEN_DURATION_SECONDS", Some("it is called AWS_AUTH_MFA_DURATION_SECONDS")),
        ("AWS_AUTH_DURATION_SECONDS", Some("it is called AWS_AUTH_ROLE_DURATION_SECONDS")),
        ("AWS_AUTH_ROLE", Some("it is called AWS_AUTH_ROLE_ARN")),
        ("AWS_AUTH_ACCOUNT_ID", Some("it is called AWS_AUTH_ACCOUNT")),
        ("AWS_AUTH_SESSION_NAME", Some("it is called AWS_AUTH_ROLE_SESSION_NAME")),
        ("AWS_AUTH_CONSOLE_DURATION_SECONDS", Some("give --console-duration-seconds on the command line of aws-auth")),
        ("AWS_AUTH_SERVICE", Some("give --service on the command line of aws-auth console")),
        ("AWS_AUTH_ACCESS_KEY", None),
        ("AWS_AUTH_PARAM_VAULT", None),
        ("AWS_AUTH_MY_OWN_THING", None),
        ("AWS_AUTHORITY", None),
    ] {
        println!("{name}");
        let home = bob();
        home.set(name, "x");
        let outcome = home.run(["--from", "env"]).go();
        match near {
            Some(near) => drop(outcome.fails(10).says(near).says(name)),
            None => drop(outcome.ok()),
        }
        for command in [&["unset"][..], &["status"], &["logout"], &["completions", "bash"]] {
            home.run(command).go().ok();
        }
    }
}

#[test]
fn what_is_left_out_is_told_when_somebody_asks() {
    let config = format!("{}[profile x]\nword\nregion = y\n", "[profile dev]\n".to_owned() + &keys(&BOB));
    let home = files(&config, "");
    home.run(["--profile", "dev"]).go().ok();
    let told = home.run(["--profile", "dev", "-v"]).go();
    told.ok().says("line 5 is neither");
    assert!(!home.run(["--profile", "dev"]).go().err().contains("line 5"));
}

// ---- what narrows adds up

const ARN: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const OTHER_ARN: &str = "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess";

/// Every two of the places in which a restriction can stand.
const PAIRS: [(&str, &str); 6] = [
    ("flag", "variable"),
    ("flag", "profile"),
    ("flag", "source"),
    ("variable", "profile"),
    ("variable", "source"),
    ("profile", "source"),
];

#[test]
fn r119_policies_of_two_places_are_refused_and_read_only_stands_beside_none() {
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    // each of them as flag, as variable, as a setting
    let said: [(&str, &str, &str, &str); 4] = [
        ("--read-only", "AWS_AUTH_READ_ONLY", "aws_auth_read_only", "yes"),
        ("--policy-arn", "AWS_AUTH_POLICY_ARN", "aws_auth_policy_arn", ARN),
        ("--policy-arn", "AWS_AUTH_POLICY_ARN", "aws_auth_policy_arn", OTHER_ARN),
        ("--policy", "AWS_AUTH_POLICY", "aws_auth_policy", policy),
    ];
    for (one, first) in said.iter().enumerate() {
        for (other, second) in said.iter().enumerate() {
            for (of_one, of_other) in PAIRS {
                let place = |place: &str, (_, _, key, value): &(&str, &str, &str, &str)| match place {
                    "profile" => (format!("{key} = {value}\n"), String::new()),
                    "source" => (String::new(), format!("{key} = {value}\n")),
                    _ => (String::new(), String::new()),
                };
                let (one_in_dev, one_in_base) = place(of_one, first);
                let (other_in_dev, other_in_base) = place(of_other, second);
                let config = format!(
                    "[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n{one_in_dev}{other_in_dev}\
                     [profile base]\n{}{one_in_base}{other_in_base}",
                    keys(&BOB)
                );
                let home = files(&config, "");
                let mut run = home.run(["--profile", "dev"]);
                for (place, (flag, variable, _, value)) in [(of_one, first), (of_other, second)] {
                    run = match place {
                        "flag" if *flag == "--read-only" => run.args([*flag]),
                        "flag" => run.args([*flag, *value]),
                        "variable" => run.env(variable, value),
                        _ => run,
                    };
                }
                println!("{of_one} {first:?}, {of_other} {second:?}");
                let outcome = run.go();
                if one == other {
                    outcome.ok();
                    let request = home.sts().requests().pop().expect("a call");
                    let arns = request.param("PolicyArns.member.1.arn").is_some();
                    assert!(arns || request.param("Policy").is_some());
                    assert_eq!(request.param("PolicyArns.member.2.arn"), None);
                } else {
                    outcome.fails(10).says("either allows");
                    home.sts().saw(&[]);
                }
            }
        }
    }
}

#[test]
fn r119_tags_and_the_source_identity_add_up_and_contradictions_are_refused() {
    let config = format!(
        "[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\nsession_tags = team=core, env=dev\n\
         transitive_session_tags = team\nsource_identity = alice\n[profile base]\naws_auth_tag = cost=1\n{}",
        keys(&BOB)
    );
    let home = files(&config, "");
    let run = home.run(["--profile", "dev", "--tag", "job=x"]).env("AWS_AUTH_TAG", "env=dev,run=7");
    run.env("AWS_AUTH_TRANSITIVE_TAG", "job").go().ok();
    let request = home.sts().requests().pop().expect("a call");
    let tags: BTreeSet<String> = (1..=5)
        .map(|n| {
            let of = |what: &str| request.param(&format!("Tags.member.{n}.{what}")).unwrap_or_default().to_owned();
            format!("{}={}", of("Key"), of("Value"))
        })
        .collect();
    assert_eq!(tags, ["team=core", "env=dev", "cost=1", "job=x", "run=7"].map(str::to_owned).into());
    let transitive = [1, 2].map(|n| request.param(&format!("TransitiveTagKeys.member.{n}")));
    assert_eq!(transitive, [Some("job"), Some("team")]);
    assert_eq!(request.param("SourceIdentity"), Some("alice"));
    for (args, says) in
        [(["--tag", "team=other"], "two values"), (["--source-identity", "bob"], "two source identities")]
    {
        home.run(["--profile", "dev"]).args(args).go().fails(10).says(says);
    }
    // Whoever asked for less must not get all.
    home.run(["--profile", "dev", "--no-role"]).go().fails(10).says("needs a role");
}

// ---- aws-vault's own settings

#[test]
fn a_file_of_aws_vaults_needs_no_edit() {
    let config = format!(
        "[profile base]\nmfa_serial = {}\nmfa_process = sh -c 'echo \"${{CODE-}}$(cat \"$HOME/code\")\"'\n[profile common]\nregion = eu-west-1\n\
         duration_seconds = 1800\nmfa_serial = wrong\n[profile dev]\nrole_arn = {DEV}\nsource_profile = base\n\
         mfa_serial = {}\ninclude_profile = common\n",
        ALICE.mfa_serial, ALICE.mfa_serial
    );
    let home = files(&config, &format!("[base]\n{}", keys(&ALICE)));
    home.write("code", home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = home.run(["--profile", "dev", "--no-input"]).go();
    let exports = outcome.exports();
    assert_eq!(exports.get("AWS_REGION").map(String::as_str), Some("eu-west-1"));
    let request = home.sts().requests().pop().expect("a call");
    assert_eq!(
        (request.param("DurationSeconds"), request.param("SerialNumber")),
        (Some("1800"), Some(ALICE.mfa_serial))
    );
}

// ---- the region

#[test]
fn a_region_of_another_partition_is_refused_with_the_place_it_was_named_in() {
    let dev = format!("[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n");
    let base = format!("[base]\n{}", keys(&BOB));
    let rows: [Given<(&str, &str)>; 3] = [
        (&[], &[], ("region = cn-north-1\n", "region of the profile")),
        (&["--region", "us-gov-west-1"], &[], ("", "--region")),
        (&[], &[("AWS_REGION", "eusc-de-east-1")], ("", "AWS_REGION")),
    ];
    for (args, env, (more, named)) in rows {
        let home = files(&format!("{dev}{more}"), &base);
        let run = env.iter().fold(home.run(["--profile", "dev"]).args(args), |run, (name, value)| run.env(name, value));
        run.go().fails(10).says(named).says("partition");
        home.sts().saw(&[]);
    }
}

#[test]
fn a_region_that_the_user_has_set_is_kept_and_only_the_flag_changes_it_with_a_word() {
    let home = files(&format!("[profile dev]\nregion = us-west-2\n{}", keys(&BOB)), "");
    let outcome = home.run(["--profile", "dev"]).env("AWS_REGION", "ap-southeast-2").go();
    assert_eq!(outcome.exports().get("AWS_REGION"), None);
    assert_eq!(home.sts().requests().pop().expect("a call").region.as_deref(), Some("ap-southeast-2"));
    let outcome = home.run(["--profile", "dev", "--region", "eu-west-1"]).env("AWS_REGION", "ap-southeast-2").go();
    assert_eq!(outcome.exports().get("AWS_REGION").map(String::as_str), Some("eu-west-1"));
    outcome.says("AWS_REGION was ap-southeast-2, and becomes eu-west-1");
    let set = "AWS_REGION=us-east-2,AWS_DEFAULT_REGION=us-east-2";
    let run = home.run(["--profile", "dev"]).env("AWS_REGION", "us-east-2").env("AWS_DEFAULT_REGION", "us-east-2");
    let outcome = run.env("AWSAUTH_SET", set).go();
    assert_eq!(outcome.exports().get("AWS_REGION").map(String::as_str), Some("us-west-2"));
    outcome.quiet();
    let outcome = home.run(["--profile", "dev"]).env("AWS_ACCOUNT_ID", "999900001111").go();
    outcome.ok().says("999900001111").says_out("unset AWS_ACCOUNT_ID;");
}

// ---- every option in each of its places

#[test]
fn every_option_that_takes_a_value_stands_in_a_variable_and_in_a_profile() {
    let expected = |request: &Request| {
        [
            "DurationSeconds",
            "ExternalId",
            "RoleSessionName",
            "SourceIdentity",
            "Tags.member.1.Key",
            "PolicyArns.member.1.arn",
        ]
        .map(|name| request.param(name).unwrap_or_default().to_owned())
    };
    let values = ["1800", "x-1", "me-here", "alice", "team", ARN];
    let dev = format!("[profile dev]\nrole_arn = {PLAIN}\nsource_profile = base\n");
    let of_profile = format!(
        "duration_seconds = 30m\nexternal_id = x-1\nrole_session_name = me-here\nsource_identity = alice\naws_auth_tag = team=a\n\
         aws_auth_policy_arn = {ARN}\naws_auth_min_ttl = 90m\naws_auth_mfa_duration_seconds = 1h30m\naws_auth_shell = fish\n"
    );
    let base = format!("[base]\n{}", keys(&BOB));
    let home = files(&format!("{dev}{of_profile}"), &base);
    let outcome = home.run(["--profile", "dev"]).go();
    outcome.ok().says_out("set -gx AWS_ACCESS_KEY_ID");
    assert_eq!(expected(&home.sts().requests().pop().expect("a call")), values);
    let home = files(&dev, &base);
    let mut run = home.run::<&str>([]);
    for (name, value) in [
        ("AWS_AUTH_PROFILE", "dev"),
        ("AWS_AUTH_ROLE_DURATION_SECONDS", "30m"),
        ("AWS_AUTH_EXTERNAL_ID", "x-1"),
        ("AWS_AUTH_ROLE_SESSION_NAME", "me-here"),
        ("AWS_AUTH_SOURCE_IDENTITY", "alice"),
        ("AWS_AUTH_TAG", "team=a"),
        ("AWS_AUTH_POLICY_ARN", ARN),
        ("AWS_AUTH_MIN_TTL", "90m"),
        ("AWS_AUTH_MFA_DURATION_SECONDS", "1h30m"),
        ("AWS_AUTH_SHELL", "fish"),
        ("AWS_AUTH_REGION", "eu-west-1"),
    ] {
        run = run.env(name, value);
    }
    run.go().ok().says_out("set -gx AWS_REGION 'eu-west-1'");
    let request = home.sts().requests().pop().expect("a call");
    assert_eq!((expected(&request), request.region.as_deref()), (values.map(str::to_owned), Some("eu-west-1")));
    // a parameter
    let home = drawer("[profile dev]\naws_auth_from = drawer\naws_auth_item = it\n", &["there", "me", "it"]);
    home.sts().delivered(&home.run(["--profile", "dev"]).env("AWS_AUTH_PARAM_PLACE", "there").go());
}

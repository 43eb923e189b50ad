//! The same files, the same requests: botocore, which the AWS CLI is made of, and we, on what arrives at STS.
//!
//! botocore runs in one process and never reaches the network: each request is taken from it before it is sent, and
//! answered. Ours arrive at the emulator.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::random::Random;
use crate::support::sts::{ALICE, BOB, Person, Request, role};
use crate::support::{Home, run, tools};

/// For each case in the directory: the requests that botocore makes, or the kind of its error, one JSON value a line.
const REFERENCE: &str = r#"
import getpass, json, os, re, sys
from urllib.parse import parse_qsl
getpass.getpass = lambda prompt='': '123456'
import botocore.loaders, botocore.session
from botocore.awsrequest import AWSResponse
loader = botocore.loaders.create_loader()
ANSWER = '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' \
    '<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>' \
    '<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>' \
    '</AssumeRoleResult></AssumeRoleResponse>'
class Raw:
    def stream(self, **kwargs):
        yield ANSWER.encode()
for n in range(int(sys.argv[2])):
    case = os.path.join(sys.argv[1], str(n))
    os.environ['AWS_CONFIG_FILE'] = case + '.config'
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = case + '.credentials'
    os.environ.pop('AWS_DEFAULT_REGION', None)
    if os.path.exists(case + '.region'):
        os.environ['AWS_DEFAULT_REGION'] = open(case + '.region').read()
    requests = []
    def take(request, **kwargs):
        body = dict(parse_qsl(request.body if isinstance(request.body, str) else request.body.decode()))
        authorization = request.headers['Authorization']
        authorization = authorization if isinstance(authorization, str) else authorization.decode()
        key, region = re.search(r'Credential=([^/]+)/\d+/([^/]+)/', authorization).groups()
        requests.append({'params': body, 'key': key, 'region': region})
        return AWSResponse(request.url, 200, {}, Raw())
    try:
        session = botocore.session.Session(profile='dev')
        session.register_component('data_loader', loader)
        session.register('before-send.sts', take)
        if not session.get_config_variable('region'):
            session.set_config_variable('region', 'us-east-1')
        session.get_credentials().get_frozen_credentials()
        print(json.dumps(requests))
    except Exception as error:
        print(json.dumps(type(error).__name__))
"#;

/// One pair of files; the profile is `dev`.
#[derive(Clone, Debug)]
struct Case {
    config: Vec<u8>,
    credentials: String,
    /// `AWS_DEFAULT_REGION`
    region: Option<&'static str>,
}

fn keys(person: &Person) -> String {
    format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", person.access_key_id, person.secret_access_key)
}

fn case(config: impl Into<Vec<u8>>) -> Case {
    Case { config: config.into(), credentials: format!("[base]\n{}", keys(&BOB)), region: None }
}

/// What botocore does in each case.
fn theirs(cases: &[Case]) -> Option<Vec<Value>> {
    let python = tools::python()?;
    let home = Home::new();
    for (n, case) in cases.iter().enumerate() {
        fs::write(home.path(format!("{n}.config")), &case.config).expect("a file");
        fs::write(home.path(format!("{n}.credentials")), &case.credentials).expect("a file");
        if let Some(region) = case.region {
            fs::write(home.path(format!("{n}.region")), region).expect("a file");
        }
    }
    let mut command = Command::new(python);
    command.args(["-c", REFERENCE]).arg(home.path("")).arg(cases.len().to_string());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    let out = run::output(command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", home.path("")));
    let lines = String::from_utf8(out).expect("text");
    let all: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(all.len(), cases.len());
    Some(all)
}

/// A request in what counts: the role's settings, the region of the signature, and who signed the first.
fn shape(place: usize, param: &dyn Fn(&str) -> Option<String>, key: &str, region: &str) -> String {
    let signer = if place == 0 { key } else { "the one before" };
    let mut parts = vec![format!("{} in {region} by {signer}", param("Action").unwrap_or_default())];
    for name in ["RoleArn", "ExternalId", "DurationSeconds", "SerialNumber", "RoleSessionName"] {
        let generated = |value: &String| value.starts_with("botocore-session-") || value == "alice";
        // AWS's default, which botocore leaves out and which may be said as well
        let default = |value: &String| name == "DurationSeconds" && value == "3600";
        if let Some(value) = param(name).filter(|value| !generated(value) && !default(value)) {
            parts.push(format!("{name}={value}"));
        }
    }
    parts.join(" ")
}

fn shape_of_theirs(answer: &Value) -> Option<Vec<String>> {
    let one = |(place, request): (usize, &Value)| {
        let param = |name: &str| request["params"][name].as_str().map(str::to_owned);
        shape(
            place,
            &param,
            request["key"].as_str().unwrap_or_default(),
            request["region"].as_str().unwrap_or_default(),
        )
    };
    Some(answer.as_array()?.iter().enumerate().map(one).collect())
}

fn shape_of_ours(requests: &[Request]) -> Vec<String> {
    let one = |(place, request): (usize, &Request)| {
        let param = |name: &str| match name {
            "Action" => request.action.clone(),
            name => request.param(name).map(str::to_owned),
        };
        let key = request.access_key_id.as_deref().unwrap_or_default();
        shape(place, &param, key, request.region.as_deref().unwrap_or_default())
    };
    requests.iter().enumerate().map(one).collect()
}

/// What we do: the requests, or the message of the failure.
fn ours(home: &Home, case: &Case) -> Result<Vec<String>, String> {
    home.write(".aws/config", &case.config);
    home.write(".aws/credentials", &case.credentials);
    let before = home.sts().requests().len();
    let mut run = home.run(["--no-input", "--profile", "dev"]);
    if String::from_utf8_lossy(&case.config).contains("mfa") {
        run = run.args(["--token-code", &home.sts().fresh_code(ALICE.mfa_serial)]);
    }
    if let Some(region) = case.region {
        run = run.env("AWS_DEFAULT_REGION", region);
    }
    let outcome = run.go();
    let requests = &home.sts().requests()[before..];
    if outcome.status.success() { Ok(shape_of_ours(requests)) } else { Err(outcome.err()) }
}

/// Compares; gives what differs.
fn differences(cases: &[Case]) -> Option<(usize, Vec<String>)> {
    let theirs = theirs(cases)?;
    let mut shared = Home::with_sts();
    let (mut wrong, mut same) = (Vec::new(), 0);
    for (case, answer) in cases.iter().zip(&theirs) {
        // A code is good once.
        if String::from_utf8_lossy(&case.config).contains("mfa") {
            shared = Home::with_sts();
        }
        let found = ours(&shared, case);
        let config = String::from_utf8_lossy(&case.config);
        match (shape_of_theirs(answer), found) {
            (Some(expected), Ok(found)) if expected == found => same += 1,
            (None, Err(_)) => {}
            (expected, found) => wrong.push(format!("{config:?}\n{expected:?} {answer}\n{found:?}")),
        }
    }
    Some((same, wrong))
}

/// How files are really written: each of these was refused, or read as something else, by us alone.
fn table() -> Vec<Case> {
    let dev = |more: &str| format!("[profile dev]\nrole_arn = {}\nsource_profile = base\n{more}", role::PLAIN);
    let indented = |text: &str| text.replace("\nrole_arn", "\n  role_arn").replace("\nsource", "\n  source");
    let mut cases = vec![
        case(dev("")),
        case(indented(&dev(""))),
        case(indented(&dev("  # a comment\n  external_id = x-1\n"))),
        case(dev("s3 =\n  # c\n  max = 1\n\n  x = 2\nexternal_id = x-1\n")),
        case(dev("").replace(" = ", ": ")),
        case(dev("").replace(" = ", ":")),
        case(dev("external_id = a:b=c\n")),
        case(dev("external_id\u{a0}=\u{a0}x-1\u{a0}\n")),
        case(dev("").replace("role_arn = ", "role_arn\u{a0}= ")),
        case(dev("").replace("role_arn = ", "role_arn\u{c}= ")),
        case(dev("").replace("role_arn = ", "role_arn\u{b}= ")),
        case(dev("").replace("role_arn", "ROLE_Arn")),
        case(dev("").replace("[profile dev]", "[profile dev] /* y */")),
        case(dev("").replace("[profile dev]", "[profile dev] # y")),
        case(dev("").replace("[profile dev]", "[profile \"dev\"]")),
        case(dev("").replace("[profile dev]", "[profile 'dev']")),
        case(dev("").replace("[profile dev]", "[profile\tdev  ]")),
        case(dev("").replace("[profile dev]", "   [profile dev]")),
        case(dev("").replace('\n', "\r\n")),
        case(dev("").replace('\n', "\r")),
        case(dev("external_id = x-1\n").trim_end()),
        case(dev("region = eu-west-1\n")),
        case(format!("[DEFAULT]\nexternal_id = x-1\n{}", dev(""))),
        case(format!("[default]\nexternal_id = x-1\nregion = eu-west-1\n{}", dev(""))),
        case(format!("{}[profile it's]\nx = 1\n[profile m n]\nx = 1\n[junk]\ny = 2\n", dev(""))),
        case(dev("duration_seconds = 1800\nrole_session_name = me@work\n")),
        case(dev("duration_seconds =\n")),
        case(dev("  continued\n")),
        case(dev("").replace("[profile dev]", "[dev]")),
        case(dev("").replace("[profile dev]", "[Profile dev]")),
        case(dev("").replace("[profile dev]", "[profile dev] [x]")),
        case(dev("").replace("role_arn = ", "role_arn = \n  ")),
        case(dev("").replace(&format!("role_arn = {}", role::PLAIN), "role_arn =")),
        case(dev("").replace("source_profile = base", "source_profile = nowhere")),
        case(dev("").replace("source_profile = base", "source_profile =")),
        case(dev("").replace("source_profile = base", "source_profile = dev")),
        case(dev("credential_source = Environment\n")),
        case(dev("").replace("source_profile = base\n", "")),
        case(dev("").replace("base", "b c") + &format!("[profile \"b c\"]\n{}", keys(&BOB))),
        case(dev("").replace("base", "b(1)") + &format!("[profile b(1)]\n{}", keys(&BOB))),
        case(dev("").replace("base", "\u{e9}&") + &format!("[profile \u{e9}&]\n{}", keys(&BOB))),
        case(
            dev("").replace("base", "mid")
                + &format!("[profile mid]\nrole_arn = {}\nsource_profile = base\n", role::PATHED),
        ),
        case(
            dev("").replace("base", "mid")
                + &format!("[profile mid]\nrole_arn = {}\nsource_profile = base\n{}", role::PATHED, keys(&BOB)),
        ),
        Case { region: Some("ap-southeast-2"), ..case(dev("region = us-west-2\n")) },
        Case { region: Some("ap-southeast-2"), ..case(dev("")) },
    ];
    let mut alice = case(dev(&format!("mfa_serial: {}\n", ALICE.mfa_serial)).replace(role::PLAIN, role::DEV));
    alice.credentials = format!("[base]\n{}", keys(&ALICE));
    cases.push(alice.clone());
    cases.push(Case { config: indented(&String::from_utf8(alice.config.clone()).expect("text")).into(), ..alice });
    let mut tokens = case(dev(""));
    tokens.credentials = format!(
        "  [base]\n  aws_access_key_id: {}\n  aws_secret_access_key: {}\n",
        BOB.access_key_id, BOB.secret_access_key
    );
    cases.push(tokens);
    let mut halves = case(dev("") + &format!("[profile base]\naws_secret_access_key = {}\n", BOB.secret_access_key));
    halves.credentials = format!("[base]\naws_access_key_id = {}\n", BOB.access_key_id);
    cases.push(halves);
    cases
}

/// A valid file in a random manner.
fn random(random: &mut Random) -> Case {
    let mut sections: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut names = vec!["dev"];
    names.extend(["mid", "b c", "far(1)"].into_iter().take(random.below(2)));
    let mut source = *random.pick(&[&["base"][..], &["other one"]]).first().expect("a name");
    let base = source.to_owned();
    for name in names.iter().rev() {
        let arn =
            if *name == "dev" && names.len() > 1 { role::CHAINED } else { random.pick(&[role::PLAIN, role::PATHED]) };
        let arn = if names.len() > 1 && *name != "dev" { role::PLAIN } else { arn };
        let mut settings =
            vec![("role_arn".to_owned(), arn.to_owned()), ("source_profile".to_owned(), source.to_owned())];
        for (key, value) in [
            ("external_id", "x:1=2/3"),
            ("role_session_name", "me@work"),
            ("duration_seconds", "1800"),
            ("output", "json"),
            ("s3", ""),
            ("\u{e9}t\u{e9}", "\u{fc}"),
        ] {
            if random.below(3) == 0 {
                settings.push((key.into(), value.into()));
            }
        }
        if *name == "dev" && random.below(3) == 0 {
            settings.push(("region".into(), random.pick(&["eu-west-1", "us-west-2"]).into()));
        }
        for at in (1..settings.len()).rev() {
            settings.swap(at, random.below(at + 1));
        }
        sections.push(((*name).to_owned(), settings));
        source = name;
    }
    let in_config = random.below(2) == 0;
    let credentials = [("aws_access_key_id", BOB.access_key_id), ("aws_secret_access_key", BOB.secret_access_key)];
    let credentials: Vec<_> = credentials.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    if in_config {
        sections.push((base.clone(), credentials.clone()));
    }
    for name in ["default", "unrelated"] {
        if random.below(3) == 0 {
            sections.push((name.into(), vec![("region".into(), "sa-east-1".into()), ("x".into(), "y".into())]));
        }
    }
    let config = written(random, &sections, false);
    let credentials = if in_config { String::new() } else { written(random, &[(base, credentials)], true) };
    Case { config: config.into(), credentials, region: (random.below(4) == 0).then_some("ap-southeast-2") }
}

fn written(random: &mut Random, sections: &[(String, Vec<(String, String)>)], is_credentials: bool) -> String {
    let end = *random.pick(&[&["\n"][..], &["\r\n"], &["\n"], &["\r"]]).first().expect("an end");
    let mut text = String::new();
    for (name, settings) in sections {
        let quoted = match (name.contains(' '), random.below(3)) {
            (true, 0) => format!("'{name}'"),
            (true, _) | (false, 0) => format!("\"{name}\""),
            _ => name.clone(),
        };
        let header = match (is_credentials, name.as_str()) {
            (true, name) => format!("[{name}]"),
            (false, "default") => "[default]".to_owned(),
            (false, _) => format!("[profile{}{quoted}]", random.pick(&[" ", "  ", "\t"])),
        };
        let after = random.pick(&["", "", " # mine", " ; x", " /* y */", "\t"]);
        text.extend([&header, after, end]);
        let indent = " ".repeat(random.below(3));
        for (key, value) in settings {
            let key = if random.below(6) == 0 { key.to_uppercase() } else { key.clone() };
            let around = random.pick(&["", " ", "\t", "  ", "\u{a0}", " \u{2003}"]);
            text.extend([indent.as_str(), &key, around, random.pick(&["=", "=", ":"]), around, value, end]);
            if value.is_empty() {
                text.extend([&indent, "    max = 1", end, &indent, "    # c", end, &indent, "    role_arn = no", end]);
            }
            if random.below(4) == 0 {
                let noise = ["", "# c", "; c = d", "   # indented", "\t", "\u{a0}"];
                text.extend([random.pick(&noise), end]);
            }
        }
    }
    text
}

#[test]
fn listed_files_lead_to_the_requests_of_botocore() {
    let Some((same, wrong)) = differences(&table()) else { return };
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(same > 30, "{same}");
}

#[test]
fn random_files_lead_to_the_requests_of_botocore() {
    let count = if std::env::var_os("AWS_AUTH_TESTS_LONG").is_some() { 1000 } else { 120 };
    let mut seed = Random::new(200);
    let cases: Vec<_> = (0..count).map(|_| random(&mut seed)).collect();
    let Some((same, wrong)) = differences(&cases) else { return };
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(same * 4 > count * 3, "{same}");
}

/// The reason, the file, what botocore asks for first (none: it refuses), and what we do.
type Differs = (&'static str, Vec<u8>, Option<String>, Option<String>);

/// Where we differ, on purpose: the file, what botocore does of it (none: it refuses), what we do, and why.
#[test]
fn what_differs_from_botocore_is_this_and_nothing_else() {
    let dev = |more: &str| format!("[profile dev]\nrole_arn = {}\nsource_profile = base\n{more}", role::PLAIN);
    let of =
        |more: &str| Some(format!("AssumeRole in us-east-1 by {} RoleArn={}{more}", BOB.access_key_id, role::PLAIN));
    let with_mfa = |more: &str| {
        Some(format!(
            "AssumeRole in us-east-1 by {} RoleArn={}{more} SerialNumber={}",
            ALICE.access_key_id,
            role::DEV,
            ALICE.mfa_serial
        ))
    };
    let mid = format!("[profile mid]\nrole_arn = {}\nsource_profile = base\n", role::DEV);
    let serial = format!("mfa_serial = {}\n", ALICE.mfa_serial);
    let twice = format!("{}[profile x]\n[profile x]\n", dev(""));
    let rows: [Differs; 11] = [
        (
            "the SDKs cut a comment after a value",
            dev("external_id = x-1 #7\n").into(),
            of(" ExternalId=x-1 #7"),
            of(" ExternalId=x-1"),
        ),
        ("the SDKs add up a section that comes twice", twice.into(), None, of("")),
        (
            "the SDKs let the last of two settings count",
            dev("external_id = a-1\nexternal_id = b-2\n").into(),
            None,
            of(" ExternalId=b-2"),
        ),
        ("a fault elsewhere ends no run", format!("{}[profile x]\nword\n= 1\n", dev("")).into(), None, of("")),
        (
            "nor does a comment in another encoding",
            [b"# caf\xe9\n".as_slice(), dev("").as_bytes()].concat(),
            None,
            of(""),
        ),
        ("some editors begin a file with a mark", format!("\u{feff}{}", dev("")).into(), None, of("")),
        (
            "the SDKs take no blanks for a part of a name",
            dev("").replace("[profile dev]", "[ profile dev ]").into(),
            None,
            of(""),
        ),
        (
            "the device of the source is the role's",
            format!("{}[profile base]\n{serial}", dev("").replace(role::PLAIN, role::DEV)).into(),
            Some(with_mfa("").unwrap().split(" SerialNumber").next().unwrap().to_owned()),
            with_mfa(""),
        ),
        (
            "the code goes with the first call",
            (dev(&serial).replace("base", "mid").replace(role::PLAIN, role::CHAINED) + &mid).into(),
            Some(with_mfa("").unwrap().split(" SerialNumber").next().unwrap().to_owned()),
            with_mfa(""),
        ),
        (
            "the region of the source is the role's",
            format!("{}[profile base]\nregion = eu-west-1\n", dev("")).into(),
            of(""),
            of("").map(|it| it.replace("us-east-1", "eu-west-1")),
        ),
        (
            "a time is read as people write it",
            dev("duration_seconds = 30m\n").into(),
            of(""),
            of(" DurationSeconds=1800"),
        ),
    ];
    assert!(rows.len() <= 12);
    let cases: Vec<Case> = rows
        .iter()
        .map(|(why, config, ..)| {
            let person = if why.contains("device") || why.contains("code") { &ALICE } else { &BOB };
            Case { credentials: format!("[base]\n{}", keys(person)), ..case(config.clone()) }
        })
        .collect();
    let Some(theirs) = theirs(&cases) else { return };
    for (((why, _, botocore, aws_auth), case), answer) in rows.iter().zip(&cases).zip(&theirs) {
        let first = shape_of_theirs(answer).and_then(|requests| requests.into_iter().next());
        assert_eq!(&first, botocore, "{why}: botocore\n{answer}");
        let found = ours(&Home::with_sts(), case).unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_eq!(found.first(), aws_auth.as_ref(), "{why}: ours");
    }
}

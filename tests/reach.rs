//! At which hosts AWS is reached: what profiles and variables say of it, seen by a proxy that leads every host of AWS to
//! the emulator; and what of that is left to the programs that follow.

use std::process::Command;

use aws_auth::aws::sts::Endpoint;
use aws_auth::settings::Reach;
use aws_auth_emulator::Certificate;

use crate::calls::keys;
use crate::support::proxy::Proxy;
use crate::support::sts::{ALICE, BOB, CHEN, GINA, Person, role};
use crate::support::{Home, Sts, fake, kept, run, tools};

/// Somebody whose keys are in the environment, to whom all of AWS is the emulator.
fn everywhere(person: &Person) -> (Home, Proxy) {
    let home = Home::new();
    home.attach(Sts::start_tls(Certificate::Aws));
    let proxy = Proxy::leading_to(home.sts().emulator().port());
    for service in ["STS", "IAM", "SIGNIN"] {
        home.unset(format!("AWS_ENDPOINT_URL_{service}"));
    }
    keys(&home, person);
    home.write("ca.pem", home.sts().emulator().ca_pem());
    home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
    home.set("HTTPS_PROXY", proxy.url(""));
    (home, proxy)
}

/// Who asks in which region, with which variables set, and the host that is asked.
type Row<'a> = (&'a Person, &'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn hosts_for_fips_and_ipv6_are_asked_where_a_profile_or_a_variable_says_so() {
    let fips = ("AWS_USE_FIPS_ENDPOINT", "true");
    let dual_stack = ("AWS_USE_DUALSTACK_ENDPOINT", "true");
    let rows: [Row; 6] = [
        (&BOB, "us-east-2", &[], "sts.us-east-2.amazonaws.com"),
        (&BOB, "us-east-2", &[fips], "sts-fips.us-east-2.amazonaws.com"),
        (&BOB, "us-east-2", &[dual_stack], "sts.us-east-2.api.aws"),
        (&BOB, "us-east-2", &[fips, dual_stack], "sts-fips.us-east-2.api.aws"),
        (&GINA, "us-gov-west-1", &[fips], "sts.us-gov-west-1.amazonaws.com"),
        (&GINA, "us-gov-east-1", &[fips, dual_stack], "sts-fips.us-gov-east-1.api.aws"),
    ];
    for (person, region, set, host) in rows {
        println!("{host}");
        let (home, proxy) = everywhere(person);
        let run = home.run(["--from", "env", "--no-mfa", "--region", region]);
        set.iter().fold(run, |run, (name, value)| run.env(name, value)).go().ok();
        assert_eq!(proxy.hosts(), [host]);
        // The same by a profile, and by [default] where none is selected.
        let line = |(name, value): &(&str, &str)| format!("{} = {value}\n", name[4..].to_lowercase());
        let text = set.iter().map(line).collect::<Vec<_>>().concat();
        for (section, args) in [("[profile p]", &["--profile", "p"][..]), ("[default]", &[])] {
            let (home, proxy) = everywhere(person);
            home.write(".aws/config", format!("{section}\nregion = {region}\n{text}"));
            home.run(["--from", "env", "--no-mfa"]).args(args).go().ok();
            assert_eq!(proxy.hosts(), [host], "{section}");
        }
    }
}

#[test]
fn iam_is_asked_as_sts_is() {
    let (home, proxy) = everywhere(&ALICE);
    home.unset("AWS_AUTH_SERIAL_NUMBER");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run = home.run(["--from", "env", "--region", "us-east-2", "--token-code", &code]);
    run.env("AWS_USE_FIPS_ENDPOINT", "true").go().ok();
    assert_eq!(proxy.hosts(), ["iam-fips.amazonaws.com", "sts-fips.us-east-2.amazonaws.com"]);
}

#[test]
fn where_there_is_no_host_for_fips_none_is_asked_and_no_code_either() {
    let rows: [(&Person, &[&str]); 5] = [
        (&ALICE, &["--region", "eu-west-1"]),
        (&CHEN, &["--region", "cn-north-1"]),
        (&CHEN, &["--role-arn", role::CHINA_DEV]),
        (&ALICE, &["--region", "aws-global"]),
        (&BOB, &["--region", "us-iso-east-1"]),
    ];
    for (person, args) in rows {
        let (home, proxy) = everywhere(person);
        let outcome = home.run(["--from", "env"]).args(args).env("AWS_USE_FIPS_ENDPOINT", "true").captured().finish();
        outcome.fails(10).says("AWS_USE_FIPS_ENDPOINT");
        outcome.does_not_say("MFA code for");
        assert!(proxy.heads().is_empty(), "{args:?}");
    }
    let (home, proxy) = everywhere(&BOB);
    let console = home.run(["console", "--print", "--from", "env", "--role-arn", role::PLAIN]);
    console.env("AWS_USE_FIPS_ENDPOINT", "true").go().fails_saying(10, "").says("the console's sign-in");
    let given = home.run(["--from", "env"]).env("AWS_USE_DUALSTACK_ENDPOINT", "true");
    let given = given.env("AWS_ENDPOINT_URL", "https://localhost:1").go();
    given.fails(10).says("AWS_ENDPOINT_URL and AWS_USE_DUALSTACK_ENDPOINT do not go together");
    home.run(["--from", "env"]).env("AWS_USE_FIPS_ENDPOINT", "yes").go().fails(10).says("neither true nor false");
    assert!(proxy.heads().is_empty());
}

#[test]
fn endpoints_of_profiles_and_their_services_are_asked_and_can_be_switched_off() {
    let home = Home::with_sts();
    keys(&home, &BOB);
    let url = home.sts().url();
    for service in ["STS", "IAM", "SIGNIN"] {
        home.unset(format!("AWS_ENDPOINT_URL_{service}"));
    }
    let proxy = Proxy::refusing(usize::MAX, "HTTP/1.1 403 No");
    home.set("HTTPS_PROXY", proxy.url(""));
    let services = format!("[services local]\nsts =\n  endpoint_url = {url}\n");
    let base = "[profile base]\naws_auth_from = env\n";
    let rows = [
        format!("{base}[profile p]\nrole_arn = {}\nsource_profile = base\nendpoint_url = {url}\n", role::PLAIN),
        format!("{base}[profile p]\nrole_arn = {}\nsource_profile = base\nservices = local\n{services}", role::PLAIN),
        format!("{base}endpoint_url = {url}\n[profile p]\nrole_arn = {}\nsource_profile = base\n", role::PLAIN),
    ];
    for text in rows {
        println!("{text}");
        home.write(".aws/config", &text);
        let outcome = home.run(["--profile", "p"]).go();
        home.sts().delivered(&outcome);
        outcome.says("endpoint_url of").says("names");
        let ignoring = home.run(["--profile", "p"]).env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").go();
        ignoring.fails(22).says("STS in us-east-1");
        // A variable comes before all of these.
        home.run(["--profile", "p"])
            .env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
            .go()
            .fails(22)
            .says("127.0.0.1:9");
    }
    home.write(".aws/config", "[profile p]\naws_auth_from = env\nservices = nowhere\n");
    home.run(["--profile", "p"]).go().fails(10).says("no section [services nowhere]");
    home.write(".aws/config", "[profile p]\naws_auth_from = env\nendpoint_url = http://sts.example.com\n");
    home.run(["--profile", "p"]).go().fails(10).says("endpoint_url of the profile \"p\" cannot be used").says("https");
    assert!(proxy.hosts() == ["sts.us-east-1.amazonaws.com"], "{:?}", proxy.hosts());
}

/// As for a store for objects in one's own network.
#[test]
fn an_endpoint_of_another_service_is_handed_on_as_it_is_and_one_in_the_clear_is_said_once() {
    let home = Home::with_sts();
    keys(&home, &BOB);
    let text = "[profile p]\naws_auth_from = env\nservices = lan\n[services lan]\ns3 =\n  endpoint_url = http://minio.lan:9000\n\
                sqs =\n  endpoint_url = https://queue.lan\n";
    home.write(".aws/config", text);
    let outcome = home.run(["--profile", "p"]).go();
    outcome.says("warning: programs get the endpoint_url of s3 in [services lan]: it is not https");
    assert!(!outcome.err().contains("sqs"), "{outcome:?}");
    let exports = outcome.exports();
    assert_eq!(exports.get("AWS_ENDPOINT_URL_S3").map(String::as_str), Some("http://minio.lan:9000"));
    assert_eq!(exports.get("AWS_ENDPOINT_URL_SQS").map(String::as_str), Some("https://queue.lan"));
    let Some(_kept) = kept::on(&home) else { return };
    home.run(["--profile", "p"]).go().says("programs get");
    let again = home.run(["--profile", "p"]).go();
    assert!(
        !again.ok().err().contains("programs get") && again.exports().contains_key("AWS_ENDPOINT_URL_S3"),
        "{again:?}"
    );
    let told = home.run(["exec", "--profile", "p", "--", "sh", "-c", "echo $AWS_ENDPOINT_URL_S3"]).go();
    assert_eq!(told.ok().out(), "http://minio.lan:9000\n");
}

#[test]
fn certificates_that_a_profile_names_are_trusted_and_a_missing_file_is_named() {
    let (home, _proxy) = everywhere(&BOB);
    home.unset("AWS_CA_BUNDLE");
    home.run(["--from", "env"]).go().fails(22).says("certificate");
    for path in ["ca.pem", "~/ca.pem", home.path("ca.pem").to_str().expect("text")] {
        home.write(".aws/config", format!("[profile p]\naws_auth_from = env\nca_bundle = {path}\n"));
        let outcome = home.run(["--profile", "p"]).go();
        // In full, for the programs that follow are elsewhere.
        assert_eq!(outcome.exports().get("AWS_CA_BUNDLE").map(String::as_str), home.path("ca.pem").to_str(), "{path}");
    }
    home.write(".aws/config", "[profile p]\naws_auth_from = env\nca_bundle = no.pem\n");
    home.run(["--profile", "p"]).go().fails(10).says("ca_bundle of the profile \"p\" names").says("no.pem");
}

#[test]
fn what_the_profile_said_of_the_network_is_exported_marked_and_steers_no_next_run() {
    let home = Home::with_sts();
    let _pass = fake::pass(&home, &BOB, role::PLAIN);
    let config = "[profile one]\naws_auth_from = pass\nuse_dualstack_endpoint = false\nmax_attempts = 5\nretry_mode = adaptive\n\
        defaults_mode = auto\nrequest_checksum_calculation = when_required\nresponse_checksum_validation = when_required\n\
        account_id_endpoint_mode = disabled\nendpoint_url = https://one.example\nservices = some\n[services some]\n\
        s3 =\n  endpoint_url = https://s3.example:9000\n  addressing_style = path\ncode catalyst =\n  endpoint_url = https://c.example\n\
        [profile two]\naws_auth_from = pass\n";
    home.write(".aws/config", config);
    let expected = [
        ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
        ("AWS_MAX_ATTEMPTS", "5"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_DEFAULTS_MODE", "auto"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"),
        ("AWS_ENDPOINT_URL", "https://one.example"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example:9000"),
        ("AWS_ENDPOINT_URL_CODE_CATALYST", "https://c.example"),
    ];
    let one = home.run(["--profile", "one"]).go().exports();
    for (name, value) in expected {
        assert_eq!(one.get(name).map(String::as_str), Some(value), "{name}");
        assert!(one["AWSAUTH_SET"].contains(&format!("{name}=")), "{name}");
    }
    // The user's own variable stays, and is not ours.
    let mine = home.run(["--profile", "one"]).env("AWS_RETRY_MODE", "legacy").go().exports();
    assert!(!mine.contains_key("AWS_RETRY_MODE"));
    // The next run in that shell, for another profile: none of it counts, and all of it goes.
    let shell = one.iter().fold(home.run(["--profile", "two"]), |run, (name, value)| run.env(name, value));
    let two = shell.go();
    two.ok().does_not_say("one.example");
    for (name, _) in expected {
        two.says_out(&format!("unset {name};\n"));
    }
    let unset = one.iter().fold(home.run(["unset"]), |run, (name, value)| run.env(name, value)).go();
    let mine = one.iter().fold(home.run(["unset"]).env("X", ""), |run, (name, value)| run.env(name, value));
    let mine = mine.env("AWS_ENDPOINT_URL_S3", "https://mine.example").go();
    for (name, _) in expected {
        unset.says_out(&format!("unset {name};\n"));
        assert_eq!(mine.out().contains(&format!("unset {name};\n")), name != "AWS_ENDPOINT_URL_S3", "{name}");
    }
    let exec = home.run(["exec", "--profile", "one", "--", "env"]).go();
    exec.ok().says_out("AWS_ENDPOINT_URL_S3=https://s3.example:9000\n").says_out("AWS_MAX_ATTEMPTS=5\n");
    // [default] is there for the programs that follow, too.
    home.write(".aws/config", "[default]\naws_auth_from = pass\nmax_attempts = 5\n");
    assert!(!home.run([] as [&str; 0]).go().exports().contains_key("AWS_MAX_ATTEMPTS"));
}

const BOTOCORE: &str = "
import os, sys
import botocore.session
from botocore.config import Config
for line in sys.stdin:
    region, fips, dual = line.split()
    config = Config(use_fips_endpoint=fips == 'true', use_dualstack_endpoint=dual == 'true')
    try:
        client = botocore.session.get_session().create_client('sts', region_name=region, config=config,
            aws_access_key_id='x', aws_secret_access_key='y')
        seen = []
        def take(request, **kwargs):
            seen.append(request.url.rstrip('/'))
            raise ValueError
        client.meta.events.register('before-send', take)
        try: client.get_caller_identity()
        except ValueError: pass
        print(seen[0] if seen else '-')
    except Exception:
        print('-')
";

#[test]
fn every_host_of_ours_is_botocores() {
    let Some(python) = tools::python() else { return };
    let regions = [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
        "eu-west-1",
        "ap-southeast-5",
        "us-gov-west-1",
        "us-gov-east-1",
        "cn-north-1",
        "cn-northwest-1",
        "eusc-de-east-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
        "us-isof-south-1",
        "mx-central-1",
    ];
    let home = Home::new();
    let switches = [(false, false), (true, false), (false, true), (true, true)];
    let cases: Vec<_> = regions.iter().flat_map(|region| switches.map(|(fips, dual)| (*region, fips, dual))).collect();
    let line = |(region, fips, dual): &(&str, bool, bool)| format!("{region} {fips} {dual}\n");
    let input = cases.iter().map(line).collect::<Vec<_>>().concat();
    let file = home.write("cases", input);
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" -c \"$1\" <\"$2\""]).arg(python).arg(BOTOCORE).arg(file);
    command.env_clear().env("HOME", home.path("")).env("AWS_EC2_METADATA_DISABLED", "true");
    let theirs = String::from_utf8(run::output(&mut command)).expect("text");
    let mut compared = 0;
    for ((region, fips, dual), theirs) in cases.iter().zip(theirs.lines()) {
        let said = |is_so: bool| is_so.then(|| "a test".to_owned());
        let reach = Reach { fips: said(*fips), dual_stack: said(*dual), ..Reach::default() };
        let Some(ours) = Endpoint::new((*region).to_owned(), &reach).ok().and_then(|endpoint| endpoint.url()) else {
            // What AWS does not run is refused; botocore makes its name up.
            assert!(theirs == "-" || *fips, "{region} {fips} {dual}: {theirs}");
            continue;
        };
        // Its rules may be older than the SDK's, which know more of the newest partitions.
        if theirs == "-" {
            continue;
        }
        assert_eq!(ours, theirs, "{region} {fips} {dual}");
        compared += 1;
    }
    assert!(compared > 40, "{compared}");
}

//! Real clients beside a server: whatever else leads them to keys, they use those that are served, or nothing is served.

use std::io::{BufRead as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::credential_process::modules;
use crate::serve::bob;
use crate::support::run::Run;
use crate::support::sts::{BOB, role};
use crate::support::{Home, Outcome, fake, tools};

const PLAIN: &str = "arn:aws:sts::111122223333:assumed-role/plain/alice";

/// A client: its name, and the command that says who it is. None where it is not installed.
fn clients() -> Vec<(&'static str, Vec<String>)> {
    let mut found = Vec::new();
    let text = |path: PathBuf| path.to_str().expect("text").to_owned();
    if let Some(python) = tools::python() {
        let script = "import boto3; print(boto3.client('sts', region_name='us-east-1').get_caller_identity()['Arn'])";
        found.push(("boto3", vec![text(python), "-c".into(), script.into()]));
    }
    // The second version, which Debian packages; pip has the first.
    if Path::new("/usr/bin/aws").exists() {
        let script = "/usr/bin/aws sts get-caller-identity --query Arn --output text --region us-east-1 --endpoint-url \
                      \"$AWS_ENDPOINT_URL_STS\"";
        found.push(("the AWS CLI", vec!["sh".into(), "-c".into(), script.into()]));
    } else {
        tools::not_run("no AWS CLI of version 2; tests/setup installs it");
    }
    match tools::need("node") {
        Some(node) if modules().join("@aws-sdk/client-sts").is_dir() => {
            let script = "const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
                new STSClient({ region: 'us-east-1' }).send(new GetCallerIdentityCommand({})).then(
                  (found) => console.log(found.Arn),
                  (error) => { console.error(error.message); process.exit(1); });";
            found.push(("JavaScript", vec![text(node), "-e".into(), script.into()]));
        }
        _ => tools::not_run("no AWS SDK for JavaScript; tests/setup installs one"),
    }
    let go = tools::repository().join("target/tools/whoami-go");
    if go.exists() {
        found.push(("Go", vec![text(go)]));
    } else {
        tools::not_run("no client in Go; tests/setup builds it");
    }
    found
}

fn served(home: &Home, client: &[String], more: impl FnOnce(Run<'_>) -> Run<'_>) -> Outcome {
    let run = home.run(["exec", "--serve", "--from", "pass", "--"]).args(client);
    more(run.env("NODE_PATH", modules())).go()
}

#[test]
fn s1_whatever_variables_lead_elsewhere_every_client_uses_what_is_served() {
    let home = bob();
    let keys = home.write("ec2", "AWSAccessKeyId=AKIAELSEWHERE0000001\nAWSSecretKey=elsewhere\n");
    let token = home.write("token", "a-token");
    home.write(
        ".aws/credentials",
        "[mine]\naws_access_key_id = AKIAELSEWHERE0000002\naws_secret_access_key = elsewhere\n",
    );
    home.write(
        ".aws/config",
        "[default]\nregion = eu-west-1\nmax_attempts = 2\noutput = json\n[profile other]\nregion = eu-west-3\n",
    );
    for (name, client) in clients() {
        let outcome = served(&home, &client, |run| {
            run.env("AWS_ACCESS_KEY_ID", "AKIAELSEWHERE0000003")
                .env("AWS_SECRET_ACCESS_KEY", "elsewhere")
                .env("AWS_SESSION_TOKEN", "elsewhere")
                .env("AWS_SECURITY_TOKEN", "elsewhere")
                .env("AWS_ACCESS_KEY", "AKIAELSEWHERE0000004")
                .env("AWS_SECRET_KEY", "elsewhere")
                .env("AWS_CREDENTIAL_FILE", &keys)
                .env("AWS_DEFAULT_PROFILE", "mine")
                .env("AWS_ROLE_ARN", role::CHAINED)
                .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
                .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/elsewhere")
                .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)
        });
        assert_eq!(outcome.ok().out().trim(), PLAIN, "{name}: {outcome:?}");
    }
}

/// What AWS's C runtime finds by its default chain: a key id.
const CRT: &str = "
from awscrt.auth import AwsCredentialsProvider
from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup
group = EventLoopGroup(1)
bootstrap = ClientBootstrap(group, DefaultHostResolver(group))
print(AwsCredentialsProvider.new_default_chain(bootstrap).get_credentials().result(20).access_key_id)";

#[test]
fn awss_c_runtime_whose_host_has_no_port_takes_what_is_served_and_what_a_process_prints() {
    let Some(python) = tools::python() else { return };
    if !Home::new().command([python.as_os_str(), "-c".as_ref(), "import awscrt".as_ref()]).go().status.success() {
        return tools::not_run("no awscrt; tests/setup installs it");
    }
    let home = bob();
    let client = [python.to_str().expect("text").to_owned(), "-c".into(), CRT.into()];
    let issued = || home.sts().emulator().issued().pop().expect("credentials").access_key_id;
    let outcome = served(&home, &client, |run| run);
    assert_eq!(outcome.ok().out().trim(), issued(), "{outcome:?}");
    let outcome = home.run(["exec", "--from", "pass", "--"]).args(&client).go();
    assert_eq!(outcome.ok().out().trim(), issued(), "{outcome:?}");
    home.write(".aws/config", "[profile ours]\ncredential_process = aws-auth credential-process --from pass\n");
    let outcome = home.command(&client).env("AWS_PROFILE", "ours").go();
    assert_eq!(outcome.ok().out().trim(), issued(), "{outcome:?}");
}

#[test]
fn s1_rclone_signs_with_what_is_served() {
    let Some(_) = tools::need("rclone") else { return };
    let home = bob();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let listening = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("rclone");
        let lines = std::io::BufReader::new(stream.try_clone().expect("a stream")).lines();
        let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        head.join("\n")
    });
    let args =
        ["rclone", "lsd", "--retries", "1", "--low-level-retries", "1", "--s3-provider", "Other", "--s3-env-auth"];
    let client: Vec<String> =
        args.into_iter().map(str::to_owned).chain(["--s3-endpoint".into(), url, ":s3:".into()]).collect();
    served(&home, &client, |run| run.env("AWS_ACCESS_KEY", "AKIAELSEWHERE0000004").env("AWS_SECRET_KEY", "elsewhere"));
    let head = listening.join().expect("its request");
    let issued = home.sts().emulator().issued().remove(0).access_key_id;
    assert!(head.contains(&format!("Credential={issued}/")), "{head}");
}

#[test]
fn s1_what_comes_before_an_endpoint_in_files_is_refused_before_a_code_by_name() {
    let keys = "aws_access_key_id = AKIAELSEWHERE0000001\naws_secret_access_key = elsewhere\n";
    let rows: [(&str, String, &str); 12] = [
        (".aws/credentials", format!("[default]\n{keys}"), "aws_access_key_id in [default]"),
        (".aws/config", format!("[default]\n{keys}"), "aws_access_key_id in [default]"),
        (
            ".aws/credentials",
            "[default]\naws_access_key_id = AKIAELSEWHERE0000001\n".into(),
            "aws_access_key_id in [default]",
        ),
        (".aws/config", "[default]\ncredential_process = other-program\n".into(), "credential_process in [default]"),
        (
            ".aws/config",
            format!("[default]\nrole_arn = {}\nsource_profile = x\n[profile x]\n{keys}", role::DEV),
            "role_arn in [default]",
        ),
        (
            ".aws/config",
            format!("[default]\nrole_arn = {}\nweb_identity_token_file = /x\n", role::DEV),
            "role_arn in [default]",
        ),
        (
            ".aws/config",
            "[default]\nsso_start_url = https://x.example\nsso_account_id = 111122223333\nsso_role_name = x\n".into(),
            "sso_account_id in [default]",
        ),
        (".aws/config", "[default]\nlogin_session = x\n".into(), "login_session in [default]"),
        (".boto", format!("[Credentials]\n{keys}"), "aws_access_key_id in [Credentials]"),
        ("elsewhere/boto", format!("[Credentials]\n{keys}"), "aws_access_key_id in [Credentials]"),
        ("elsewhere/credentials", format!("[default]\n{keys}"), "aws_access_key_id in [default]"),
        // Ours, for another role.
        (
            ".aws/config",
            format!(
                "[default]\ncredential_process = aws-auth credential-process --from pass --role-arn {}\n",
                role::DEV
            ),
            "credential_process in [default]",
        ),
    ];
    for (file, text, expected) in rows {
        let home = Home::with_sts();
        let manager = fake::pass(&home, &BOB, role::PLAIN);
        let path = home.write(file, &text);
        if file.contains("elsewhere") {
            home.set(if file.contains("boto") { "BOTO_CONFIG" } else { "AWS_SHARED_CREDENTIALS_FILE" }, &path);
        }
        let outcome = home.run(["exec", "--serve", "--from", "pass", "--", "touch", "ran"]).go();
        outcome.fails_saying(10, "");
        outcome.says(expected).says(path.to_str().expect("text")).says("without --serve");
        home.run(["serve", "--from", "pass"]).go().fails(10);
        assert_eq!(manager.calls().len(), 0, "{text}");
        assert!(!home.path("ran").exists());
        home.run(["exec", "--from", "pass", "--", "true"]).go().ok();
    }
}

#[test]
fn s1_settings_and_our_own_way_to_the_same_credentials_are_no_obstacle() {
    for text in [
        "[default]\nregion = eu-west-1\nmax_attempts = 3\nretry_mode = standard\ncli_pager =\n".to_owned(),
        format!(
            "[profile other]\naws_access_key_id = AKIAELSEWHERE0000001\naws_secret_access_key = x\nrole_arn = {}\n",
            role::DEV
        ),
        "[default]\ncredential_process = aws-auth credential-process --from pass\n".to_owned(),
    ] {
        let home = bob();
        home.write(".aws/config", &text);
        let Some(python) = tools::python() else { return };
        let script = "import boto3; print(boto3.client('sts', region_name='us-east-1').get_caller_identity()['Arn'])";
        let run =
            home.run(["exec", "--serve", "--from", "pass", "--"]).args([python.to_str().expect("text"), "-c", script]);
        assert_eq!(run.go().ok().out().trim(), PLAIN, "{text}");
    }
}

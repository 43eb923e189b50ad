//! Real clients beside a server: whatever else leads them to keys, they use those that are served, or nothing is served.

mod ways;

use crate::serve::bob;
use crate::support::run::Run;
use crate::support::sts::{BOB, role};
use crate::support::{Home, Outcome, fake, tools};
use ways::Client;

const PLAIN: &str = "arn:aws:sts::111122223333:assumed-role/plain/alice";

fn served(home: &Home, client: &Client, more: impl FnOnce(Run<'_>) -> Run<'_>) -> Outcome {
    let run = home.run(["exec", "--serve", "--from", "pass", "--"]).args(&client.argv);
    more(ways::started(run)).go()
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
    for client in ways::all() {
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
        assert!(ways::arrived(&home, &client, &outcome).is_some(), "{}: {outcome:?}", client.name);
    }
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

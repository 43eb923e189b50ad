//! The SDK for Rust at the other end of each way out, as a program of its own: this test binary, started again.

use std::ffi::OsStr;
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_sts::config::{BehaviorVersion, IdentityCache};

use crate::credential_process::modules;
use crate::shells::bob;
use crate::support::run::Run;
use crate::support::sts::{BOB, role};
use crate::support::{Home, fake, tools};

/// For how long the client asks, in seconds. Only where it is set is this binary the client.
const ASKS_FOR: &str = "AWS_AUTH_TEST_CLIENT_ASKS_FOR";
const PLAIN: &str = "arn:aws:sts::111122223333:assumed-role/plain/alice";

/// The client: it finds credentials as every program with this SDK does, and keeps asking who it is.
fn client(seconds: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        // until the last second, which is less careful than the SDK is by itself
        let cache = IdentityCache::lazy().buffer_time(Duration::from_secs(1)).build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .identity_cache(cache)
            .load()
            .await;
        let client = aws_sdk_sts::Client::new(&config);
        let started = Instant::now();
        let mut arn = String::new();
        let provider = config.credentials_provider().expect("a provider");
        while arn.is_empty() || started.elapsed() < Duration::from_secs(seconds) {
            let answer = client.get_caller_identity().send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{}", aws_sdk_sts::error::DisplayErrorContext(error)));
            // not only good now: good for somebody who takes a moment to use them
            let found = provider.provide_credentials().await.expect("credentials");
            let left = found.expiry().map(|end| end.duration_since(SystemTime::now()).unwrap_or_default());
            assert!(left.is_none_or(|left| left > Duration::from_millis(500)), "{left:?} left");
            arn = answer.arn().expect("an ARN").to_owned();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        println!("\nthe SDK is {arn}");
    });
}

/// The command line that starts the client.
pub fn command() -> Vec<std::ffi::OsString> {
    let program = std::env::current_exe().expect("this program");
    let mut argv = vec![program.into_os_string()];
    let name = "rust_sdk::a_job_that_outlives_three_sessions_never_sees_an_expired_one";
    argv.extend([name, "--exact", "--nocapture", "--test-threads=1"].map(Into::into));
    argv
}

pub fn as_client(run: Run<'_>) -> Run<'_> {
    run.env(ASKS_FOR, "0").env("AWS_REGION", "us-east-1")
}

/// A role's credentials last 5 seconds here, the jobs 16.
#[test]
fn a_job_that_outlives_three_sessions_never_sees_an_expired_one() {
    if let Some(seconds) = std::env::var_os(ASKS_FOR) {
        return client(seconds.to_str().and_then(|text| text.parse().ok()).expect("a number"));
    }
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    home.sts().emulator().set_role_lifetime(5);
    let python = tools::python();
    let boto = "
import boto3, time
client = boto3.client('sts')
end = time.time() + 16
while time.time() < end:
    arn = client.get_caller_identity()['Arn']
    time.sleep(0.1)
print('boto3 is', arn)";
    let script = "case $PYTHON in ?*) \"$PYTHON\" -c \"$BOTO\" & ;; esac; \"$@\"; code=$?; wait $! && exit $code";
    let run = home.run(["exec", "--serve", "--from", "pass", "--region", "us-east-1", "--", "sh", "-c", script, "sh"]);
    let run = run.args(command()).env(ASKS_FOR, "16").env("BOTO", boto);
    let outcome = run.env("PYTHON", python.as_deref().map_or(OsStr::new(""), |path| path.as_os_str())).go();
    outcome.ok().says_out(&format!("the SDK is {PLAIN}\n"));
    if python.is_some() {
        outcome.says_out(&format!("boto3 is {PLAIN}\n"));
    }
    let sts = home.sts();
    let sessions = sts.emulator().issued().len();
    assert!((4..=8).contains(&sessions), "{sessions} sessions in 16 seconds");
    let refused =
        sts.requests().into_iter().filter(|request| request.outcome != aws_auth_emulator::Outcome::Ok).count();
    assert_eq!(refused, 0, "{outcome:?}");
    assert!(sts.emulator().calls("GetCallerIdentity") > 100);
}

#[test]
fn the_sdk_for_javascript_takes_the_credentials_of_the_endpoint() {
    let (Some(node), true) = (tools::need("node"), modules().join("@aws-sdk/credential-provider-http").is_dir()) else {
        return tools::not_run("no AWS SDK for JavaScript; tests/setup installs one");
    };
    let home = bob();
    let script = "
const { fromHttp } = require('@aws-sdk/credential-provider-http');
fromHttp()().then(
  (found) => console.log(found.accessKeyId, found.expiration.toISOString()),
  (error) => { console.error(error.message); process.exit(1); });";
    let run = home.run(["exec", "--serve", "--from", "env", "--"]).args([node.as_os_str()]).args(["-e", script]);
    let outcome = run.env("NODE_PATH", modules()).go();
    let session = home.sts().emulator().issued().remove(0);
    let end = session.expiration.replace('Z', ".000Z");
    assert_eq!(outcome.ok().out(), format!("{} {end}\n", session.access_key_id), "{outcome:?}");
}

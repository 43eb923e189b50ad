//! The other end: what we print, used by the clients people use it with.

use crate::shells::bob;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, fake, tools};

/// Who the credentials in the environment belong to, as botocore finds them.
pub const WHO: &str = "
import os, botocore.session
session = botocore.session.get_session()
client = session.create_client('sts', endpoint_url=os.environ['STS'], region_name='us-east-1')
print(client.get_caller_identity()['Arn'])
";

/// A Python that is not disturbed by the endpoint we are pointed at.
fn shell(home: &Home, script: &str) -> Option<crate::support::Outcome> {
    let python = tools::python()?;
    let url = home.sts().url();
    let run = home.command(["bash", "-c", script]).env("PYTHON", python).env("WHO", WHO).env("STS", url);
    Some(run.env("AWS_CLI", tools::find("aws").unwrap_or_default()).go())
}

#[test]
fn r14_botocore_uses_the_session_whatever_was_there_before() {
    let stale = "export AWS_PROFILE=kept AWS_SECURITY_TOKEN=stale AWS_CREDENTIAL_EXPIRATION=2001-01-01T00:00:00Z AWS_SESSION_TOKEN=stale;";
    for before in ["", stale] {
        let home = bob();
        let Some(outcome) =
            shell(&home, &format!("{before} eval \"$(aws-auth --from env)\" && \"$PYTHON\" -c \"$WHO\""))
        else {
            return;
        };
        assert_eq!(outcome.ok().out().trim(), "arn:aws:iam::111122223333:user/bob", "{outcome:?}");
    }
}

#[test]
fn botocore_uses_the_session_of_a_role() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = format!(
        "eval \"$(aws-auth --from pass --role-session-name me-here --token-code {code})\" && \"$PYTHON\" -c \"$WHO\""
    );
    let Some(outcome) = shell(&home, &script) else { return };
    assert_eq!(outcome.ok().out().trim(), "arn:aws:sts::111122223333:assumed-role/dev/me-here", "{outcome:?}");
}

#[test]
fn the_aws_cli_uses_the_session() {
    let home = bob();
    if tools::find("aws").is_none() {
        return tools::not_run("the AWS CLI is not installed; tests/setup installs it");
    }
    let script = "eval \"$(aws-auth --from env --region eu-west-1)\" && \"$AWS_CLI\" sts get-caller-identity --endpoint-url \"$STS\" --query Arn --output text";
    let Some(outcome) = shell(&home, script) else { return };
    assert_eq!(outcome.ok().out().trim(), "arn:aws:iam::111122223333:user/bob", "{outcome:?}");
}

#[test]
fn r96_botocore_takes_the_process_format() {
    let home = bob();
    home.write(
        ".aws/config",
        "[profile ours]\nregion = us-east-1\ncredential_process = aws-auth --from env --format process\n",
    );
    let script = "AWS_PROFILE=ours \"$PYTHON\" -c \"$WHO\"";
    let Some(outcome) = shell(&home, script) else { return };
    assert_eq!(outcome.ok().out().trim(), "arn:aws:iam::111122223333:user/bob", "{outcome:?}");
}

#[test]
fn r97_a_failing_process_is_an_error_of_botocore_without_a_secret() {
    let home = bob();
    home.write(".aws/config", format!("[profile ours]\nregion = us-east-1\ncredential_process = aws-auth --from env --format process --role-arn {}\n", role::DEV));
    let Some(outcome) = shell(&home, "AWS_PROFILE=ours \"$PYTHON\" -c \"$WHO\"") else { return };
    assert!(!outcome.status.success() && outcome.out().is_empty(), "{outcome:?}");
    outcome.says("aws-auth").says("AccessDenied");
}

/// The host that boto3 would ask for a table: botocore puts an account's id in front of it.
const DYNAMODB: &str = "
import boto3
from urllib.parse import urlsplit
class Asked(Exception): pass
def tell(request, **kwargs): raise Asked(urlsplit(request.url).netloc)
client = boto3.client('dynamodb', region_name='us-east-1')
client.meta.events.register('before-send.dynamodb.ListTables', tell)
try: client.list_tables()
except Asked as asked: print(asked)
";

#[test]
fn s3_another_accounts_id_sends_dynamodbs_requests_nowhere() {
    let home = bob();
    let rows = [
        ("export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y", "999900001111.ddb.us-east-1.amazonaws.com"),
        ("eval \"$(aws-auth --from env)\"", "dynamodb.us-east-1.amazonaws.com"),
    ];
    for (before, host) in rows {
        let script = format!("export AWS_ACCOUNT_ID=999900001111; {before}; \"$PYTHON\" -c \"$DYNAMODB\"");
        let Some(python) = tools::python() else { return };
        let run = home.command(["bash", "-c", &script]).env("PYTHON", python).env("DYNAMODB", DYNAMODB);
        let outcome = run.go();
        assert_eq!(outcome.ok().out().trim(), host, "{outcome:?}");
    }
}

//! Asks STS whose credentials are in the environment, as the AWS CLI's `sts get-caller-identity` does.
//!
//! For the demo, on a machine without the AWS CLI. Everything is taken from the environment; only plain HTTP is
//! spoken, which is all that loopback needs.

use std::process::ExitCode;

use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sts::error::DisplayErrorContext;
use aws_sdk_sts::{Client, Config};

fn main() -> ExitCode {
    let value = |name| std::env::var(name).unwrap_or_default();
    let token = Some(value("AWS_SESSION_TOKEN"));
    let keys = Credentials::new(value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"), token, None, "environment");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(value("AWS_ENDPOINT_URL"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(keys);
    let request = Client::from_conf(config.build()).get_caller_identity();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match runtime.block_on(request.send()) {
        Ok(identity) => {
            println!("UserId   {}", identity.user_id().unwrap_or_default());
            println!("Account  {}", identity.account().unwrap_or_default());
            println!("Arn      {}", identity.arn().unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("whoami: {}", DisplayErrorContext(error));
            ExitCode::FAILURE
        }
    }
}

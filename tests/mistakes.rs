//! Mistakes in `~/.aws` and around it: each is told by what it is, and where it is to be mended.

use crate::support::Home;
use crate::support::sts::{ALICE, BOB};

/// A user with this configuration, and a manager that has keys.
fn home(config: &str) -> Home {
    let home = Home::with_sts();
    home.secret("a secret access key", ALICE.secret_access_key);
    home.secret("a secret access key", BOB.secret_access_key);
    home.write(".aws/config", config);
    home
}

#[test]
fn variables_in_the_files_names_are_replaced_as_by_botocore() {
    let home = home("[profile dev]\naws_auth_from = pass\n");
    home.write("elsewhere/credentials", "[base]\naws_auth_from = pass\n");
    home.set("PART", "elsewhere");
    home.set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/${PART}/credentials");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "base\ndev\n");
    home.set("AWS_CONFIG_FILE", "${HOME}/.aws/config");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "base\ndev\n");
    home.set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/$NO_SUCH_PART/credentials");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "dev\n");
}

//! A profile whose keys come of a sign-in: the program that holds it. Whether somebody is signed in is not asked: the answer
//! would be credentials.

use super::report::Report;
use crate::os::program;
use crate::settings::SignIn;
use crate::text::quote;

const CHECK: &str = "sign-in";

/// Looks for the AWS CLI.
pub fn check(sign_in: &SignIn, report: &mut Report) {
    let names = ["aws".to_owned()];
    match program::find(&names, &program::search_path()) {
        Some(path) => report.ok(CHECK, format!("{sign_in}: {} is asked for it", quote(&path.to_string_lossy()))),
        None => report.warn(
            CHECK,
            program::passed_over(&names)
                .unwrap_or_else(|| format!("{sign_in} is the AWS CLI's, which is not installed")),
            "install version 2 of the AWS CLI",
        ),
    }
}

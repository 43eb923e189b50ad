//! What calls us, and how long that waits.

use super::report::Report;
use crate::os::process;
use crate::text::quote;

const CHECK: &str = "caller";

/// Programs that wait for a `credential_process` only so long, in seconds.
/// Source: <https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/credentials/processcreds#pkg-constants>
const DEADLINES: [(&str, u32); 3] = [("terraform", 60), ("tofu", 60), ("packer", 60)];

/// Names the nearest program above us.
pub fn check(report: &mut Report) {
    let Some(parent) = process::ancestors().next() else {
        return report.skip(CHECK, "the system does not tell");
    };
    let name = parent.names.first().map_or("", String::as_str);
    match DEADLINES.iter().find(|(known, _)| *known == name) {
        Some((_, seconds)) => report.warn(
            CHECK,
            format!("{name}, which waits {seconds} seconds for a credential_process"),
            "get a session first, so that nobody has to be asked: aws-auth --profile NAME >/dev/null",
        ),
        None => report.ok(CHECK, quote(name)),
    }
}

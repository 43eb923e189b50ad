//! What calls us, and how long that waits.

use super::report::Report;
use crate::os::process;
use crate::text::quote;

const CHECK: &str = "caller";

/// Programs that give a `credential_process` only so long, in seconds: those built on AWS's SDK for Go, whose usual limit is
/// a minute.
/// Source: <https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/credentials/processcreds#pkg-constants>
const DEADLINES: [(&str, u32); 9] = [
    ("terraform", 60),
    ("tofu", 60),
    ("terragrunt", 60),
    ("packer", 60),
    ("pulumi", 60),
    ("eksctl", 60),
    ("rclone", 60),
    ("sops", 60),
    ("chamber", 60),
];

/// Names the nearest program above us that waits only so long; else the nearest.
pub fn check(report: &mut Report) {
    let above: Vec<process::Process> = process::ancestors().collect();
    let mut names = above.iter().flat_map(|program| &program.names);
    let waits = names.find_map(|name| DEADLINES.iter().find(|(known, _)| known == name));
    match (waits, above.first()) {
        (Some((name, seconds)), _) => report.warn(
            CHECK,
            format!("{name}, which waits {seconds} seconds for a credential_process"),
            "get a session first, so that nobody has to be asked: aws-auth --profile NAME >/dev/null",
        ),
        (None, Some(nearest)) => report.ok(CHECK, quote(nearest.names.first().map_or("", String::as_str))),
        (None, None) => report.skip(CHECK, "the system does not tell"),
    }
}

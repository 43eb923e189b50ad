//! The way to AWS: endpoint, proxy, certificates, and whether STS answers; and this machine's clock against AWS's.

use super::ground::Ground;
use super::report::Report;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::text::quote;
use std::time::{Duration, Instant, SystemTime};

const CHECK: &str = "network";
/// How long STS may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Differences up to this many seconds harm nobody: signatures are good for 5 minutes at most services.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
const TOLERATED: u64 = 240;

/// Reaches STS without a key, and compares the clocks.
pub async fn check(ground: &mut Ground, report: &mut Report) {
    for name in ["HTTPS_PROXY", "https_proxy", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "NO_PROXY"] {
        if let Some(value) = environment::os(name) {
            let value = value.to_string_lossy().into_owned();
            // A proxy's URL may hold a password.
            let shown = value.rsplit_once('@').map_or_else(|| value.clone(), |(_, host)| format!("…@{host}"));
            report.ok(CHECK, format!("{name} is set: {}", quote(&shown)));
        }
    }
    let sts = match sts(ground) {
        Ok(sts) => sts,
        Err(error) => return report.fail(CHECK, &error),
    };
    let started = Instant::now();
    let answered = tokio::time::timeout(PATIENCE, sts.reach()).await;
    let late = Error::new(
        Class::Unavailable,
        format!("{} gave no answer within {} seconds", sts.endpoint(), PATIENCE.as_secs()),
    )
    .hint("check the network, HTTPS_PROXY and AWS_CA_BUNDLE");
    match answered.unwrap_or(Err(late)) {
        Ok(()) => report.ok(CHECK, format!("{} answers in {} ms", sts.endpoint(), started.elapsed().as_millis())),
        Err(error) => {
            report.fail(CHECK, &error);
            report.skip("clock", "STS tells the time, and was not reached");
            return;
        }
    }
    let clock = sts.clock();
    let (theirs, ours) = (clock.of_aws(), SystemTime::now());
    let apart = theirs.duration_since(ours).unwrap_or_else(|error| error.duration()).as_secs();
    if apart > TOLERATED {
        report.warn(
            "clock",
            format!("{}; requests are signed with AWS's time", clock.describe()),
            "set the clock (on WSL: sudo hwclock -s)",
        );
    } else {
        report.ok(
            "clock",
            match apart {
                0 => "it is within a second of AWS's".to_owned(),
                apart => format!("it is within {} seconds of AWS's", apart + 1),
            },
        );
    }
    ground.sts = Some(sts);
}

fn sts(ground: &mut Ground) -> Result<crate::aws::sts::Sts, Error> {
    let settings = &ground.settings;
    let region = settings.region_for(ground.serial.as_ref(), None);
    ground.network.sts(region)
}

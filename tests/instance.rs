//! The metadata service of an instance, where there is none that answers; and a machine on which nothing is set up.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::sts::role;
use crate::support::{Home, fake};

/// Where somebody listens and never answers, and how often it was called.
fn silence() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let calls = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    (url, calls)
}

#[test]
fn a_machine_that_is_not_set_up_asks_the_instance_service_once_for_a_second_and_says_where_to_begin() {
    let home = Home::with_sts();
    let _pass = fake::Fake::new(&home, "pass");
    home.unset("AWS_EC2_METADATA_DISABLED");
    let (url, calls) = silence();
    home.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
    let outcome = home.run([] as [&str; 0]).go();
    // A second, and what a busy machine adds.
    outcome.fails(13).within(Duration::from_secs(6)).says("gave no answer within 1 second").says(&url);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let lines: Vec<String> = outcome.err().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 5, "{outcome:?}");
    for (line, told) in
        lines.iter().zip(["no AWS keys were found", "--from", "found here: ", "aws-auth setup", "aws-auth doctor"])
    {
        assert!(line.contains(told), "{line}");
    }
    assert!(lines[2].contains("pass"), "{}", lines[2]);
    home.sts().saw(&[]);
}

#[test]
fn who_switches_the_instance_service_off_is_heeded_also_by_a_profile_that_names_it() {
    let home = Home::with_sts();
    let (url, calls) = silence();
    home.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
    home.set("AWS_EC2_METADATA_DISABLED", "TRUE");
    home.run([] as [&str; 0]).go().fails(13).says("no AWS keys were found").does_not_say("instance");
    let source = "credential_source = Ec2InstanceMetadata\n";
    home.write(".aws/config", format!("[profile dev]\nrole_arn = {}\n{source}", role::DEV));
    home.run(["--profile", "dev"]).go().fails(13).says("AWS_EC2_METADATA_DISABLED forbids to ask it");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    home.unset("AWS_EC2_METADATA_DISABLED");
    home.run(["--profile", "dev"]).go().fails(13).says("gave no answer within 1 second");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

//! Proxies and certificates: who is asked, who answered, and what is never waited for.

use std::fs;
use std::path::Path;
use std::time::Duration;

use aws_auth_emulator::Certificate;

use crate::calls::{keys, over_tls, person, with_code};
use crate::support::proxy::Proxy;
use crate::support::run;
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, Outcome, tools};

const DEADLINE: Duration = Duration::from_secs(25);

fn by_proxy(answer: &'static str) -> (Home, Proxy) {
    let home = over_tls(Certificate::Good);
    keys(&home, &ALICE);
    home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
    let proxy = Proxy::refusing(usize::MAX, answer);
    home.set("HTTPS_PROXY", proxy.url("user:proxy-CANARY-password@"));
    home.secret("the proxy's password", "proxy-CANARY-password");
    (home, proxy)
}

#[test]
fn r68_c14_a_proxy_that_refuses_is_named_with_what_it_said() {
    let rows = [
        ("HTTP/1.1 403 Forbidden by policy", "answered 403 Forbidden by policy to CONNECT", "let this host through"),
        (
            "HTTP/1.1 407 Proxy Authentication Required",
            "answered 407 to CONNECT",
            "user and the password in HTTPS_PROXY",
        ),
        ("HTTP/1.1 502 Bad Gateway", "answered 502 Bad Gateway to CONNECT", "wait a little"),
        ("HTTP/1.1 302 Found\r\nLocation: http://login.example/", "answered 302 Found to CONNECT", "wants a sign-in"),
        ("HTTP/1.1 511 Network Authentication Required", "answered 511", "wants a sign-in"),
        ("HTTP/1.1 503", "answered 503 to CONNECT", "wait a little"),
        ("HTTP/1.1 400 \u{1b}[31mno", "answered 400", "wait a little"),
    ];
    for (answer, told, hint) in rows {
        let (home, proxy) = by_proxy(answer);
        println!("{answer}");
        let outcome = with_code(&home, &ALICE, &[]);
        outcome.fails(22).within(DEADLINE).says("was not reached: the proxy 127.0.0.1:").says("(HTTPS_PROXY)");
        outcome.says(told).says(hint).does_not_say("spent");
        let most = if answer.contains("407") { 1 } else { 6 };
        assert!(proxy.heads().len() <= most, "asked {} times", proxy.heads().len());
        home.sts().saw(&[]);
    }
}

#[test]
fn too_few_files_that_may_be_open_are_told_as_that() {
    let home = Home::with_sts();
    keys(&home, &BOB);
    for most in 5..=10 {
        let script = format!("ulimit -n {most}; exec aws-auth --from env --no-mfa");
        let outcome = home.command(["sh", "-c", &script]).go();
        outcome.does_not_say("certificates").does_not_say("please report");
        if !outcome.status.success() {
            outcome.says("ulimit -n 256");
        }
    }
}

#[test]
fn r68_c14_a_wrong_password_is_sent_once_however_long_somebody_thinks() {
    let (home, proxy) = by_proxy("HTTP/1.1 407 Proxy Authentication Required");
    let mut pty = home.run(["--from", "env"]).captured();
    pty.expect_prompt();
    pty.until("the proxy is asked", |_| !proxy.heads().is_empty());
    pty.settle();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.finish().fails(22).says("answered 407 to CONNECT");
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn r68_c14_a_proxy_that_is_not_there_is_named() {
    let (home, _proxy) = by_proxy("");
    home.set("HTTPS_PROXY", "http://127.0.0.1:9");
    let outcome = with_code(&home, &ALICE, &[]);
    outcome.fails(22).within(DEADLINE).says("the proxy 127.0.0.1:9 (HTTPS_PROXY) cannot be reached").says("refused");
}

#[test]
fn r68_c14_a_proxys_passing_trouble_costs_no_code() {
    for answer in ["HTTP/1.1 502 Bad Gateway", "HTTP/1.1 503 Busy", "HTTP/1.1 504 Late"] {
        let home = over_tls(Certificate::Good);
        keys(&home, &ALICE);
        home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
        let proxy = Proxy::refusing(2, answer);
        home.set("HTTPS_PROXY", proxy.url(""));
        println!("{answer}");
        let outcome = with_code(&home, &ALICE, &[]);
        home.sts().delivered_session(&outcome, &ALICE);
    }
    // and where it stays, the code is as good as before
    let (home, _proxy) = by_proxy("HTTP/1.1 503 Busy");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "env", "--token-code", &code];
    home.run(args).go().fails(22);
    let outcome = home.run(args).without("HTTPS_PROXY").go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn r68_c7_a_proxys_user_and_password_go_whole_or_not_at_all() {
    // as written, and as the proxy gets it, in base64
    let rows = [
        ("user:p@ss-CANARY@", "user:p@ss-CANARY"),
        ("user@corp.example:pw-CANARY@", "user@corp.example:pw-CANARY"),
        ("user:p%40ss%23CANARY@", "user:p@ss#CANARY"),
        ("user:100%-CANARY@", "user:100%-CANARY"),
    ];
    for (user, expected) in rows {
        let home = over_tls(Certificate::Good);
        home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
        let proxy = Proxy::start();
        println!("{user}");
        let outcome = home.run(["--from", "env"]).env("https_proxy", proxy.url(user)).go();
        home.sts().delivered_session(&outcome, &BOB);
        let expected =
            run::output(std::process::Command::new("sh").args(["-c", "printf %s \"$0\" | base64", expected]));
        let expected = String::from_utf8(expected).expect("text").trim().to_owned();
        assert!(proxy.heads()[0].contains(&format!("Basic {expected}\r\n")), "{:?}", proxy.heads());
    }
    for user in ["user:p#CANARY@", "user:p?CANARY@", "user:p/CANARY@"] {
        let home = over_tls(Certificate::Good);
        let proxy = Proxy::start();
        println!("{user}");
        let outcome = home.run(["--from", "env"]).env("HTTPS_PROXY", proxy.url(user)).go();
        outcome.fails(10).says("HTTPS_PROXY").says("%23, %3F or %2F").does_not_say("CANARY");
        assert!(proxy.heads().is_empty() && home.sts().emulator().connections() == 0);
    }
}

#[test]
fn a_proxy_variable_that_is_set_to_nothing_switches_its_twin_off() {
    let home = over_tls(Certificate::Good);
    home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
    let proxy = Proxy::start();
    let run = home.run(["--from", "env"]).env("HTTPS_PROXY", proxy.url("")).env("https_proxy", "");
    let outcome = run.go();
    home.sts().delivered_session(&outcome, &BOB);
    assert!(proxy.heads().is_empty());
}

// ---- certificates: what cannot be read is told at once

fn fifo(home: &Home, name: &str) -> std::path::PathBuf {
    let path = home.path(name);
    run::output(std::process::Command::new("mkfifo").arg(&path));
    path
}

#[track_caller]
fn refused(outcome: &Outcome, name: &str) {
    outcome.fails(10).within(Duration::from_secs(5)).says(name);
}

#[test]
fn r81_a10_a_file_of_certificates_is_never_waited_for_and_never_endless() {
    for name in ["SSL_CERT_FILE", "AWS_CA_BUNDLE"] {
        let home = over_tls(Certificate::Good);
        let pipe = fifo(&home, "pipe.pem");
        home.write("empty.pem", "");
        let paths = [&pipe, Path::new("/dev/zero"), Path::new("/dev/tty"), &home.path(""), &home.path("no.pem")];
        for path in paths.into_iter().chain([home.path("empty.pem").as_path()]) {
            println!("{name} {}", path.display());
            refused(&home.run(["--from", "env"]).env(name, path).go(), name);
        }
        home.sts().saw(&[]);
    }
}

#[test]
fn r81_a10_a_directory_of_certificates_gives_what_can_be_read() {
    let home = over_tls(Certificate::Good);
    fifo(&home, "pipe.pem");
    std::os::unix::fs::symlink("/dev/zero", home.path("zero.pem")).expect("a link");
    std::os::unix::fs::symlink("nowhere", home.path("nowhere.pem")).expect("a link");
    home.write("rubbish.pem", "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n");
    let outcome = home.run(["--from", "env"]).env("SSL_CERT_DIR", home.path("")).go();
    home.sts().delivered_session(&outcome, &BOB);
    let home = over_tls(Certificate::Good);
    fs::create_dir(home.path("none")).expect("a directory");
    refused(&home.run(["--from", "env"]).env("SSL_CERT_DIR", home.path("none")).go(), "SSL_CERT_DIR");
}

#[test]
fn a_variable_for_certificates_that_is_set_to_nothing_is_as_good_as_absent() {
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "AWS_CA_BUNDLE"] {
        let home = over_tls(Certificate::Good);
        println!("{name}");
        // the system's are read, and our own authority is not among them
        home.run(["--from", "env"]).env(name, "").go().fails(22).says("UnknownIssuer");
    }
}

#[test]
fn the_bundles_name_may_begin_with_the_home() {
    let home = over_tls(Certificate::Good);
    let outcome = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", "~/ca.pem").go();
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r81_a10_a_policy_is_waited_for_while_somebody_writes_it_and_no_longer() {
    let home = person(&BOB);
    let pipe = fifo(&home, "policy");
    let policy = format!("file://{}", pipe.display());
    let args = ["--from", "env", "--role-arn", role::PATHED, "--policy", &policy];
    home.run(args).go().fails(10).says("nobody writes to it").within(Duration::from_secs(15));
    let text = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let line = format!("(sleep 1; printf %s '{text}' >'{}') & exec aws-auth {}", pipe.display(), args.join(" "));
    home.command(["sh", "-c", &line]).go().ok();
    assert_eq!(home.sts().requests().pop().and_then(|it| it.param("Policy").map(str::to_owned)).as_deref(), Some(text));
}

#[test]
fn a_machine_without_certificates_is_told_what_to_install() {
    if !tools::needs_root("only root can take a machine's certificates away") {
        return;
    }
    let home = person(&BOB);
    let hide = "for dir in /etc/ssl /etc/pki /opt/etc; do [ ! -d $dir ] || mount -t tmpfs none $dir; done; exec \"$@\"";
    let without = |more: &str, args: &[&str]| {
        let script = hide.replace("exec", &format!("{more} exec"));
        home.command(["unshare", "--mount", "sh", "-c", &script, "sh", "aws-auth"]).args(args).go()
    };
    let none = "this machine has no certificates by which to trust AWS";
    without("", &["--from", "env"]).fails(10).says(none).says("apt install ca-certificates");
    without("", &["doctor", "--from", "env"]).says_out(none);
    let broken = "mkdir /etc/ssl/certs; echo '-----BEGIN CERTIFICATE-----' >/etc/ssl/certs/ca-certificates.crt;";
    without(broken, &["--from", "env"]).fails(10).says(none);
}

#[test]
fn what_is_not_reached_is_told_by_what_names_it() {
    let home = person(&BOB);
    let run = |name: &str, url: &str| home.run(["--from", "env"]).env(name, url).go();
    let nobody = "http://127.0.0.1:9";
    run("AWS_ENDPOINT_URL_STS", nobody).fails(22).says("or take AWS_ENDPOINT_URL_STS away");
    let doctor = home.run(["doctor", "--from", "env"]).env("AWS_ENDPOINT_URL_STS", nobody).go();
    doctor.says_out("or take AWS_ENDPOINT_URL_STS away");
    let mistyped = home.run(["--from", "env", "--region", "eu-wst-1"]).without("AWS_ENDPOINT_URL_STS").go();
    mistyped.fails(22).says("no region is known to us by the name eu-wst-1: is it eu-west-1?");
}

//! The port of a server that has ended, which some other program has taken: nobody waits for it, and if it is another user's
//! it learns nothing and is not believed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::support::run::{self, Run};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, fake, tools};

/// What listens at the port.
struct Stranger {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stranger {
    /// Answers each request by this expression of Python's, which gives the parts that are sent, one after another: `heard`
    /// is what was asked, and `whole` makes a text one whole answer.
    fn answering(parts: &str, user: Option<u32>) -> Self {
        let user = user.map(|user| format!("os.setgid({user}); os.setuid({user})")).unwrap_or_default();
        let text = format!(
            r"
import os, socket, sys, time
{user}
def whole(body):
    return [b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body), body.encode()]
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
while True:
    stream, _ = listener.accept()
    try:
        heard = stream.recv(4096)
        print(heard, flush=True)
        for part in {parts}:
            stream.sendall(part)
        stream.shutdown(socket.SHUT_WR)
        stream.recv(4096)
    except OSError:
        pass
"
        );
        let mut python = Command::new("python3");
        let mut child = run::spawn(python.args(["-c", &text]).stdout(Stdio::piped())).expect("python3");
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        let mut port = String::new();
        said.read_line(&mut port).expect("its port");
        Self { child, said, port: port.trim().parse().expect("a port") }
    }

    /// One that answers as a server of ours would, and gives out bob's keys; none where there can be no other user.
    fn of_another_user() -> Option<Self> {
        let can_be = tools::needs_linux("only Linux tells whose program is at a port")
            && tools::needs_root("only root can be another user");
        let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
        let end = "2037-01-01T00:00:00Z";
        let keys =
            format!(r#"{{"AccessKeyId": "{id}", "SecretAccessKey": "{secret}", "Token": "", "Expiration": "{end}"}}"#);
        let parts = format!("whole('{keys}' if b'/credentials' in heard else '{REPORT}')");
        can_be.then(|| Self::answering(&parts, Some(65534)))
    }

    /// A run in a shell whose server had this port.
    fn leads<'h>(&self, run: Run<'h>) -> Run<'h> {
        run.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("http://127.0.0.1:{}/credentials", self.port))
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "7e".repeat(32))
            .patience(Duration::from_secs(30))
    }

    /// Whether it was told the token.
    fn knows_the_token(mut self) -> bool {
        let _ = self.child.kill();
        let mut heard = String::new();
        self.said.read_to_string(&mut heard).expect("what it heard");
        heard.contains("7e7e7e")
    }
}

/// What a server says of itself, and that it ends.
const REPORT: &str = r#"{"credentials": {"expiration": "2099-01-01T00:00:00Z", "seconds_left": 999, "account": "1", "identity": "role/x"}, "ended": true}"#;

#[test]
fn whoever_has_the_port_of_a_server_that_has_ended_keeps_nobody_waiting() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    // A byte now and then, for minutes; and what is JSON, and no report.
    let slowly = "(time.sleep(0.3) or part for part in whole(' ' * 400)[:1] + [b' '] * 400)".to_owned();
    let odd = ["1", "[1]", "\"x\"", "null"].map(|body| format!("whole('{body}')"));
    for parts in std::iter::once(slowly).chain(odd) {
        let stranger = Stranger::answering(&parts, None);
        let json = stranger.leads(home.run(["status", "--format", "json"])).go();
        let value: serde_json::Value = serde_json::from_str(json.ok().out()).expect("JSON");
        assert_eq!(value["endpoint"]["gone"], true, "{parts}");
        assert_eq!(stranger.leads(home.run(["status", "--test"])).go().code(), 1, "{parts}");
        stranger.leads(home.run(["--from", "pass", "--shell", "sh"])).go().ok();
        stranger.leads(home.run(["unset", "--shell", "sh"])).go().ok();
    }
}

#[test]
fn r116_another_user_who_has_the_port_of_a_server_that_has_ended_is_not_believed() {
    let Some(stranger) = Stranger::of_another_user() else { return };
    let home = Home::with_sts();
    let told = |stranger: &Stranger| {
        let words = stranger.leads(home.run(["status"])).go();
        let code = stranger.leads(home.run(["status", "--test"])).go().code();
        (words.ok().out().contains("not there any more"), code)
    };
    let ours = Stranger::answering(&format!("whole('{REPORT}')"), None);
    assert_eq!(told(&ours), (false, 0), "a server of this user");
    assert_eq!(told(&stranger), (true, 1), "another user's");
}

#[test]
fn r116_another_users_program_at_the_port_of_an_ended_server_gives_no_keys() {
    let Some(stranger) = Stranger::of_another_user() else { return };
    let home = Home::with_sts();
    home.write(
        ".aws/config",
        "[profile p]\ncredential_source = EcsContainer\nrole_arn = arn:aws:iam::111122223333:role/plain\n",
    );
    for (code, statement, args) in [
        (22, "", &["whoami"][..]),
        (13, "(exit 13)", &["--no-role"]),
        (13, "(exit 13)", &["--profile", "p"]),
        (13, "", &["--format", "process"]),
        (13, "", &["exec", "--", "env"]),
    ] {
        let outcome = stranger.leads(home.run(args)).go();
        outcome.fails_saying(code, statement).says("a program of another user").says("aws-auth unset");
    }
    home.sts().saw(&[]);
    assert!(!stranger.knows_the_token());
}

#[test]
fn r116_another_users_program_learns_no_token_from_what_would_end_the_server() {
    let Some(stranger) = Stranger::of_another_user() else { return };
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    for command in ["unset", "logout", "status"] {
        stranger.leads(home.command(["sh", "-c", &format!("aws-auth {command} >&2")])).go().ok();
    }
    assert!(!stranger.knows_the_token());
}

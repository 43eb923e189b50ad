//! What may go wrong, one thing at a time.

use std::any::Any;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::servers;
use crate::support::sts::role;
use crate::support::{Home, agent, run, tools};

/// What has to be there as long as the fault is to last.
pub type Kept = Option<Box<dyn Any>>;

/// Where the keys come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// An item in pass.
    Item,
    /// The same, with a code by standard input.
    Stdin,
    /// A profile's `credential_process`.
    Process,
    /// A profile's sign-in, which the AWS CLI holds.
    SignIn,
    /// What the machine gives to whoever runs on it.
    Machine,
}

/// A column of the table.
pub struct Fault {
    pub name: &'static str,
    /// What a run does that meets it.
    pub answer: &'static str,
    /// In how many seconds a run without a terminal has ended.
    pub bound: u64,
    pub from: From,
    pub prepare: fn(&Home) -> Kept,
    /// What the program is started by.
    pub below: fn(&Home) -> Vec<String>,
    /// Whether the terminal vanishes, in place of ^C.
    pub hangs_up: bool,
    /// Whether this machine can play it.
    pub can_be: fn() -> bool,
}

const USUAL: Fault = Fault {
    name: "",
    answer: "",
    bound: 0,
    from: From::Item,
    prepare: |_| None,
    below: |_| Vec::new(),
    hangs_up: false,
    can_be: || true,
};

pub const FAULTS: &[Fault] = &[
    Fault {
        name: "a manager hangs, and does not want to end",
        answer: "gives it up and ends it",
        bound: 70,
        prepare: |home| manager(home, "trap '' INT TERM HUP; sleep 600; sleep 600"),
        ..USUAL
    },
    Fault {
        name: "a manager floods",
        answer: "stops at 64 KiB",
        bound: 5,
        prepare: |home| manager(home, "exec yes CANARY"),
        ..USUAL
    },
    Fault {
        name: "a manager goes on printing for ever",
        answer: "gives it up and ends it",
        bound: 70,
        prepare: |home| manager(home, "while :; do echo x; sleep 0.2; done"),
        ..USUAL
    },
    Fault {
        name: "a manager asks on the terminal",
        answer: "waits for the answer up to 5 minutes, and fails if there is no terminal",
        bound: 5,
        prepare: |home| {
            manager(
                home,
                "{ printf 'Passphrase: ' && read -r line; } 0</dev/tty 1>/dev/tty 2>/dev/null || { echo 'no terminal' >&2; exit 1; }",
            )
        },
        ..USUAL
    },
    Fault {
        name: "AWS's address swallows all",
        answer: "tries again, and gives up",
        bound: 25,
        prepare: |home| aws_at(home, &servers::black_hole()),
        ..USUAL
    },
    Fault {
        name: "AWS takes the request and says nothing",
        answer: "gives up",
        bound: 25,
        prepare: |home| aws_at(home, &servers::silent()),
        ..USUAL
    },
    Fault {
        name: "AWS's answer drips",
        answer: "gives up",
        bound: 25,
        prepare: |home| aws_at(home, &servers::dripping()),
        ..USUAL
    },
    Fault {
        name: "AWS's answer has no end",
        answer: "stops at 256 KiB",
        bound: 15,
        prepare: |home| aws_at(home, &servers::endless()),
        ..USUAL
    },
    Fault {
        name: "nobody listens at AWS's address",
        answer: "tries again, and gives up",
        bound: 15,
        prepare: |home| aws_at(home, "http://127.0.0.1:9"),
        ..USUAL
    },
    Fault {
        name: "a proxy says nothing",
        answer: "gives up",
        bound: 25,
        prepare: |home| {
            for service in ["STS", "IAM", "SIGNIN"] {
                home.unset(format!("AWS_ENDPOINT_URL_{service}"));
            }
            home.set("HTTPS_PROXY", servers::silent());
            None
        },
        ..USUAL
    },
    Fault {
        name: "another run was stopped while it asks for the same",
        answer: "waits 20 seconds, and goes on alone",
        bound: 30,
        prepare: |home| Some(Box::new(stopped_run(home))),
        ..USUAL
    },
    Fault {
        name: "the terminal vanishes while a manager is waited for",
        answer: "ends",
        bound: 2,
        prepare: |home| manager(home, "exec sleep 600"),
        hangs_up: true,
        ..USUAL
    },
    Fault {
        name: "standard input never ends, and a code or a key is to come by it",
        answer: "gives up; a key is waited for half a minute",
        bound: 125,
        from: From::Stdin,
        prepare: |home| {
            let path = home.rig("endless");
            run::output(Command::new("mkfifo").arg(&path));
            // Open for both: nobody ever closes it.
            Some(Box::new(fs::File::options().read(true).write(true).open(path).expect("a pipe")))
        },
        ..USUAL
    },
    Fault {
        name: "the kernel refuses its keyring",
        answer: "keeps the session in the agent",
        bound: 10,
        prepare: |home| {
            home.unset("AWS_AUTH_NO_CACHE");
            None
        },
        below: |_| agent::without_keyring().to_vec(),
        ..USUAL
    },
    Fault {
        name: "the agent is stopped",
        answer: "goes on without it, and says so",
        bound: 15,
        prepare: |home| {
            stopped_agent(home);
            None
        },
        ..USUAL
    },
    Fault {
        name: "the disk is full",
        answer: "goes on, or says what cannot be written",
        bound: 10,
        prepare: |home| {
            home.unset("AWS_AUTH_NO_CACHE");
            for directory in [".aws", ".local/state"] {
                fs::create_dir_all(home.path(directory)).expect("a directory");
            }
            None
        },
        below: full_disks,
        can_be: || {
            let mut unshare = Command::new("unshare");
            unshare.args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]);
            let can = run::spawn(unshare.stdin(Stdio::null()).stderr(Stdio::null()))
                .and_then(|mut child| child.wait())
                .is_ok_and(|status| status.success());
            if !can {
                tools::cannot_run("no file system can be mounted");
            }
            can
        },
        ..USUAL
    },
    Fault {
        name: "`~/.aws/config` is a pipe",
        answer: "refuses it",
        bound: 5,
        prepare: |home| {
            fs::create_dir_all(home.path(".aws")).expect("a directory");
            run::output(Command::new("mkfifo").arg(home.path(".aws/config")));
            None
        },
        ..USUAL
    },
    Fault {
        name: "a `credential_process` hangs",
        answer: "gives it up and ends it",
        bound: 70,
        from: From::Process,
        prepare: |home| {
            home.script("tool", "#!/bin/sh\ntrap '' INT TERM HUP\nsleep 600\n");
            let config = format!(
                "[profile tool]\nrole_arn = {}\nsource_profile = keys\n[profile keys]\ncredential_process = tool\n",
                role::PLAIN
            );
            home.write(".aws/config", config);
            None
        },
        ..USUAL
    },
    Fault {
        name: "the AWS CLI, which is asked for a sign-in, hangs",
        answer: "gives it up and ends it",
        bound: 70,
        from: From::SignIn,
        prepare: |home| {
            home.script("aws", "#!/bin/sh\ntrap '' INT TERM HUP\nsleep 600\nsleep 600\n");
            sign_in(home)
        },
        ..USUAL
    },
    Fault {
        name: "a sign-in has ended",
        answer: "says how to sign in again",
        bound: 5,
        from: From::SignIn,
        prepare: |home| {
            home.script("aws", "#!/bin/sh\necho 'please reauthenticate with aws login' >&2\nexit 253\n");
            sign_in(home)
        },
        ..USUAL
    },
    Fault {
        name: "the machine's metadata service says nothing",
        answer: "gives up",
        bound: 25,
        from: From::Machine,
        prepare: |home| {
            let config =
                format!("[profile machine]\nrole_arn = {}\ncredential_source = Ec2InstanceMetadata\n", role::PLAIN);
            home.write(".aws/config", config);
            home.unset("AWS_EC2_METADATA_DISABLED");
            home.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", servers::silent());
            home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/credentials", servers::silent()));
            None
        },
        ..USUAL
    },
];

/// pass, with this in the place of its work.
fn manager(home: &Home, script: &str) -> Kept {
    home.script("pass", &format!("#!/bin/sh\n{script}\n"));
    None
}

/// A profile with a role, whose keys come from a sign-in.
fn sign_in(home: &Home) -> Kept {
    let config = format!(
        "[profile signed-in]\nrole_arn = {}\nsource_profile = login\n[profile login]\nlogin_session = x\n",
        role::PLAIN
    );
    home.write(".aws/config", config);
    None
}

fn aws_at(home: &Home, url: &str) -> Kept {
    for service in ["STS", "IAM", "SIGNIN"] {
        home.set(format!("AWS_ENDPOINT_URL_{service}"), url);
    }
    None
}

/// A process that is ended with the fault, also if it is stopped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A run that asks for what every command here would ask for, and stands still meanwhile.
fn stopped_run(home: &Home) -> Ended {
    let real = fs::read_to_string(home.rig("bin/pass")).expect("the stand-in");
    let begun = home.rig("begun");
    let first = format!("[ -z \"$HOLD\" ] || {{ touch '{}'; exec sleep 600; }}", begun.display());
    home.script("pass", &real.replacen('\n', &format!("\n{first}\n"), 1));
    let mut holder = Command::new("setsid");
    holder.arg(tools::binary()).args(["--from", "pass", "--item", "work"]).env_clear().envs(home.env());
    holder.env("HOLD", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let holder = run::spawn(&mut holder).expect("it starts");
    let started = Instant::now();
    while !begun.exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "it asks nobody");
        thread::sleep(Duration::from_millis(10));
    }
    kill_process(Pid::from_child(&holder), Signal::STOP).expect("it runs");
    Ended(holder)
}

/// An agent that was of use, and says nothing any more. The home ends it.
fn stopped_agent(home: &Home) {
    let agents = agent::on(home);
    home.run(["--from", "pass", "--item", "work"]).go().ok();
    let pid = Pid::from_raw(agents.pid().cast_signed()).expect("a number");
    kill_process(pid, Signal::STOP).expect("it runs");
}

/// No file can be made in any place of the user's.
fn full_disks(_: &Home) -> Vec<String> {
    let places = ["\"$AWS_AUTH_TEST_PLACES\"", "\"$XDG_RUNTIME_DIR\"", "\"$HOME/.local/state\"", "\"$HOME/.aws\""];
    let mounts = places.map(|place| format!("mount -t tmpfs -o size=4k,nr_inodes=1 full {place}"));
    let script = format!("{} && exec \"$@\"", mounts.join(" && "));
    ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"].map(str::to_owned).to_vec()
}

//! A second opinion on IAM: moto's, which others wrote, and which checks signatures and policies of its own accord.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::shown;
use crate::support::gpg::{self, Key};
use crate::support::{Home, run, tools};

/// Serves STS and IAM on a free port, makes a user who may manage their own keys, and does what it is told by lines:
/// `keys` prints them, a line each.
const SERVER: &str = r"
import os, sys, json, logging
logging.disable(logging.CRITICAL)
os.environ['INITIAL_NO_AUTH_ACTION_COUNT'] = '3'
os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
import boto3
def client(id, secret):
    return boto3.client('iam', endpoint_url='http://127.0.0.1:%d' % port, region_name='us-east-1',
                        aws_access_key_id=id, aws_secret_access_key=secret)
iam = client('setup', 'setup')
iam.create_user(UserName='bob', Path='/team/')
iam.put_user_policy(UserName='bob', PolicyName='own', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': ['iam:*AccessKey*', 'iam:ListMFADevices', 'sts:*'], 'Resource': '*'}]}))
key = iam.create_access_key(UserName='bob')['AccessKey']
from moto.iam.models import iam_backends
backend = iam_backends['123456789012']['aws']
print(port, key['AccessKeyId'], key['SecretAccessKey'], flush=True)
for line in sys.stdin:
    for key in backend.users['bob'].access_keys:
        print(key.access_key_id, key.status, key.secret_access_key, flush=True)
    print('end', flush=True)
";

struct Moto {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    fn start(home: &Home) -> Option<(Self, [String; 3])> {
        let python = tools::python()?;
        let mut server = Command::new(python);
        server.args(["-c", SERVER]).env_clear().envs(home.env()).env("HOME", home.rig(""));
        server.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = run::spawn(&mut server).expect("python runs");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("the port and the first key");
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let moto = Self { child, out };
        let Ok(words) = words.try_into() else {
            tools::not_run("no Python with moto; tests/setup installs one");
            return None;
        };
        Some((moto, words))
    }

    /// The user's keys: id, whether it is active, secret.
    fn keys(&mut self) -> Vec<(String, bool, String)> {
        use std::io::Write as _;
        self.child.stdin.as_mut().expect("its stdin").write_all(b"keys\n").expect("a question");
        let mut keys = Vec::new();
        loop {
            let mut line = String::new();
            self.out.read_line(&mut line).expect("an answer");
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [id, status, secret] => keys.push((id.to_owned(), status == "Active", secret.to_owned())),
                _ => return keys,
            }
        }
    }
}

#[test]
fn motos_iam_takes_the_same_rotation() {
    let home = Home::new();
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let Some((mut moto, [port, id, secret])) = Moto::start(&home) else { return };
    home.secret("the permanent secret key", &secret);
    for service in ["STS", "IAM"] {
        home.set(format!("AWS_ENDPOINT_URL_{service}"), format!("http://127.0.0.1:{port}"));
    }
    gpg::insert(&home, "work", format!("{secret}\naccess_key_id: {id}\n# more\n"));
    let rotate = |args: &[&str]| home.run(["rotate", "--from", "pass", "--item", "work"]).args(args).go();
    rotate(&[]).ok().says("is inactive");
    let keys = moto.keys();
    let [old, new] = &keys[..] else { panic!("two keys: {keys:?}") };
    home.secret("the new secret key", &new.2);
    assert!(old.0 == id && !old.1 && new.1);
    assert_eq!(shown(&home, "work").unwrap(), format!("{}\naccess_key_id: {}\n# more\n", new.2, new.0));
    rotate(&[]).fails_saying(10, "").says("24");
    rotate(&["--undo"]).ok().says("active again");
    assert!(moto.keys().iter().all(|(_, active, _)| *active));
    rotate(&[]).ok();
    rotate(&["--delete-old"]).ok();
    let keys = moto.keys();
    assert!(keys.len() == 1 && keys[0].1, "{keys:?}");
    rotate(&[]).ok();
    assert_eq!(moto.keys().len(), 2);
    // That it checks signatures: a wrong secret is no pair to it. Its refusals are of a form that is not AWS's.
    gpg::insert(&home, "work", format!("{}\naccess_key_id: {}\n", secret, moto.keys()[1].0));
    rotate(&[]).fails_saying(22, "").says("403");
    assert_eq!(moto.keys().len(), 2);
}

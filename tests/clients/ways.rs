//! Who uses credentials, in each way to get them: one table, of which each cell is what arrived at AWS.

use std::path::{Path, PathBuf};
use std::thread;

use crate::credential_process::modules;
use crate::rust_sdk;
use crate::serve::bob;
use crate::support::run::Run;
use crate::support::sts::Request;
use crate::support::{Home, Outcome, tools};

/// A program that finds credentials by itself and makes one signed request with them.
pub struct Client {
    pub name: &'static str,
    pub argv: Vec<String>,
    /// Whether it asks who it is, and prints that. One asks for its buckets, of which this AWS knows nothing.
    pub asks_who: bool,
}

const BOTO: &str = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";

/// AWS's C runtime, as mountpoint-s3 has it, which finds and signs, and does not send: Python's own library does.
const CRT: &str = "
import io, os, re, urllib.error, urllib.parse, urllib.request
from awscrt.auth import AwsSigningAlgorithm, AwsCredentialsProvider, AwsSignatureType, AwsSigningConfig, aws_sign_request
from awscrt.http import HttpHeaders, HttpRequest
from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup
group = EventLoopGroup(1)
found = AwsCredentialsProvider.new_default_chain(ClientBootstrap(group, DefaultHostResolver(group)))
url = os.environ['AWS_ENDPOINT_URL_STS']
body = b'Action=GetCallerIdentity&Version=2011-06-15'
headers = [('Host', urllib.parse.urlsplit(url).netloc), ('Content-Type', 'application/x-www-form-urlencoded')]
request = HttpRequest('POST', '/', HttpHeaders(headers), io.BytesIO(body))
config = AwsSigningConfig(algorithm=AwsSigningAlgorithm.V4, signature_type=AwsSignatureType.HTTP_REQUEST_HEADERS,
    credentials_provider=found, region='us-east-1', service='sts')
signed = aws_sign_request(request, config).result(20)
answer = urllib.request.urlopen(urllib.request.Request(url, body, dict(signed.headers)))
print(re.search('<Arn>(.*)</Arn>', answer.read().decode()).group(1))";

const JAVASCRIPT: &str = "
const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
new STSClient({}).send(new GetCallerIdentityCommand({})).then(
  (found) => console.log(found.Arn),
  (error) => { console.error(error.message); process.exit(1); });";

/// All that are here; what is missing is said.
pub fn all() -> Vec<Client> {
    let mut found = Vec::new();
    let mut add = |name, asks_who, argv: &[&str]| {
        found.push(Client { name, asks_who, argv: argv.iter().map(|word| (*word).to_owned()).collect() });
    };
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    if let Some(python) = tools::python() {
        add("boto3", true, &[&text(&python), "-c", BOTO]);
        if Home::new().command([python.as_os_str(), "-c".as_ref(), "import awscrt".as_ref()]).go().status.success() {
            add("AWS's C runtime", true, &[&text(&python), "-c", CRT]);
        } else {
            tools::not_run("no awscrt; tests/setup installs it");
        }
    }
    // The second version is Debian's, which knows no variable for an endpoint; pip has the first.
    let whoami =
        "exec \"$0\" sts get-caller-identity --query Arn --output text --endpoint-url \"$AWS_ENDPOINT_URL_STS\"";
    let first = tools::repository().join("target/venv/bin/aws");
    for (name, program) in [("AWS CLI v1", first), ("AWS CLI v2", PathBuf::from("/usr/bin/aws"))] {
        if program.exists() {
            add(name, true, &["sh", "-c", whoami, &text(&program)]);
        } else {
            tools::not_run(&format!("no {name}; tests/setup installs it"));
        }
    }
    match tools::need("node") {
        Some(node) if modules().join("@aws-sdk/client-sts").is_dir() => {
            add("JavaScript v3", true, &[&text(&node), "-e", JAVASCRIPT]);
        }
        _ => tools::not_run("no AWS SDK for JavaScript; tests/setup installs one"),
    }
    let go = tools::repository().join("target/tools/whoami-go");
    if go.exists() {
        add("Go v2", true, &[&text(&go)]);
    } else {
        tools::not_run("no client in Go; tests/setup builds it");
    }
    let rust = rust_sdk::command().into_iter().map(|word| word.into_string().expect("text"));
    found.push(Client { name: "Rust", asks_who: true, argv: rust.collect() });
    if tools::need("rclone").is_some() {
        let script = "exec rclone lsd --retries 1 --low-level-retries 1 --s3-provider Other --s3-env-auth \
                      --s3-endpoint \"$AWS_ENDPOINT_URL_STS\" :s3:";
        let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
        found.push(Client { name: "rclone", asks_who: false, argv });
    }
    found
}

/// As every client is run: nothing but the region is said beside what it gets.
pub fn started(run: Run<'_>) -> Run<'_> {
    let run = run.env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
    rust_sdk::as_client(run).env("NODE_PATH", modules())
}

/// The access key id by which the client's request was signed: that of credentials which AWS has given out.
pub fn arrived(home: &Home, client: &Client, outcome: &Outcome) -> Option<String> {
    let is_its_own = |request: &Request| {
        if client.asks_who { request.action.as_deref() == Some("GetCallerIdentity") } else { request.method == "GET" }
    };
    let sts = home.sts();
    let id = sts.emulator().requests().into_iter().rfind(is_its_own)?.access_key_id?;
    let was_issued = sts.emulator().issued().iter().any(|session| session.access_key_id == id);
    (was_issued && (outcome.status.success() || !client.asks_who)).then_some(id)
}

/// How credentials come to a client.
struct Way {
    name: &'static str,
    run: fn(&Home) -> Run<'_>,
}

const WAYS: [Way; 5] = [
    Way {
        name: "variables",
        run: |home| {
            let script = "eval \"$(aws-auth --from pass --shell sh)\" && exec \"$@\"";
            home.command(["sh", "-c", script, "sh"])
        },
    },
    Way { name: "exec", run: |home| home.run(["exec", "--from", "pass", "--"]) },
    Way {
        name: "credential_process",
        run: |home| {
            home.write(".aws/config", "[profile ours]\ncredential_process = aws-auth credential-process --from pass\n");
            home.command(["env", "AWS_PROFILE=ours"])
        },
    },
    Way { name: "serve", run: |home| home.run(["exec", "--serve", "--from", "pass", "--"]) },
    Way {
        name: "a profile that was written",
        run: |home| {
            home.plant(&home.path(".aws/credentials"));
            home.run(["--from", "pass", "--write-profile", "filed"]).go().ok();
            home.command(["env", "AWS_PROFILE=filed"])
        },
    },
];

/// The cell: what has arrived, or what was said where nothing has.
fn cell(client: &Client, way: &Way) -> Result<String, String> {
    let home = bob();
    let outcome = started((way.run)(&home)).args(&client.argv).go();
    arrived(&home, client, &outcome).ok_or_else(|| format!("nothing that was issued: {outcome:?}"))
}

#[test]
fn s1_every_client_takes_the_credentials_in_every_way() {
    let clients = all();
    let row = |client| WAYS.iter().map(|way| (client, way, cell(client, way))).collect::<Vec<_>>();
    let table: Vec<_> = thread::scope(|scope| {
        let rows: Vec<_> = clients.iter().map(|client| scope.spawn(move || row(client))).collect();
        rows.into_iter().flat_map(|row| row.join().expect("a row")).collect()
    });
    let mut wrong = Vec::new();
    for (client, way, cell) in &table {
        println!("{:16} {:27} {}", client.name, way.name, cell.as_deref().unwrap_or("-"));
        wrong.extend(cell.as_ref().err().map(|why| format!("{}, {}: {why}", client.name, way.name)));
    }
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

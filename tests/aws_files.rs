//! `~/.aws/config` and `~/.aws/credentials` beside the programs that read and write them too.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use aws_auth::aws_files::{Change, Document, Failure, Files, Said, Target};

use crate::shells::bob;
use crate::support::random::Random;
use crate::support::{Home, run, tools};

// ---- the reader

/// Prints what botocore reads of each pair of files in a directory, one JSON object a line; `null` where it refuses.
const READER: &str = r"
import json, os, sys
from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigParseError
for n in range(int(sys.argv[2])):
    at = os.path.join(sys.argv[1], str(n))
    try:
        profiles = load_config(at + '.config')['profiles']
        for name, values in raw_config_parse(at + '.credentials').items():
            profiles.setdefault(name, {}).update(values)
        print(json.dumps(profiles))
    except ConfigParseError:
        print('null')
";

/// Pieces of files: all that people write, and what a parser can stumble over.
const HEADERS: [&str; 22] = [
    "[default]",
    "[profile default]",
    "[profile a]",
    "[profile b]",
    "[profile c] # mine",
    "[profile d] /* x */",
    "[profile \"e\"]",
    "[profile 'f g']",
    "[profile h(1)]",
    "[profile \u{e9}&]",
    "[profile a] [b]",
    "[profile i's]",
    "[profile\tj]",
    "[profile  k]",
    "[profiles l]",
    "[a]",
    "[DEFAULT]",
    "[services s]",
    "[sso-session t]",
    "[plugins]",
    "[profile m n]",
    "[profile o\\ p]",
];
const SETTINGS: [&str; 20] = [
    "region = eu-west-1",
    "region: eu-west-2",
    "output=json",
    "ROLE_ARN = arn:aws:iam::111122223333:role/x",
    "role_arn\u{a0}= \u{2003}y\u{3000}",
    "external_id\u{c}=\u{b}z",
    "s3 =",
    "empty =",
    "empty_too:",
    "a b = c = d : e",
    "url = https://x:1/?a=b;c#d",
    "q = \"quoted\"",
    "k-1 = v",
    "percent = %(x)s $HOME",
    "\u{e9} = \u{fc}",
    "colon:equals=1",
    "x = y\u{85}",
    "t = \t a\tb \t",
    "[not = a section",
    "mfa_serial=1",
];
const REST: [&str; 8] = ["", "# a comment", "; another = x", "\t", "  ", "\u{a0}", "#", "word = 1"];
const NESTED: [&str; 6] = ["max = 1", "a=b", "  deep = 2", "# c", "", "[x] = y"];

fn file(random: &mut Random) -> String {
    let end = *["\n", "\n", "\r\n", "\r"].get(random.below(4)).expect("an end");
    let mut text = String::new();
    let mut used: Vec<&str> = Vec::new();
    for _ in 0..random.below(5) {
        let header = random.pick(&HEADERS);
        // botocore refuses a file for a section that comes twice
        if used.contains(&header) {
            continue;
        }
        used.push(header);
        let indent = " ".repeat(random.below(3));
        text.extend([&indent, header, end]);
        let mut keys: Vec<&str> = Vec::new();
        for _ in 0..random.below(6) {
            let setting = random.pick(&SETTINGS);
            let key = &setting[..4.min(setting.floor_char_boundary(4))];
            if keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                continue;
            }
            keys.push(key);
            let indent = " ".repeat(if random.below(3) == 0 { random.below(4) } else { 0 });
            text.extend([&indent, setting, end]);
            if setting.ends_with("s3 =") {
                for _ in 0..random.below(4) {
                    text.extend(["    ", random.pick(&NESTED), end]);
                }
            }
            if random.below(3) == 0 {
                text.extend([random.pick(&REST[..7]), end]);
            }
        }
    }
    if random.below(4) == 0 {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    text
}

/// What we read, in the form of botocore's.
fn ours(files: &Files) -> serde_json::Value {
    let value = |text: &str| match text.strip_prefix('\n') {
        None => serde_json::Value::from(text),
        Some(block) => {
            let pairs = block.lines().filter(|line| !line.trim().is_empty()).filter_map(|line| line.split_once('='));
            pairs
                .map(|(key, value)| (key.trim().to_owned(), value.trim().into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
    };
    let profile = |name: &str| {
        let keys = files.keys(name).into_iter().map(|key| {
            let Some(Said::Text(text)) = files.said(name, &key) else { panic!("{name} {key}") };
            (key.clone(), value(text))
        });
        keys.collect::<serde_json::Map<_, _>>()
    };
    files.names().map(|name| (name.to_owned(), profile(name).into())).collect::<serde_json::Map<_, _>>().into()
}

const FILES: usize = 3000;

#[test]
fn r114_what_botocore_reads_of_any_file_we_read_too() {
    let Some(python) = tools::python() else { return };
    let home = Home::new();
    let mut random = Random::new(12);
    let mut texts = Vec::new();
    for n in 0..FILES {
        let pair = (file(&mut random), if random.below(3) == 0 { file(&mut random) } else { String::new() });
        fs::write(home.path(format!("{n}.config")), &pair.0).expect("a file");
        fs::write(home.path(format!("{n}.credentials")), &pair.1).expect("a file");
        texts.push(pair);
    }
    let out = run::output(Command::new(python).args(["-c", READER]).arg(home.path("")).arg(FILES.to_string()));
    let out = String::from_utf8(out).expect("text");
    let mut compared = 0;
    for (line, (config, credentials)) in out.lines().zip(&texts) {
        let document = |text: &str| Document::new(text.as_bytes().to_vec().into());
        let files = Files::new(document(config), document(credentials));
        let expected: serde_json::Value = serde_json::from_str(line).expect("JSON");
        // It refuses what means nothing; we leave that out, and both defaults are the SDKs' affair.
        if expected.is_null() || (config.contains("[default]") && config.contains("[profile default]")) {
            continue;
        }
        compared += 1;
        assert_eq!(ours(&files), expected, "{config:?}\n{credentials:?}");
    }
    assert!(compared > FILES / 2, "{compared} of {FILES}");
}

// ---- the editor

/// The AWS CLI's own writer, which gives new sections and old ones settings, again and again.
const WRITER: &str = "
import os, random, sys, time
from awscli.customizations.configure.writer import ConfigFileWriter
writer = ConfigFileWriter()
n = 0
parent = os.getppid()
while os.getppid() == parent and not os.path.exists(sys.argv[2]):
    n += 1
    section = 'cli%d' % (n // 2 if n <= int(sys.argv[3]) else 1)
    writer.update_config({'__section__': section, 'value': str(n)}, sys.argv[1])
    time.sleep(random.random() * 0.06)
print(n)
";

/// Starts it, with so many writes into new sections; it ends when there is a file `stop`.
fn writer(python: &Path, file: &Path, stop: &Path, writes: usize) -> Child {
    let mut command = Command::new(python);
    command
        .args(["-c", WRITER])
        .args([file, stop])
        .arg(writes.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    run::spawn(&mut command).expect("the AWS CLI's writer")
}

#[test]
fn r115_a1_no_section_is_lost_while_the_aws_cli_writes_the_same_file() {
    let Some(python) = tools::python() else { return };
    // With AWS_AUTH_TESTS_LONG a thousand of each, which takes two minutes.
    let writes = if std::env::var_os("AWS_AUTH_TESTS_LONG").is_some() { 1000 } else { 150 };
    let home = Home::new();
    let file =
        home.write(".aws/credentials", "[default]\naws_access_key_id = KEEP\n\n[kept]\naws_access_key_id = KEPT\n");
    let other = writer(&python, &file, &home.path("stop"), writes);
    let mut refused = 0;
    for n in 0..writes {
        let name = format!("ours{n}");
        let set = [("aws_access_key_id", "A"), ("aws_session_token", "T")];
        let change = Change { profile: &name, in_credentials: true, drop: &[], set: &set, first: true };
        let write = || Target::new(&file, true).and_then(|mut target| target.change(&change, |_| Ok(())));
        // On a busy machine the other may write as often as we try; then we have told so, and nothing is lost.
        while let Err(why) = write() {
            assert!(matches!(why, Failure::Busy), "{n}: {why}");
            refused += 1;
            assert!(refused < writes / 10, "{n}: {why}");
        }
    }
    home.write("stop", "");
    let out = other.wait_with_output().expect("it ends");
    let rounds = String::from_utf8_lossy(&out.stdout).trim().parse::<usize>().expect("a number");
    let text = fs::read_to_string(&file).expect("the file");
    let sections: Vec<&str> = text.lines().filter(|line| line.starts_with('[')).collect();
    let lost = |name: &str| !sections.contains(&format!("[{name}]").as_str());
    let ours: Vec<usize> = (0..writes).filter(|n| lost(&format!("ours{n}"))).collect();
    let theirs: Vec<usize> = (1..=rounds.min(writes)).map(|n| n / 2).filter(|n| lost(&format!("cli{n}"))).collect();
    println!("the AWS CLI wrote {rounds} times");
    assert!(out.status.success() && rounds >= writes, "the AWS CLI wrote too little: {rounds}");
    assert!(ours.is_empty() && theirs.is_empty() && !lost("kept"), "lost: ours {ours:?}, theirs {theirs:?}");
    assert!(text.contains("KEEP") && text.contains("KEPT"));
    assert_eq!(sections.len(), sections.iter().collect::<std::collections::BTreeSet<_>>().len(), "none is there twice");
    let left = fs::read_dir(home.path(".aws")).expect("the directory").count();
    assert_eq!(left, 1, "nothing else is left behind");
}

/// A program that empties the file before it writes it again, and takes its time.
const SLOW: &str = "
import os, sys, time
parent = os.getppid()
while os.getppid() == parent and not os.path.exists(sys.argv[2]):
    with open(sys.argv[1]) as file:
        text = file.read()
    with open(sys.argv[1], 'w') as file:
        time.sleep(0.02)
        file.write(text)
    time.sleep(0.03)
";

#[test]
fn r115_a1_write_profile_keeps_what_a_slow_writer_has_yet_to_write() {
    let Some(python) = tools::python() else { return };
    let home = bob();
    let file =
        home.write(".aws/credentials", "[default]\naws_access_key_id = KEEP\n\n[kept]\naws_access_key_id = KEPT\n");
    let mut command = Command::new(python);
    command.args(["-c", SLOW]).args([&file, &home.path("stop")]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut other = run::spawn(&mut command).expect("a slow writer");
    for n in 0..20 {
        home.run(["--from", "env", "--write-profile", &format!("p{n}")]).go().ok();
    }
    home.write("stop", "");
    other.wait().expect("it ends");
    let text = fs::read_to_string(&file).expect("the file");
    let names = ["default".to_owned(), "kept".to_owned()].into_iter().chain((0..20).map(|n| format!("p{n}")));
    for name in names {
        assert_eq!(text.matches(&format!("[{name}]\n")).count(), 1, "{name}\n{text}");
    }
    assert!(text.contains("KEEP") && text.contains("KEPT"), "{text}");
}

#[test]
fn a11_a_file_that_would_not_be_the_same_afterwards_is_refused_before_anybody_is_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    for (what, says) in [("read-only", "read-only (mode 0400)"), ("linked", "hard links")] {
        let home = bob();
        let file = home.write(".aws/credentials", "[kept]\naws_access_key_id = KEPT\n");
        match what {
            "linked" => fs::hard_link(&file, home.path("other")).expect("a link"),
            _ => fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("a mode"),
        }
        home.plant(&home.path("other"));
        home.run(["--from", "env", "--write-profile", "temp"]).go().fails_saying(10, "").says(says);
        home.sts().saw(&[]);
        assert_eq!(fs::read_to_string(&file).expect("the file"), "[kept]\naws_access_key_id = KEPT\n");
    }
    // What others could read is told, and they cannot any more.
    let home = bob();
    let file = home.write(".aws/credentials", "[kept]\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
    home.run(["--from", "env", "--write-profile", "temp"]).go().ok().says("mode 0644");
}

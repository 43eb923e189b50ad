//! Stand-ins for managers: an executable that answers exactly the calls it was told to expect, and writes down how
//! it was called. Anything else fails, as a manager that is asked nonsense does.

use std::fs;
use std::path::PathBuf;

use super::{Home, run};

/// A stand-in, first on PATH under a manager's name.
pub struct Fake<'h> {
    home: &'h Home,
    name: String,
    answers: usize,
}

/// What the stand-in does when it is called as told.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub exit: u8,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// Shell text that runs before the answer is given.
    pub first: String,
}

impl Answer {
    pub fn of(stdout: impl AsRef<[u8]>) -> Self {
        Self { stdout: stdout.as_ref().to_vec(), ..Self::default() }
    }

    pub fn failure(exit: u8, stderr: &str) -> Self {
        Self { exit, stderr: stderr.as_bytes().to_vec(), ..Self::default() }
    }

    /// Shell text in place of an answer.
    pub fn script(text: &str) -> Self {
        Self { first: text.to_owned(), ..Self::default() }
    }
}

/// How the stand-in was called.
#[derive(Clone, Debug)]
pub struct Call {
    pub argv: Vec<Vec<u8>>,
    pub environ: Vec<(String, String)>,
    /// The numbers of the open descriptors above 2.
    pub descriptors: Vec<String>,
    /// What stdin is: a path.
    pub stdin: String,
}

impl Call {
    pub fn var(&self, name: &str) -> Option<&str> {
        self.environ.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn args(&self) -> Vec<String> {
        self.argv.iter().map(|arg| String::from_utf8_lossy(arg).into_owned()).collect()
    }
}

/// Hundreds of runs ask it four times each, so it starts few programs.
const SCRIPT: &str = r#"#!/bin/sh
rig='@RIG@' name='@NAME@'
count() { [ -e "$1" ] || shift; number=$#; }
count "$rig/calls/$name"/*
call=$rig/calls/$name/.$$
mkdir -p "$call"
[ $# = 0 ] || printf '%s\0' "$@" >"$call/argv"
cat "/proc/$$/environ" >"$call/environ"
readlink "/proc/$$/fd/0" >"$call/stdin"
for fd in "/proc/$$/fd"/*; do
  case ${fd##*/} in 0|1|2|10) ;; *) echo "${fd##*/}" ;; esac
done >"$call/descriptors" 2>/dev/null
mv "$call" "$rig/calls/$name/$(printf %03d "$number")"
asked=$(printf '%s\037' "$@")
for answer in "$rig/answers/$name"/*; do
  IFS= read -r line <"$answer/argv" || :
  case $asked in "$line"*) ;; *) continue ;; esac
  [ "$(cat "$answer/argv")" = "$asked" ] || continue
  . "$answer/first"
  [ ! -s "$answer/stderr" ] || cat "$answer/stderr" >&2
  cat "$answer/stdout"
  read -r code <"$answer/exit" || :
  exit "$code"
done
echo "$name: unexpected call: $*" >&2
exit 99
"#;

impl<'h> Fake<'h> {
    pub fn new(home: &'h Home, name: &str) -> Self {
        for dir in ["answers", "calls"] {
            fs::create_dir_all(home.rig(dir).join(name)).expect("directory of a stand-in");
        }
        let rig = home.rig("");
        let text = SCRIPT.replace("@RIG@", rig.to_str().expect("the path is text").trim_end_matches('/'));
        home.script(name, &text.replace("@NAME@", name));
        Self { home, name: name.to_owned(), answers: 0 }
    }

    /// Adds a row to the table: exactly these arguments, this answer.
    pub fn on(mut self, argv: &[&str], answer: &Answer) -> Self {
        let dir = self.home.rig("answers").join(&self.name).join(format!("{:03}", self.answers));
        self.answers += 1;
        fs::create_dir_all(&dir).expect("directory of an answer");
        let asked = argv.iter().flat_map(|arg| [*arg, "\u{1f}"]).collect::<String>();
        for (name, bytes) in [
            ("argv", asked.as_bytes()),
            ("exit", answer.exit.to_string().as_bytes()),
            ("stdout", &answer.stdout),
            ("stderr", &answer.stderr),
            ("first", answer.first.as_bytes()),
        ] {
            fs::write(dir.join(name), bytes).expect("part of an answer");
        }
        self
    }

    /// All calls so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        let mut dirs: Vec<PathBuf> = fs::read_dir(self.home.rig("calls").join(&self.name))
            .expect("the calls")
            .map(|entry| entry.expect("a call").path())
            // one that is still being written down has a name with a dot
            .filter(|path| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b".")))
            .collect();
        dirs.sort();
        dirs.iter()
            .map(|dir| {
                let text = |name: &str| String::from_utf8_lossy(&run::read(&dir.join(name))).trim_end().to_owned();
                let argv = fs::read(dir.join("argv")).unwrap_or_default();
                let environ = run::read(&dir.join("environ"));
                Call {
                    argv: split(&argv),
                    environ: split(&environ)
                        .iter()
                        .filter_map(|pair| {
                            let pair = String::from_utf8_lossy(pair).into_owned();
                            pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
                        })
                        .collect(),
                    descriptors: text("descriptors").lines().map(str::to_owned).collect(),
                    stdin: text("stdin"),
                }
            })
            .collect()
    }
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let ended = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    if ended.is_empty() { Vec::new() } else { ended.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect() }
}

/// A stand-in for `pass` with the documented entries of a person.
pub fn pass<'h>(home: &'h Home, person: &super::sts::Person, role: &str) -> Fake<'h> {
    let mut fake = Fake::new(home, "pass");
    for (name, value) in super::sts::documented(person, role) {
        let missing = Answer::failure(1, &format!("Error: {name} is not in the password store.\n"));
        fake = fake.on(&["show", "--", name], &if value.is_empty() { missing } else { Answer::of(value) });
    }
    super::gpg::secrets_of(home, person);
    fake
}

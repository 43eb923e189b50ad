//! A real manager behind a script that counts its calls, and ends whoever calls at one of them.

use std::fs;

use super::{Home, tools};

/// What happens at one call of the manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The caller is killed, and the manager does its work.
    Before(usize),
    /// The caller is killed, and the manager does nothing any more.
    Instead(usize),
    /// The manager does its work, then the caller is killed.
    After(usize),
    /// The manager does its work, and tells that it failed.
    Fails(usize),
    /// Nothing: the calls are counted.
    Never,
}

/// Puts the script before the real program of this name.
pub fn at(home: &Home, program: &str, at: At) {
    let real = tools::find(program).expect("the real program");
    let count = home.rig(format!("{program}-calls"));
    let (number, before, after) = match at {
        At::Before(number) => (number, "kill -9 $PPID", ""),
        At::Instead(number) => (number, "kill -9 $PPID; exit 1", ""),
        At::After(number) => (number, "", "kill -9 $PPID"),
        At::Fails(number) => (number, "", "exit 9"),
        At::Never => (0, "", ""),
    };
    fs::write(&count, "").expect("a count");
    let text = format!(
        "#!/bin/sh\necho call >>'{count}'\nnumber=$(wc -l <'{count}')\n\
         if [ \"$number\" -eq {number} ]; then {before}\n:; fi\n'{real}' \"$@\"\ncode=$?\n\
         if [ \"$number\" -eq {number} ]; then {after}\n:; fi\nexit $code\n",
        count = count.display(),
        real = real.display()
    );
    home.script(program, &text);
}

/// Puts a script before the real pass that also notes, at each call, what the entry holds: what another reader would get.
pub fn watched(home: &Home, entry: &str) {
    let real = tools::find("pass").expect("pass");
    let seen = home.rig("seen");
    fs::create_dir_all(&seen).expect("a directory");
    let text = format!(
        "#!/bin/sh\nlook() {{ '{real}' show '{entry}' >\"{seen}/$(ls '{seen}' | wc -l)\" 2>/dev/null; }}\n\
         look\n'{real}' \"$@\"\ncode=$?\nlook\nexit $code\n",
        real = real.display(),
        seen = seen.display()
    );
    home.script("pass", &text);
}

/// Puts a script before the real pass that also runs aws-auth for the item before each call and after it, as another reader:
/// what it says when it fails is noted.
pub fn accompanied(home: &Home, item: &str) {
    let real = tools::find("pass").expect("pass");
    let seen = home.rig("seen");
    fs::create_dir_all(&seen).expect("a directory");
    let text = format!(
        "#!/bin/sh\nread_it() {{ PATH=/usr/local/bin:/usr/bin:/bin '{ours}' --from pass --item '{item}' --no-mfa \
         >/dev/null 2>\"{seen}/said\" && echo fine >>'{seen}/fine' || cat \"{seen}/said\" >>'{seen}/failed'; }}\n\
         read_it\n'{real}' \"$@\"\ncode=$?\nread_it\nexit $code\n",
        ours = tools::binary().display(),
        real = real.display(),
        seen = seen.display()
    );
    home.script("pass", &text);
}

/// How often the other reader got credentials, and what it said when it did not.
pub fn company(home: &Home) -> (usize, String) {
    let text = |name: &str| fs::read_to_string(home.rig("seen").join(name)).unwrap_or_default();
    (text("fine").lines().count(), text("failed"))
}

/// What was noted.
pub fn seen(home: &Home) -> Vec<String> {
    let files = fs::read_dir(home.rig("seen")).expect("a directory").flatten();
    files.map(|file| fs::read_to_string(file.path()).expect("text")).collect()
}

/// How often the program was called since [`at`].
pub fn calls(home: &Home, program: &str) -> usize {
    fs::read_to_string(home.rig(format!("{program}-calls"))).map_or(0, |text| text.lines().count())
}

/// Lets the real program be called again.
pub fn off(home: &Home, program: &str) {
    fs::remove_file(home.rig("bin").join(program)).expect("the script");
}

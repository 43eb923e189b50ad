//! What a run left behind, and the questions tests ask of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

/// A finished run.
pub struct Outcome {
    pub argv: Vec<OsString>,
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// All that appeared on the terminal, echo included.
    pub tty: Vec<u8>,
    pub took: Duration,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{:?}: {} after {:?}", self.argv, self.status, self.took)?;
        for (name, bytes) in [("stdout", &self.stdout), ("stderr", &self.stderr), ("tty", &self.tty)] {
            if !bytes.is_empty() {
                writeln!(to, "--- {name}\n{}", String::from_utf8_lossy(bytes))?;
            }
        }
        Ok(())
    }
}

impl Outcome {
    pub fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap_or_else(|_| panic!("stdout is not UTF-8\n{self:?}"))
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tty).into_owned()
    }

    pub fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    #[track_caller]
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("died by a signal\n{self:?}"))
    }

    /// It succeeded.
    #[track_caller]
    pub fn ok(&self) -> &Self {
        assert!(self.status.success(), "should have succeeded\n{self:?}");
        self
    }

    /// It failed with `code` in the way a failure of a command for `eval` has to look in a POSIX shell.
    #[track_caller]
    pub fn fails(&self, code: i32) -> &Self {
        self.fails_saying(code, &format!("(exit {code})\n"))
    }

    /// It failed with `code`, with nothing but `statement` on stdout and a message of our form on stderr.
    #[track_caller]
    pub fn fails_saying(&self, code: i32, statement: &str) -> &Self {
        assert_eq!(self.status.code(), Some(code), "exit code\n{self:?}");
        assert_eq!(self.out().trim_end(), statement.trim_end(), "stdout of a failure\n{self:?}");
        self.explains()
    }

    /// It failed with one of `codes`, where which of them it is depends on what the manager lets us know.
    #[track_caller]
    pub fn fails_with_one_of(&self, codes: &[i32]) -> &Self {
        let code = self.code();
        assert!(codes.contains(&code), "exit code should be one of {codes:?}\n{self:?}");
        self.fails(code)
    }

    /// stderr holds an error of our form: what failed, why, a hint; and no byte that moves a terminal.
    #[track_caller]
    pub fn explains(&self) -> &Self {
        let text = if self.stderr.is_empty() { self.screen() } else { self.err() };
        let ours = text.lines().any(|line| line.starts_with("aws-auth: ") || line.starts_with("error: "));
        assert!(ours, "no message of ours\n{self:?}");
        for line in self.err().lines() {
            let clean = line.trim_end_matches('\r').chars().all(|c| !c.is_control() || c == '\t');
            assert!(clean, "a control character on stderr: {line:?}\n{self:?}");
        }
        self
    }

    /// It had nothing to say but that the tests' own STS is asked, and that the session of a user without a device has none.
    #[track_caller]
    pub fn quiet(&self) -> &Self {
        let notice = |line: &str| {
            (line.starts_with("aws-auth: asking http") && line.contains("which the environment names"))
                || line.starts_with("aws-auth: warning: this session is without MFA")
        };
        // a machine under load makes every manager slow
        let wait = |line: &str| line.starts_with("aws-auth: waiting for ");
        assert!(self.err().lines().all(|line| notice(line) || wait(line)), "should have nothing to say\n{self:?}");
        self
    }

    /// stderr (on a pty: the terminal) has `text` in it, whatever the case.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let all = format!("{}\n{}", self.err(), self.screen());
        assert!(all.to_lowercase().contains(&text.to_lowercase()), "should say {text:?}\n{self:?}");
        self
    }

    /// stdout has `text` in it.
    #[track_caller]
    pub fn says_out(&self, text: &str) -> &Self {
        assert!(self.out().contains(text), "stdout should say {text:?}\n{self:?}");
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        let all = format!("{}\n{}", self.err(), self.screen());
        assert!(!all.to_lowercase().contains(&text.to_lowercase()), "should not say {text:?}\n{self:?}");
        self
    }

    #[track_caller]
    pub fn within(&self, limit: Duration) -> &Self {
        assert!(self.took <= limit, "should have taken at most {limit:?}\n{self:?}");
        self
    }

    /// The variables that the POSIX statements on stdout export.
    #[track_caller]
    pub fn exports(&self) -> BTreeMap<String, String> {
        self.ok();
        exports(self.out()).unwrap_or_else(|line| panic!("not a statement: {line:?}\n{self:?}"))
    }
}

/// Reads `export NAME='value';` lines after `unset …;` lines, and before the one that looks for readonly variables; the values here hold no quote.
pub fn exports(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let statement = line.strip_suffix(';').ok_or(line)?;
        if !found.is_empty() && statement.starts_with("if `unset -v ") {
            continue;
        }
        if let Some(names) = statement.strip_prefix("unset ") {
            let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if found.is_empty() && names.split(' ').all(plain) {
                continue;
            }
            return Err(line.to_owned());
        }
        let (name, value) = statement.strip_prefix("export ").and_then(|it| it.split_once('=')).ok_or(line)?;
        let value = value.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).ok_or(line)?;
        if value.contains('\'') || found.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(line.to_owned());
        }
    }
    Ok(found)
}

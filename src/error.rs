//! What can go wrong, and how it is told.
//!
//! Every failure has three parts: what failed and on what, why (in the manager's or AWS's own words), and one thing
//! to do next. Its class decides the exit code. An error never holds a secret: whoever builds one puts in names,
//! places and numbers, and text from outside goes through [`crate::text::quote`] first.

use std::fmt;

/// The kind of failure a caller can act on; the number is the exit code, and stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The command line is wrong.
    Usage,
    /// A setting, a manifest or `~/.aws/config` is wrong, or asks for what cannot be.
    Config,
    /// The manager's program is not on PATH.
    NotInstalled,
    /// The manager failed: offline, damaged store, denied, too slow, or something it said itself.
    Manager,
    /// A needed value is missing, or is not what its name says.
    Value,
    /// The manager is locked or signed out.
    Locked,
    /// Somebody cancelled, or gave no usable answer.
    Cancelled,
    /// Something has to be asked and there is no terminal to ask on.
    NoTerminal,
    /// AWS refused.
    Denied,
    /// AWS refused the MFA code.
    CodeRejected,
    /// STS could not be reached, or answered with nothing usable.
    Unavailable,
    /// This machine's clock is too far off for AWS.
    Clock,
    /// The result could not be written.
    Output,
    /// A fault of aws-auth itself.
    Internal,
    /// What `exec` is to run cannot be executed.
    CannotRun,
    /// What `exec` is to run is not there.
    NoProgram,
}

impl Class {
    /// All classes in the order of their exit codes.
    pub const ALL: [Self; 16] = [
        Self::Usage,
        Self::Config,
        Self::NotInstalled,
        Self::Manager,
        Self::Value,
        Self::Locked,
        Self::Cancelled,
        Self::NoTerminal,
        Self::Denied,
        Self::CodeRejected,
        Self::Unavailable,
        Self::Clock,
        Self::Output,
        Self::Internal,
        Self::CannotRun,
        Self::NoProgram,
    ];

    /// The exit code. Stable: scripts branch on it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Config => 10,
            Self::NotInstalled => 11,
            Self::Manager => 12,
            Self::Value => 13,
            Self::Locked => 14,
            Self::Cancelled => 15,
            Self::NoTerminal => 16,
            Self::Denied => 20,
            Self::CodeRejected => 21,
            Self::Unavailable => 22,
            Self::Clock => 23,
            Self::Output => 31,
            Self::Internal => 70,
            Self::CannotRun => 126,
            Self::NoProgram => 127,
        }
    }

    /// What the code means, in the words of the table in docs/troubleshooting.md.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Usage => "the command line is wrong",
            Self::Config => "a setting or file is wrong, or asks for what AWS does not allow",
            Self::NotInstalled => "the program of the password manager, or of a credential_process, is not installed",
            Self::Manager => "the password manager, or a credential_process, failed",
            Self::Value => "a value is missing in the manager, or is not what its name says",
            Self::Locked => "the password manager is locked or signed out",
            Self::Cancelled => "cancelled, or no usable answer was given",
            Self::NoTerminal => "something must be asked and there is no terminal",
            Self::Denied => "AWS refused",
            Self::CodeRejected => "AWS refused the MFA code",
            Self::Unavailable => "AWS cannot be reached, or gave no usable answer",
            Self::Clock => "this machine's clock is too far off",
            Self::Output => "the result could not be written",
            Self::Internal => "a fault of aws-auth: please report it",
            Self::CannotRun => "`exec`: the command cannot be executed",
            Self::NoProgram => "`exec`: the command is not found",
        }
    }

    /// The table of exit codes as Markdown, as it stands in docs/troubleshooting.md.
    #[must_use]
    pub fn table() -> String {
        let rows = Self::ALL.map(|class| format!("| {} | {} |\n", class.code(), class.meaning()));
        format!("| code | meaning |\n|---|---|\n| 0 | success |\n{}", rows.concat())
    }
}

/// What a failure means for the MFA code that went with the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Code {
    /// It counts as sent; or there was none.
    #[default]
    Sent,
    /// Not a byte of its request left: it is as good as before.
    Unsent,
    /// It was called wrong after AWS may have taken it, and given no answer that counts: that was no wrong entry.
    Doubtful,
    /// It was computed by a clock that AWS has corrected since.
    Untimely,
}

/// One failure, ready to be shown.
#[derive(Clone, Debug)]
pub struct Error {
    class: Class,
    what: String,
    why: Option<String>,
    hint: Option<String>,
    dead_keys: bool,
    wants_mfa: bool,
    code: Code,
}

impl Error {
    /// A failure of `class`; `what` says what failed and on what, without a full stop.
    pub fn new(class: Class, what: impl Into<String>) -> Self {
        Self { class, what: what.into(), why: None, hint: None, dead_keys: false, wants_mfa: false, code: Code::Sent }
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds the one thing to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says that AWS no longer takes the keys that were used.
    #[must_use]
    pub const fn of_dead_keys(mut self, dead: bool) -> Self {
        self.dead_keys = dead;
        self
    }

    /// Whether AWS no longer takes the keys that were used.
    #[must_use]
    pub const fn has_dead_keys(&self) -> bool {
        self.dead_keys
    }

    /// Notes that AWS may have refused only because no MFA code was sent; it does not say so itself.
    #[must_use]
    pub const fn for_want_of_mfa(mut self, wants_mfa: bool) -> Self {
        self.wants_mfa = wants_mfa;
        self
    }

    /// Whether an MFA code may be all that was missing.
    #[must_use]
    pub const fn wants_mfa(&self) -> bool {
        self.wants_mfa
    }

    /// Says what it means for the code.
    #[must_use]
    pub const fn with_code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// What it means for the code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What failed and why, without the hint: the cause of another failure.
    #[must_use]
    pub fn reason(&self) -> String {
        self.why.as_ref().map_or_else(|| self.what.clone(), |why| format!("{}: {why}", self.what))
    }

    /// Why it failed, where that is known.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// The one thing to do next, where there is one.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }
}

impl fmt::Display for Error {
    /// In two lines, or with `{:#}` in one: an SDK copies what a `credential_process` says into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "aws-auth: {}", self.reason())?;
        if let Some(hint) = &self.hint {
            write!(f, "{}hint: {hint}", if f.alternate() { "; " } else { "\n  " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A failed promise of our own code; there is nothing the user did wrong.
pub fn internal(what: impl Into<String>) -> Error {
    Error::new(Class::Internal, what).hint("this is a fault of aws-auth: please report it with the command you typed")
}

//! How a command tells that it has failed, which must be known before the command line is understood: a wrong command line
//! is told in that way too.

/// How a command tells of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether a shell evaluates what it prints, and must be told of a failure there too.
    pub evaluated: bool,
    /// Whether what it says is kept by a program: then a failure is one line, and nothing else is said.
    pub brief: bool,
    /// Whether another program is to take our place.
    pub replaced: bool,
}

/// Of a command whose output is for a shell.
pub const EVALUATED: Manner = Manner { evaluated: true, ..PLAIN };
/// Of a command whose output is for people, or for another program.
pub const PLAIN: Manner = Manner { evaluated: false, brief: false, replaced: false };

//! The pages that people read tell the truth.
//!
//! One mechanism for all of them, the README first: each block of commands is run, each line that names `aws-auth` is read
//! by the program's own parser, each block of settings is planned, each table that has a source is compared with it, and
//! each link leads somewhere. A block that cannot be run says so in its first line, with the reason:
//! ```` ```sh not run: it needs Docker ````.

mod commands;
mod links;
mod page;
mod picture;
mod played;
mod quotes;
mod settings;
mod tables;

//! `aws-auth backends`: the managers that are known here.

mod check;
mod list;

use crate::cli::{Backends, BackendsAction};
use crate::error::Error;
use crate::output;

/// Does what was asked for; the managers are listed if nothing was.
pub fn run(backends: Backends) -> Result<(), Error> {
    output::print(match backends.action {
        None | Some(BackendsAction::List) => list::table(),
        Some(BackendsAction::Show { name }) => list::show(&name)?,
        Some(BackendsAction::Check { file, live: false, .. }) => check::file(&file)?,
        Some(BackendsAction::Check { file, item, params, .. }) => check::live(&file, item.as_deref(), &params)?,
    })
}

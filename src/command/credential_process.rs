//! `aws-auth credential-process`: the JSON that AWS's SDKs expect of a `credential_process` in `~/.aws/config`.

use super::fetch;
use super::manner::{Manner, PLAIN};
use crate::cli::Request;
use crate::error::Error;
use crate::os::runtime;
use crate::output::{self, Format};
use crate::settings::LEAST_TTL_OF_SDKS;

/// An SDK puts all that we say into its own error, and so into logs.
pub const MANNER: Manner = Manner { brief: true, ..PLAIN };

/// Prints them.
pub fn run(request: &Request) -> Result<(), Error> {
    let Some(got) = runtime::wait(fetch::credentials(request, LEAST_TTL_OF_SDKS))? else { return Ok(()) };
    output::deliver(&got.product.render(Format::Process))?;
    got.delivered();
    Ok(())
}

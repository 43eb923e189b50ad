//! `aws-auth console`: signs a browser in as a role, or as a user with a policy.

mod browser;

use super::fetch;
use crate::aws::signin::Page;
use crate::cli::{Console, Request};
use crate::error::Error;
use crate::os::runtime;
use crate::{output, settings};

/// Opens the browser, or prints the address that signs in.
pub fn run(console: &Console) -> Result<(), Error> {
    let wanted = Page::new(console.service.as_deref(), console.console_duration_seconds.as_deref())?;
    let request = Request { federates: true, ..console.request.clone() };
    runtime::wait(async {
        let (mut settings, profiles) = fetch::settings(&request, settings::LEAST_TTL)?;
        wanted.check(&mut settings)?;
        let Some(got) = fetch::get(&settings, &profiles).await? else { return Ok(()) };
        let url = wanted.url(&got.product, got.origin.lent || got.origin.signs_in, &settings).await?;
        if console.print {
            output::deliver(&format!("{}\n", *url))?;
        } else {
            browser::open(&url).await?;
        }
        got.delivered();
        Ok(())
    })
}

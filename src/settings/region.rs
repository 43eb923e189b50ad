//! The region: a flag, then what the user has set in the environment, then the profile and its sources.
//!
//! A variable that an earlier run has exported is not the user's: else every account would be asked in the region of the
//! first.

use super::check;
use super::options::REGION;
use super::said::{Found, Said, typed};
use crate::cli::Request;
use crate::error::Error;
use crate::output::variables;

/// A region that was named.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// Where it was named.
    pub place: String,
    /// Whether it is exported with the credentials: programs would not find it where it was named.
    pub is_exported: bool,
}

impl Region {
    /// The one that counts.
    pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<Option<Self>, Error> {
        let Some((found, is_exported)) = find(request, said)? else { return Ok(None) };
        said.note(REGION.name, found.place.clone());
        Ok(Some(Self { name: check::region(found.value, &found.place)?, place: found.place, is_exported }))
    }
}

fn find(request: &Request, said: &Said<'_>) -> Result<Option<(Found, bool)>, Error> {
    if let Some(found) = typed(&REGION, request.region.as_ref())? {
        return Ok(Some((found, true)));
    }
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(value) = variables::of_user(variable)? {
            return Ok(Some((Found { value, place: variable.into() }, false)));
        }
    }
    let profiles = said.profiles();
    let of_chain = profiles.chain().find_map(|name| said.of_profile(&REGION, name));
    let of_default = || said.of_profile(&REGION, "default").filter(|_| profiles.leaf().is_none());
    Ok(of_chain.or_else(of_default).map(|found| (found, true)))
}

//! What earlier runs have kept of the item. It may be of the key or of the role that the item held before, and would be
//! given out for hours in the place of what it holds now.

use crate::backend::registry;
use crate::backend::write::Store;
use crate::cli::Setup;
use crate::credentials::AccessKeyId;
use crate::error::Error;
use crate::os::stdio;
use crate::sessions;
use crate::settings::Source;
use std::collections::{BTreeMap, BTreeSet};

/// Forgets it, by each name that the item goes by, and all that the key has led to which was `replaced` in it.
pub fn forget(setup: &Setup, store: &Store, replaced: Option<&AccessKeyId>) -> Result<(), Error> {
    let mut count = replaced.map_or(Ok(0), |id| sessions::forget_key(id.as_str()))?;
    for label in labels(setup, store) {
        count += sessions::forget(&label)?;
    }
    if count > 0 {
        let what = if count == 1 { "one session that was".to_owned() } else { format!("{count} sessions that were") };
        stdio::say(&format!("aws-auth: forgot {what} kept of this item"));
    }
    Ok(())
}

/// What runs call the item: as the profile names it, as it was typed, or not at all where it is the manager's usual one.
fn labels(setup: &Setup, store: &Store) -> BTreeSet<String> {
    let name = registry::canonical(&setup.from).unwrap_or_else(|| setup.from.clone());
    let is_usual = store.manifest().item.as_deref() == Some(store.entry());
    let items = [Some(store.entry().to_owned()), setup.item.clone()].into_iter().flatten().map(Some);
    let label = |item| {
        let (params, fields) = (BTreeMap::new(), BTreeMap::new());
        Source::Backend { name: name.clone(), item, params, fields }.to_string()
    };
    items.chain(is_usual.then_some(None)).map(label).collect()
}

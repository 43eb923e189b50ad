//! The key, into the manager: by us where that was tried, else by a person who is told what to fill in.

use crate::backend::field::Field;
use crate::backend::write::{New, Store};
use crate::command::question;
use crate::credentials::{AccessKeyId, MfaSerial, RoleArn};
use crate::error::{Class, Error};
use crate::os::tty::Terminal;
use crate::os::{ask, stdio};
use crate::text::quote;
use secrecy::ExposeSecret;

/// Puts it there, and makes sure that it is there. What is in the way is replaced only after a yes that names it, and more
/// than one key never. The key that was replaced, if one was.
pub fn keep(store: &Store, new: New<'_>, terminal: Option<&Terminal>, yes: bool) -> Result<Option<AccessKeyId>, Error> {
    let (title, entry) = (store.title(), store.entry());
    let shown = quote(entry);
    if !store.can_write() {
        return by_hand(store, new, terminal).map(|()| None);
    }
    store.check_held()?;
    let before = store.read(entry)?;
    if before.as_ref().is_some_and(|text| holds(store, text.as_bytes(), new)) {
        stdio::say(&format!("aws-auth: {title} holds this key already, in \"{shown}\""));
        return Ok(None);
    }
    let replaced = match &before {
        Some(text) => {
            check_single(store, text.as_bytes())?;
            store.check_put(entry, text.as_bytes(), new)?;
            let replaced = agree(store, text.as_bytes(), terminal, yes)?;
            if !yes {
                // Somebody was asked, and has agreed to the loss of what was there then.
                store.check_same(entry, text.as_bytes())?;
            }
            replaced
        }
        None => None,
    };
    let put = store.put(entry, new, before.is_some());
    if let (Err(_), Some(before)) = (&put, &before) {
        // What was there is better than a half of what was to come. The first failure is the one to tell.
        let _ = store.put_back(entry, before.as_bytes());
    }
    put?;
    store.say_entry_unrecorded(entry)?;
    stdio::say(&format!("aws-auth: {title} holds the key now, in \"{shown}\""));
    Ok(replaced)
}

/// Goes on only after a yes to the loss of what is there. The key in it, if there is one.
fn agree(store: &Store, text: &[u8], terminal: Option<&Terminal>, yes: bool) -> Result<Option<AccessKeyId>, Error> {
    let (title, shown) = (store.title(), quote(store.entry()));
    let replaced = store.keys(store.entry(), text).ok().map(|keys| keys.access_key_id);
    let what = match &replaced {
        Some(id) => format!("the access key {id}"),
        None => format!("{} lines without an access key", text.split(|byte| *byte == b'\n').count()),
    };
    let question = format!("{title} has an item \"{shown}\" with {what}. Replace it, and all that is in it");
    let refused = format!("the key was not put into {title}");
    if question::yes(terminal, yes, &question, &refused)? { Ok(replaced) } else { Err(question::declined(&refused)) }
}

/// Refuses to replace what holds more than one key, or nobody knows which: whoever says yes means one, and the others would
/// be gone.
fn check_single(store: &Store, text: &[u8]) -> Result<(), Error> {
    let why = match store.fields(store.entry(), text) {
        Err(unclear) => unclear.reason(),
        Ok(_) => match store.ids(text) {
            1 if store.keys(store.entry(), text).is_err() => {
                "there is an access key id in it, and no key that is whole".to_owned()
            }
            0 | 1 => return Ok(()),
            count => format!("there are {count} access keys in it"),
        },
    };
    Err(Error::new(Class::Config, format!("{} is not replaced, whatever the answer", store.name()))
        .because(why)
        .hint("name another item with --item; or keep what is in this one elsewhere, remove it, and run this again"))
}

/// Says what to fill in, waits, and looks.
fn by_hand(store: &Store, new: New<'_>, terminal: Option<&Terminal>) -> Result<(), Error> {
    let (title, entry) = (store.title(), store.entry());
    stdio::say(&format!("aws-auth: nothing is written into {title} by this program; {}", store.by_hand(new)));
    let not_there = format!("{title} does not hold the key");
    let terminal = terminal.ok_or_else(|| {
        Error::new(Class::NoTerminal, not_there.clone())
            .because("there is no terminal to wait on")
            .hint("fill the item in, then run: aws-auth doctor with the same --from and --item")
    })?;
    loop {
        let waited = ask::line(terminal, "Press Enter when it is there: ", false);
        waited.map_err(|why| Error::new(Class::Cancelled, not_there.clone()).because(why).hint("run this again"))?;
        let found = store.read(entry).and_then(|text| match text {
            Some(text) if holds(store, text.as_bytes(), new) => Ok(()),
            Some(text) => store.keys(entry, text.as_bytes()).and_then(|keys| {
                Err(Error::new(
                    Class::Value,
                    format!("\"{}\" holds another access key, {}", quote(entry), keys.access_key_id),
                ))
            }),
            None => Err(Error::new(Class::Value, format!("there is no item \"{}\" yet", quote(entry)))),
        });
        match found {
            Ok(()) => return Ok(()),
            Err(why) => terminal.show(&format!("{why}\n")),
        }
    }
}

/// Whether the item leads to the same key, device and role.
fn holds(store: &Store, text: &[u8], new: New<'_>) -> bool {
    let Ok(keys) = store.keys(store.entry(), text) else { return false };
    let Ok(found) = store.fields(store.entry(), text) else { return false };
    let is = |field, value: Option<&str>| match (found.get(&field), value) {
        (Some(found), Some(value)) => found.expose_secret().trim() == value,
        (found, value) => found.is_none() && value.is_none(),
    };
    keys.access_key_id == new.keys.access_key_id
        && keys.secret_access_key.expose_secret() == new.keys.secret_access_key.expose_secret()
        && is(Field::MfaSerial, new.mfa_serial.map(MfaSerial::as_str))
        && is(Field::RoleArn, new.role_arn.map(RoleArn::as_str))
}

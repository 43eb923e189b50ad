//! One row an item with fields: what is found in it, and what of it belongs together. The marks are those of the layouts.

use super::layouts::{filled, shown};
use super::{Reader, Refused, Wish};
use crate::backend::field::Field;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;

/// A field: its section, its name and its value.
type Row<'r> = (&'r str, &'r str, &'r str);

const ID: Row<'_> = ("", "access key id", "{K}");
const SECRET: Row<'_> = ("", "secret access key", "{S}");
/// The notes of another account.
const ANOTHER: &str = "access key id: {K2}\nsecret access key: {S2}\nMFA: {M2}";
/// What can be a secret, and is none for sure.
const ODD: &str = "not+a+real+secret+but+forty+characters++";

/// What is taken of an item of these fields and notes; `names` are the manifest's.
fn taken(
    fields: &[Row<'_>],
    notes: &str,
    names: &[(Field, &str)],
    section: Option<&str>,
    wanted: &[Field],
) -> Result<String, Refused> {
    let names = names.iter().map(|(field, name)| (*field, vec![(*name).to_owned()])).collect();
    let chosen = BTreeMap::new();
    let mut reader = Reader::new(Wish { names: &names, fields: &chosen, section });
    for (section, name, value) in fields {
        reader.field(Some(section), name, &filled(value));
    }
    reader.notes(&filled(notes));
    let picked = reader.pick(wanted)?.into_iter();
    Ok(shown(&picked.map(|(field, picked)| (field, picked.value.expose_secret().to_owned())).collect()))
}

/// The same of an item without more.
fn found(fields: &[Row<'_>]) -> String {
    taken(fields, "", &[], None, &Field::ALL).unwrap_or_else(|refused| format!("{refused:?}"))
}

#[test]
fn notes_and_the_fields_beside_them_are_one_account_if_nothing_says_otherwise() {
    let whole = "access key id: {K}\nsecret access key: {S}\nMFA: {M}";
    let other_key = "login: {K2}\npassword: {S2}";
    let rows: &[(&[Row<'_>], &str, &str)] = &[
        (&[ID, SECRET], "MFA: {M}", "KSM"),
        (&[ID, SECRET], whole, "KSM"),
        (&[ID, SECRET], ANOTHER, "KS"),
        // a half in the fields
        (&[ID], "secret: {S}", "KS"),
        (&[ID], whole, "KSM"),
        (&[ID], other_key, "K"),
        (&[SECRET], other_key, "S"),
        // a whole key of a section comes before that of notes
        (&[("work", ID.1, ID.2), ("work", SECRET.1, SECRET.2)], ANOTHER, "KS"),
        (&[], ANOTHER, "ksm"),
    ];
    for (fields, notes, expected) in rows {
        assert_eq!(taken(fields, notes, &[], None, &Field::ALL).as_deref(), Ok(*expected), "{fields:?} {notes}");
    }
}

#[test]
fn without_a_key_a_value_is_looked_for_where_the_user_has_said_else_everywhere() {
    let (one, two) = (("prod", "MFA", "{M}"), ("dev", "MFA", "{M2}"));
    let device = |fields: &[_], section| taken(fields, "", &[], section, &[Field::MfaSerial]);
    assert_eq!(device(&[one], None).as_deref(), Ok("M"));
    assert_eq!(device(&[one, two], Some("dev")).as_deref(), Ok("m"));
    assert_eq!(device(&[("", "MFA", "{M}"), two], Some("dev")).as_deref(), Ok("m"));
    assert!(matches!(device(&[one, two], None), Err(Refused::Values(Field::MfaSerial, _))));
    let keys = [("Keys", "MFA", "{M}"), two];
    assert_eq!(device(&keys, Some("keys")).as_deref(), Ok("M"), "a section of whatever name, if the user names it");
    let there = vec!["prod".to_owned(), "dev".to_owned()];
    assert_eq!(device(&[one, two], Some("test")), Err(Refused::NoSection(there)));
}

#[test]
fn a_field_is_known_by_its_name_or_by_the_shape_of_its_value() {
    let rows: &[(&[Row<'_>], &str)] = &[
        // another's value under a name: it is itself all the same, and the mistake can be told
        (&[("", ID.1, "{M}"), SECRET], "MSM"),
        (&[ID, SECRET, ("", "role arn", "{K2}")], "KSk"),
        (&[ID, ("", SECRET.1, ODD), ("", "password", "{S2}")], "K?"),
        (&[ID, ("", "password", ODD)], "K"),
        (&[ID, ("", "password", "{S}"), ("", "", "{S2}")], "KS"),
        (&[ID, ("", "", "{S}"), ("", "note", "{S2}")], "KS"),
        (&[ID, ("", "password", "{S}"), ("", "user", "{S2}")], "KS"),
        (&[ID, SECRET, ("", "x", "{R}")], "KSR"),
        (&[ID, SECRET, ("", "the role here", "{R} of dev")], "KSR"),
        (&[ID, SECRET, ("", "policy", "{R} may read")], "KS"),
        (&[ID, SECRET, ("", "serial", "GAHT12345678")], "KS?"),
        (&[ID, SECRET, ("", "serial", "none")], "KS"),
        // one line is a value and no text
        (&[ID, SECRET, ("", "info", "serial number: GAHT12345678")], "KS"),
        // no longer in use
        (&[ID, SECRET, ("", "old device", "{M2}"), ("", "device", "{M}")], "KSM"),
        // a mistake under a name that nothing else has is handed on, so that it can be told
        (&[ID, ("", SECRET.1, "changeme")], "K?"),
        (&[ID, SECRET, ("", "otp", "nothing yet!")], "KS?"),
        (&[ID, SECRET, ("", "x", "otpauth://totp/aws:alice")], "KS?"),
    ];
    for (fields, expected) in rows {
        assert_eq!(found(fields), *expected, "{fields:?}");
    }
}

#[test]
fn a_name_that_the_manifest_knows_is_as_good_as_ours() {
    let names = [(Field::AccessKeyId, "Old Kennung"), (Field::SecretAccessKey, "Kennwort")];
    let rows: &[(&[Row<'_>], &str)] = &[
        (&[("", "kennwort", ODD), ("", "old kennung", "{K}"), ("", "user", "{K2}")], "K?"),
        (&[("", "Kennwort", "short"), ("", "Old Kennung", "{K}")], "K?"),
        (&[("", "Kennwort", "TODO"), ("", "Old Kennung", "{K}"), ("", "password", "{S2}")], "K?"),
        (&[ID, ("", "my secret access key", "TODO"), ("", "password", "{S}")], "KS"),
    ];
    for (fields, expected) in rows {
        assert_eq!(taken(fields, "", &names, None, &Field::ALL).as_deref(), Ok(*expected), "{fields:?}");
    }
    let names = [(Field::SecretAccessKey, "GitHub secret")];
    let of_manager = [ID, ("", "GitHub secret", "{S}")];
    assert_eq!(
        taken(&of_manager, "", &names, None, &Field::ALL).as_deref(),
        Ok("KS"),
        "the manifest knows it as AWS's"
    );
}

#[test]
fn texts_in_texts_are_read_so_deep_and_no_deeper() {
    let nested = |depth: u32| {
        (0..depth).fold("serial number: GAHT12345678\nregion: x".to_owned(), |text, _| {
            serde_json::json!({ "text": text }).to_string()
        })
    };
    assert_eq!(found(&[ID, SECRET, ("", "notes", &nested(3))]), "KS?");
    assert_eq!(found(&[ID, SECRET, ("", "notes", &nested(4))]), "KS");
}

#[test]
fn fields_are_counted_for_messages() {
    let twice = [ID, SECRET, ("", "role", "{R}"), ("", "role arn", "{R2}")];
    let refused = taken(&twice, "", &[], None, &Field::ALL).expect_err("two roles");
    let Refused::Values(Field::RoleArn, places) = refused else { panic!("{refused:?}") };
    assert_eq!(places.iter().map(ToString::to_string).collect::<Vec<_>>(), ["field 3", "field 4"]);
}

#[test]
fn what_authenticators_keep_beside_a_seed_belongs_to_it() {
    const OTHER: &str = "otpauth://totp/aws:bob?secret=GEZDGNBVGY3TQOJQ";
    let seed = ("", "TimeOtp-Secret-Base32", "{SEED}");
    let of_seed = |more: &str| filled(&format!("otpauth://totp/x?secret={{SEED}}{more}"));
    let rows: &[(&[Row<'_>], String)] = &[
        (&[seed], filled("{SEED}")),
        (&[seed, ("", "TimeOtp-Period", "60")], of_seed("&period=60")),
        (
            &[seed, ("", "timeotp-length", "6"), ("", "TimeOtp-Algorithm", "HMAC-SHA-256")],
            of_seed("&digits=6&algorithm=SHA256"),
        ),
        (&[("", "TOTP Settings", "60;6"), ("", "TOTP Seed", "{SEED}")], of_seed("&period=60&digits=6")),
        (&[("", "otp", "key={SEED}&step=60&size=6")], of_seed("&period=60&digits=6")),
        // AWS takes no code of eight digits
        (&[seed, ("", "TimeOtp-Length", "8"), ("", "x", OTHER)], OTHER.to_owned()),
        // a URI says all by itself
        (&[("", "otp", "{O}"), ("", "TimeOtp-Period", "60"), ("", "x", OTHER)], filled("{O}")),
        // another place's are another's
        (&[seed, ("other", "TimeOtp-Period", "60")], filled("{SEED}")),
    ];
    let (names, chosen) = (BTreeMap::new(), BTreeMap::new());
    for (fields, expected) in rows {
        let mut reader = Reader::new(Wish { names: &names, fields: &chosen, section: None });
        for (section, name, value) in [ID, SECRET].iter().chain(*fields) {
            reader.field(Some(section), name, &filled(value));
        }
        let picked = reader.pick(&Field::ALL).expect("one account");
        let of = |field| picked.get(&field).map(|picked| picked.value.expose_secret());
        let key = (of(Field::AccessKeyId), of(Field::SecretAccessKey));
        assert!(key.0 == Some(&filled("{K}")) && key.1 == Some(&filled("{S}")), "{fields:?}");
        assert_eq!(of(Field::Otp), Some(expected.as_str()), "{fields:?}");
    }
}

#[test]
fn a_section_without_a_key_belongs_to_the_one_key_of_the_item_unless_both_have_names() {
    let of_dev: [Row<'_>; 2] = [("dev", ID.1, ID.2), ("dev", SECRET.1, SECRET.2)];
    let rows: &[(&[Row<'_>], &str)] = &[
        (&[ID, SECRET, ("Second factor", "mfa", "{M}"), ("prod", "role", "{R}")], "KSMR"),
        (&[of_dev[0], of_dev[1], ("Second factor", "mfa", "{M}")], "KSM"),
        (&[ID, SECRET, ("", "role", "{R}"), ("prod", "role", "{R2}")], "KSR"),
        // another's
        (&[ID, SECRET, ("Lambda", "role", "{R}"), ("GitHub", "otp", "{SEED}")], "KS"),
        (&[ID, SECRET, ("old", "role", "{R2}")], "KS"),
        (&[ID, SECRET, ("prod", "role", "{R2}"), ("prod", ID.1, "{K2}"), ("prod", SECRET.1, "{S2}")], "several"),
        // halves of a key are never joined
        (&[ID, ("prod", SECRET.1, "{S2}")], "K"),
    ];
    for (fields, expected) in rows {
        let found = found(fields);
        let found = if found.starts_with("Sets(") { "several".to_owned() } else { found };
        assert_eq!(found, *expected, "{fields:?}");
    }
    let refused = taken(&[of_dev[0], of_dev[1], ("prod", "role", "{R}")], "", &[], None, &Field::ALL);
    assert!(matches!(&refused, Err(Refused::Beside(Field::RoleArn, _, name)) if name == "dev"), "{refused:?}");
    let two = [ID, SECRET, ("dev", "role", "{R}"), ("prod", "role", "{R2}")];
    assert!(matches!(taken(&two, "", &[], None, &Field::ALL), Err(Refused::Values(Field::RoleArn, _))));
}

#[test]
fn an_arn_that_is_broken_under_a_name_with_a_word_more_is_told() {
    for (name, value, expected) in [
        ("prod role", "arn:aws:iam::1111:role/dev", "KS?"),
        ("prod role", "arn:iam::111122223333:role/dev", "KS?"),
        ("role arn (work)", "arn:iam::111122223333:role/dev", "KS?"),
        ("prod mfa", "arn:iam::111122223333:mfa/x", "KS?"),
        ("lambda role", "arn:aws:iam::1111:role/dev", "KS"),
        ("lambda role", "arn:iam::111122223333:role/dev", "KS"),
        ("prod role", "arn:aws:iam::111122223333:policy/x", "KS"),
        ("prod role", "{R}", "KSR"),
        ("role", "arn:aws:iam::111122223333:policy/x", "KS?"),
        ("lambda role", "arn:aws:iam::111122223333:policy/x", "KS"),
    ] {
        assert_eq!(found(&[ID, SECRET, ("", name, value)]), expected, "{name}: {value}");
    }
}

#[test]
fn a_field_says_more_with_its_section_and_a_text_with_its_name() {
    let rows: &[(&[Row<'_>], &str)] = &[
        (&[ID, SECRET, ("MFA", "serial", "{M}"), ("MFA", "secret", "{SEED}")], "KSMO"),
        (&[ID, SECRET, ("TOTP", "key", "{SEED}"), ("MFA", "ID", "GAHT12345678")], "KS?O"),
        (&[ID, SECRET, ("", "role", "dev: {R}\n(ask bob first)")], "KSR"),
        (&[ID, SECRET, ("Roles", "dev", "{R} (read only)")], "KSR"),
        (&[ID, SECRET, ("", "role arn", "{R},ops")], "KS?"),
        (&[ID, SECRET, ("", "role arn", "{R} (trusted by {R2})")], "KSR"),
        (&[ID, SECRET, ("", "my role", "{M}, {R}")], "KSMR"),
        (&[ID, SECRET, ("", "note", "{C64}")], "KS"),
        (&[("", "credentials", "{C64}")], "KS"),
    ];
    for (fields, expected) in rows {
        assert_eq!(found(fields), *expected, "{fields:?}");
    }
    for two in ["dev: {R}\nprod: {R2}", "{R}, {R2}", "{R} or {R2}"] {
        let fields = [ID, SECRET, ("", "roles", two)];
        assert!(matches!(taken(&fields, "", &[], None, &Field::ALL), Err(Refused::Values(Field::RoleArn, _))), "{two}");
    }
}

#[test]
fn notes_are_read_below_their_headings_too() {
    for (notes, expected) in [
        ("Production:\nMFA: {M}\nRole: {R}", "KSMR"),
        ("Prod MFA: {M}\nProd role: {R}", "KSMR"),
        ("dev:\n  role: {R}\n  MFA: {M}", "KSMR"),
    ] {
        assert_eq!(taken(&[ID, SECRET], notes, &[], None, &Field::ALL).as_deref(), Ok(expected), "{notes}");
    }
    let two = taken(&[ID, SECRET], "dev:\n  role: {R}\nprod:\n  role: {R2}", &[], None, &Field::ALL);
    assert!(matches!(two, Err(Refused::Values(Field::RoleArn, _))), "{two:?}");
}

#[test]
fn of_two_codes_that_of_the_devices_own_label_is_taken_where_the_item_says_the_device() {
    let code = |label: &str, seed: &str| format!("otpauth://totp/Amazon%20Web%20Services:{label}?secret={seed}");
    let (one, two) = (code("alice@111122223333", "JBSWY3DPEHPK3PXP"), code("bob@444455556666", "GEZDGNBVGY3TQOJQ"));
    let fields = [ID, SECRET, ("", "mfa", "{M}"), ("", "otp", &one), ("", "totp", &two)];
    assert_eq!(found(&fields), "KSM?");
    // Without the keys, the device is looked for everywhere.
    let apart = [("work", "mfa", "{M}"), ("", "otp", &one), ("", "totp", &two)];
    assert_eq!(taken(&apart, "", &[], None, &[Field::Otp, Field::MfaSerial]).as_deref(), Ok("M?"));
    // Where a flag has named another device, the item's is not asked.
    let wanted = [Field::AccessKeyId, Field::SecretAccessKey, Field::Otp];
    assert!(matches!(taken(&fields, "", &[], None, &wanted), Err(Refused::Values(Field::Otp, _))));
}

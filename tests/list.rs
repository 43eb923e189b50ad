//! `list`, and the nearest names for what was mistyped.

use std::fmt::Write as _;

use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, fake, gpg};

/// A manager that nobody may ask, and profiles of every kind.
fn home() -> Home {
    let home = Home::with_sts();
    home.secret("a secret access key", BOB.secret_access_key);
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    home.write(
        ".aws/config",
        format!(
            "[default]\nregion = eu-west-1\n\
             [profile base]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\
             [profile dev]\nrole_arn = {}\nsource_profile = base\n\
             [profile prod]\naws_auth_from = pass\nmfa_serial = {}\n\
             [profile broken]\nrole_arn = {}\nsource_profile = nobody\n",
            role::DEV,
            ALICE.mfa_serial,
            role::DEV
        ),
    );
    home
}

#[test]
fn it_shows_the_profiles_that_lead_to_credentials_and_asks_nobody() {
    let home = home();
    let manager = fake::Fake::new(&home, "pass");
    let outcome = home.run(["list"]).go();
    let cells = |line: &str| line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("|");
    let lines: Vec<String> = outcome.ok().out().lines().map(cells).collect();
    let expected = [
        "PROFILE|ACCOUNT|IDENTITY|KEYS FROM|KEPT",
        "base|-|-|the profile \"base\"|-",
        "dev|111122223333|role/dev|the profile \"base\"|-",
        "prod|111122223333|mfa/alice|pass|-",
        "broken is unusable: the profile \"broken\" cannot be used: its source \"nobody\" does not exist",
    ];
    assert_eq!(lines, expected, "{outcome:?}");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "base\ndev\nprod\n");
    let outcome = home.run(["list", "--format", "json"]).go();
    let value: serde_json::Value = serde_json::from_str(outcome.ok().out()).expect("JSON");
    assert_eq!(value[2]["role_arn"], role::DEV, "{outcome:?}");
    assert_eq!((&value[2]["kept"], &value[1]["profile"]), (&serde_json::Value::Null, &"broken".into()));
    assert!(manager.calls().is_empty() && home.sts().requests().is_empty());
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn it_shows_what_is_kept_of_each() {
    let home = home();
    fake::pass(&home, &ALICE, role::ADMIN);
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--profile", "prod", "--token-code", &code]).go().ok();
    let outcome = home.run(["list"]).go();
    let line = outcome.ok().out().lines().find(|line| line.starts_with("prod")).expect("the profile").to_owned();
    assert!(line.contains("role/admin") && line.ends_with("59 min"), "{outcome:?}");
}

#[test]
fn r101_thousands_of_profiles_are_listed_in_time() {
    let home = home();
    let mut config =
        String::from("[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    for number in 0..3000 {
        writeln!(config, "[profile p{number}]\nrole_arn = {}\nsource_profile = base", role::DEV).expect("a section");
    }
    home.write(".aws/config", config);
    let outcome = home.run(["list"]).go();
    assert_eq!(outcome.ok().within(std::time::Duration::from_mins(1)).out().lines().count(), 3002, "{outcome:?}");
}

#[test]
fn no_profile_at_all_is_told_with_what_to_do() {
    let home = Home::with_sts();
    home.run(["list"]).go().ok().says_out("aws-auth setup");
}

#[test]
fn who_has_profiles_and_names_none_is_told_which_there_are() {
    let home = Home::with_sts();
    let of = |name: &str| format!("[profile {name}]\naws_auth_from = pass\n");
    home.write(".aws/config", of("work") + &of("base") + &of("prod"));
    let told = "hint: name a profile, as in: --profile base (there are: base, prod, work)\n";
    home.run([] as [&str; 0]).go().fails(13).says("no profile was named").says(told);
    home.write(".aws/config", "[default]\nregion = eu-west-1\n".to_owned() + &of("\"a b\"") + &of("odd\u{1b}[31m"));
    home.run([] as [&str; 0]).go().fails(13).says("--profile NAME (there are: a b)\n");
    home.write(".aws/config", (10..30).map(|number| of(&format!("p{number}"))).collect::<String>());
    home.run([] as [&str; 0]).go().fails(13).says("p16, p17 and more, see: aws-auth list)").does_not_say("p18");
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    home.run([] as [&str; 0]).go().fails(13).says("~/.aws has any").does_not_say("--profile");
}

#[test]
fn what_was_mistyped_gets_the_nearest_name() {
    let home = home();
    let config = std::fs::read_to_string(home.path(".aws/config")).expect("the profiles");
    let more = format!("[profile profile]\n[profile stray]\nrole_arn = {}\nsource_profile = porfile\n", role::DEV);
    home.write(".aws/config", config + &more);
    let rows: [(&[&str], i32, &str); 14] = [
        (&["base"], 2, "a profile is --profile base"),
        (&["--profile", "pord"], 10, "is it \"prod\"?"),
        (&["--profile", "stray"], 10, "its source \"porfile\" does not exist\n  hint: is it \"profile\"?"),
        (&["--from", "psas"], 2, "is it pass?"),
        (&["stats"], 2, "is it status?"),
        (&["login"], 2, "eval \"$(aws-auth --profile NAME)\""),
        (&["switch", "dev"], 2, "credentials come without a command"),
        (&["exec", "terraform", "plan"], 2, "try: aws-auth exec -- terraform plan"),
        (&["exec", "--from", "pass", "sh", "-c", "a b"], 2, "try: aws-auth exec --from pass -- sh -c 'a b'"),
        (&["exec", "dev", "--", "ls"], 2, "try: aws-auth exec --profile dev -- ls"),
        (&["exec", "base"], 2, "try: aws-auth exec --profile base -- COMMAND"),
        (&["exec", "base", "ls", "a b"], 2, "try: aws-auth exec --profile base -- ls 'a b'"),
        (&["exec", "--from", "pass", "base"], 2, "try: aws-auth exec --from pass -- base"),
        (&["exec", "--from", "pass"], 2, "exec needs a command, after --"),
    ];
    for (args, code, text) in rows {
        let outcome = home.run(args).go();
        assert_eq!(outcome.code(), code, "{outcome:?}");
        outcome.explains().says(text);
    }
}

#[test]
fn a_mistyped_item_gets_the_nearest_name_that_the_manager_lists() {
    let home = Home::with_sts();
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    gpg::secrets_of(&home, &BOB);
    gpg::insert_documented(&home, "clients/work/", &BOB, role::PLAIN);
    for (item, near) in [("clients/wrok", "\"clients/work\""), ("client", "\"clients\"")] {
        home.run(["--from", "pass", "--item", item]).go().fails(13).says(&format!("hint: is it {near}?"));
    }
    home.run(["--from", "pass", "--item", "elsewhere"]).go().fails(13).does_not_say("is it");
    let missing = |item| {
        let text = format!("[ERROR] 2026/11/28 12:00:00 \"{item}\" isn't an item. Specify the item with its UUID.\n");
        fake::Answer::failure(1, &text)
    };
    let get = |item| ["item", "get", item, "--format", "json"];
    let _op = fake::Fake::new(&home, "op")
        .on(&get("AWS dve"), &missing("AWS dve"))
        .on(&get("AWS dve/aws-access-key-id"), &missing("AWS dve/aws-access-key-id"))
        .on(&["item", "list", "--format", "json"], &fake::Answer::of(r#"[{"id":"x","title":"AWS dev"}]"#));
    home.run(["--from", "op", "--item", "AWS dve"]).go().fails(13).says("hint: is it \"AWS dev\"?");
}

#[test]
fn r44_names_that_drive_a_terminal_are_escaped_for_programs_and_offered_to_nobody() {
    let home = Home::new();
    let odd = ["x\u{9b}2J", "pro\u{200b}d", "\u{202e}b"];
    let profile = |name: &&str| format!("[profile \"{name}\"]\naws_auth_from = env\n");
    home.write(".aws/config", odd.iter().chain(&["prod"]).map(profile).collect::<String>());
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "prod\n", "none of them is taken for another");
    let outcome = home.run(["list", "--format", "json"]).go();
    let json = outcome.ok().out();
    assert!(json.trim_end().chars().all(|c| c.is_ascii() && !c.is_control()), "{json:?}");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let mut names: Vec<_> = value.as_array().expect("a list").iter().filter_map(|it| it["profile"].as_str()).collect();
    names.sort_unstable();
    let mut expected = [&odd[..], &["prod"]].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

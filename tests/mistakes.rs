//! Mistakes in `~/.aws` and around it: each is told by what it is, and where it is to be mended.

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, tools};

/// A user with this configuration, and a manager that has keys.
fn home(config: &str) -> Home {
    let home = Home::with_sts();
    home.secret("a secret access key", ALICE.secret_access_key);
    home.secret("a secret access key", BOB.secret_access_key);
    home.write(".aws/config", config);
    home
}

/// Looks ahead for the profile `dev`, and finds this fault.
fn doctor(home: &Home, told: &str) {
    let outcome = home.run(["doctor", "--profile", "dev"]).go();
    assert_eq!(outcome.says_out(told).code(), 10, "{outcome:?}");
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_section_that_lacks_the_word_profile_is_told_by_its_name() {
    let home =
        home("[dev]\naws_auth_from = pass\n[profile my dev]\naws_auth_from = pass\n[preview]\ncloudfront = true\n");
    let told = "~/.aws/config has [dev] where [profile dev] has to be\n  hint: write it as [profile dev]";
    home.run(["--profile", "dev"]).go().fails(10).says(told);
    doctor(&home, "has [dev] where [profile dev] has to be");
    let blanks = "~/.aws/config has [profile my dev] where [profile \"my dev\"] has to be";
    home.run(["--profile", "my dev"]).go().fails(10).says(blanks);
    let outcome = home.run(["list"]).go();
    outcome.ok().says_out("dev is unusable: ").says_out("has [dev] where [profile dev] has to be").says_out(blanks);
    assert!(!outcome.out().contains("preview"), "{outcome:?}");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "");
    home.write(".aws/config", format!("[base]\n[profile dev]\nrole_arn = {}\nsource_profile = base\n", role::DEV));
    let source = "its source \"base\" does not exist: ~/.aws/config has [base] where [profile base] has to be";
    home.run(["--profile", "dev"]).go().fails(10).says(source);
    home.set("AWS_CONFIG_FILE", home.write("other", "[dev]\n"));
    home.run(["--profile", "dev"]).go().fails(10).says("the file of AWS_CONFIG_FILE has [dev] where [profile dev]");
}

#[test]
fn a_section_of_the_credentials_file_with_the_word_profile_is_told_by_its_name() {
    let home = home("[profile base]\nregion = eu-west-1\n");
    let keys =
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", BOB.access_key_id, BOB.secret_access_key);
    home.write(".aws/credentials", format!("[profile dev]\n{keys}[profile base]\n{keys}"));
    let told = |name: &str| {
        format!("~/.aws/credentials has [profile {name}] where [{name}] has to be\n  hint: write it as [{name}]")
    };
    home.run(["--profile", "dev"]).go().fails(10).says("there is no such profile").says(&told("dev"));
    doctor(&home, "has [profile dev] where [dev] has to be");
    // The same for one that the configuration has too.
    home.run(["--profile", "base"]).go().fails(13).says("has no AWS keys").says(&told("base"));
    let outcome = home.run(["doctor", "--profile", "base"]).go();
    outcome
        .says_out("the profile \"base\" has no AWS keys: ~/.aws/credentials has [profile base] where [base] has to be");
    outcome.says_out("the credentials file: [profile base] is a profile of that whole name");
    // As the AWS CLI reads it.
    home.run(["--profile", "profile dev"]).go().ok();
}

#[test]
fn a_merge_that_was_not_finished_is_refused_by_its_line() {
    let roles = [role::DEV, role::ADMIN].map(|arn| format!("role_arn = {arn}\n"));
    let home = home("");
    let text =
        format!("[profile dev]\naws_auth_from = pass\n<<<<<<< HEAD\n{}=======\n{}>>>>>>> x\n", roles[0], roles[1]);
    home.write(".aws/config", text);
    let told = ".aws/config cannot be used: line 3 is a mark of a merge that was not finished";
    home.run(["--profile", "dev"]).go().fails(10).says(told);
}

#[test]
fn temporary_keys_that_the_file_itself_calls_ended_are_not_handed_on() {
    let home = home("");
    let keys = "aws_access_key_id = ASIAEXAMPLE123456789\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_session_token = of-a-good-length\n";
    let with = |line: &str| home.write(".aws/credentials", format!("[dev]\n{keys}{line}\n"));
    for line in ["expiration = 2024-01-02 03:04:05", "x_security_token_expires = 2024-01-02T05:04:05+02:00"] {
        with(line);
        home.run(["--profile", "dev"]).go().fails(13).says("they ended at 2024-01-02T03:04:05Z");
    }
    for line in ["expiration = 2124-01-02 03:04:05", "expiration = later", ""] {
        with(line);
        home.run(["--profile", "dev"]).go().ok();
    }
}

#[test]
fn a_profile_that_leads_nowhere_is_told_by_doctor_as_a_run_tells_it() {
    let home = home("[profile dev]\nregion = eu-west-1\n");
    let told = "the profile \"dev\" has no AWS keys: nothing in it says where they are";
    home.run(["--profile", "dev"]).go().fails(13).says(told);
    let outcome = home.run(["doctor", "--profile", "dev"]).go();
    assert_eq!(outcome.says_out(&format!("failed   settings   {told}")).code(), 13, "{outcome:?}");
}

#[test]
fn a_file_that_a_variable_names_in_vain_is_told_with_a_profile_that_is_missing() {
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let home = home("[profile dev]\nregion = x\n");
        home.set(name, home.path("nowhere"));
        let told =
            format!("there is no such profile, and {name} names a file that is not there\n  hint: correct {name}");
        home.run(["--profile", "nobody"]).go().fails(10).says(&told);
        let unseen = format!("{name} names a file that is not there\n  hint: correct {name}, or unset {name}");
        home.run(["list"]).go().fails_saying(10, "").says(&unseen);
        home.write(".aws/credentials", "[somebody]\nregion = x\n");
        if name == "AWS_CONFIG_FILE" {
            home.run(["--profile", "somebody-"]).go().fails(10).says(name).says("hint: is it \"somebody\"?");
        }
        home.write(".aws/config", "[profile work]\naws_auth_from = pass\n");
        if name == "AWS_SHARED_CREDENTIALS_FILE" {
            home.run(["list"]).go().ok().says_out("work").says("warning: not every profile can be seen").says(&unseen);
        }
        home.set(name, "/dev/null");
        home.run(["--profile", "nobody"]).go().fails(10).does_not_say(name);
    }
}

#[test]
fn a_variable_that_names_a_profile_which_is_not_there_is_named() {
    let home = home("[profile dev]\naws_auth_from = pass\n");
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_AUTH_PROFILE"] {
        let outcome = home.run(["--from", "pass"]).env(name, "old").go();
        outcome.fails(10).says("there is no such profile").says(&format!("or unset {name}, which names it"));
    }
    for (shell, line) in [("fish", "set -e AWS_PROFILE"), ("tcsh", "unsetenv AWS_PROFILE")] {
        let script = "aws-auth --from pass; echo";
        let outcome = home.command([shell, "-c", script]).env("AWS_PROFILE", "old").go();
        outcome.says(&format!("; or {line}, which names it"));
    }
    home.run(["--profile", "old"]).go().fails(10).does_not_say("unset");
}

#[test]
fn a_file_that_is_not_for_us_to_read_is_told_with_a_profile_that_is_missing() {
    let home = home("[profile dev]\naws_auth_from = pass\n");
    let file = home.path(".aws/config");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o000)).expect("its mode");
    // Root is one of all in this, once it has no power beyond that.
    let as_anybody = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
    let argv = if std::fs::File::open(&file).is_ok() { &as_anybody[..] } else { &[] };
    let run = |args: &[&str]| home.command(argv.iter().copied().chain(["aws-auth"]).chain(args.iter().copied())).go();
    let told = |closed: &str, way: &str| {
        let closed = format!("{} is not for us to read", home.path(closed).display());
        run(&["--profile", "dev"]).fails(10).says(&closed).says(way);
        run(&["list"]).fails_saying(10, "").says(&closed).says(way);
        run(&["list", "--names"]).ok().quiet();
        run(&["doctor"]).says_out(&closed).says_out(way);
    };
    told(".aws/config", "chmod u+r ");
    if !tools::needs_root("files are given to another user") {
        return;
    }
    let directory = home.path(".aws");
    std::os::unix::fs::chown(&file, Some(65_534), None).expect("its owner");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("its mode");
    told(".aws/config", "sudo chown \"$USER\" ");
    // As after `sudo aws configure`.
    std::os::unix::fs::chown(&directory, Some(65_534), None).expect("its owner");
    std::fs::set_permissions(&directory, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("its mode");
    told(".aws", "sudo chown -R \"$USER\" ");
}

#[test]
fn variables_in_the_files_names_are_replaced_as_by_botocore() {
    let home = home("[profile dev]\naws_auth_from = pass\n");
    home.write("elsewhere/credentials", "[base]\naws_auth_from = pass\n");
    home.set("PART", "elsewhere");
    home.set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/${PART}/credentials");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "base\ndev\n");
    home.set("AWS_CONFIG_FILE", "${HOME}/.aws/config");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "base\ndev\n");
    home.set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/$NO_SUCH_PART/credentials");
    assert_eq!(home.run(["list", "--names"]).go().ok().out(), "dev\n");
}

#[test]
fn a_source_profile_without_a_role_is_told_by_a_run_and_by_what_looks_ahead() {
    let home = home("[profile base]\naws_auth_from = pass\n[profile dev]\nsource_profile = base\nregion = eu-west-1\n");
    let told = "its source_profile counts only beside a role_arn";
    home.run(["--profile", "dev"]).go().fails(10).says(told);
    home.run(["--profile", "dev", "--explain"]).go().fails(10).says(told);
    doctor(&home, told);
    home.run(["list"]).go().ok().says_out(told);
    home.set("AWS_PROFILE", "dev");
    home.set("AWS_EC2_METADATA_DISABLED", "true");
    home.run(NOTHING).go().fails(10).says(told);
    // Keys of the environment come first then, as for the AWS CLI.
    home.set("AWS_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home.run(NOTHING).go().ok();
}

#[test]
fn a_setting_that_is_called_otherwise_in_a_profile_is_told_by_its_name_there() {
    let rows = [
        ("aws_auth_role_arn", "it is called role_arn"),
        ("aws_auth_mfa_serial", "it is called mfa_serial"),
        ("aws_auth_serial_number", "it is called mfa_serial"),
        ("aws_auth_region", "it is called region"),
        ("aws_auth_session_name", "is it role_session_name?"),
        ("aws_auth_role_duration_seconds", "it is called duration_seconds"),
        ("aws_auth_duration_seconds", "it is called duration_seconds"),
        ("aws_auth_profile", "no profile says that, and the variable AWS_AUTH_PROFILE does"),
        ("aws_auth_no_cache", "no profile says that, and the variable AWS_AUTH_NO_CACHE does"),
        ("aws_auth_itm", "is it aws_auth_item?"),
        ("aws_auth_of_next_year", "this version may be older"),
    ];
    for (key, told) in rows {
        let home = home(&format!("[profile dev]\naws_auth_from = pass\n{key} = x\n"));
        home.run(["--profile", "dev"]).go().fails(10).says(&format!("its setting {key} is not known\n  hint: {told}"));
    }
}

#[test]
fn quotes_around_a_setting_of_ours_are_told() {
    for line in ["aws_auth_from = \"pass\"", "aws_auth_from = pass\naws_auth_item = 'it'"] {
        let home = home(&format!("[profile dev]\n{line}\n"));
        let key = if line.contains("item") { "aws_auth_item" } else { "aws_auth_from" };
        let told = format!("the profile \"dev\" cannot be used: its {key} is in quotes, which would be a part of it");
        home.run(["--profile", "dev"]).go().fails(10).says(&told).says(&format!("leave the quotes of {key} out"));
    }
}

#[test]
fn a_carriage_return_at_the_end_of_a_name_is_told() {
    for (name, value) in [
        ("AWS_PROFILE", "base\r"),
        ("AWS_AUTH_PROFILE", "base\r"),
        ("AWS_AUTH_FROM", "pass\r"),
        ("AWS_AUTH_ITEM", "it\r"),
    ] {
        let home = home("[profile base]\naws_auth_from = pass\n");
        home.set(name, value);
        home.run(["--explain"]).go().fails(10).says(&format!("{name} cannot be used: it ends with a carriage return"));
    }
}

#[test]
fn what_aws_would_refuse_is_to_be_corrected_where_it_was_said() {
    let row = |line: &str| {
        let keys = lines(&BOB);
        home(&format!(
            "[profile base]\n{keys}[profile dev]\nrole_arn = {}\nsource_profile = base\n{line}\n",
            role::PLAIN
        ))
    };
    let run = |home: &Home| home.run(["--profile", "dev", "--no-mfa"]).go();
    run(&row("external_id = a b")).fails(10).says("hint: correct external_id of the profile \"dev\"");
    run(&row("aws_auth_policy = {\"a\": \"\u{201c}\"}"))
        .fails(10)
        .says("hint: correct aws_auth_policy of the profile \"dev\"");
    run(&row("aws_auth_policy = {bad")).fails(10).says("hint: correct aws_auth_policy of the profile \"dev\", or name");
    run(&row("duration_seconds = 43200"))
        .fails(10)
        .says("lower --role-duration-seconds, or duration_seconds in the profile");
}

fn lines(person: &Person) -> String {
    format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", person.access_key_id, person.secret_access_key)
}

#[test]
fn keys_of_one_profile_in_both_files_are_told_by_their_files() {
    let home = home(&format!("[profile base]\n{}", lines(&ALICE)));
    let credentials = |text: &str| home.write(".aws/credentials", format!("[base]\n{text}"));
    credentials(&lines(&BOB));
    let told = "leads to keys by aws_access_key_id in the credentials file; its aws_access_key_id in the configuration does not";
    home.run(["--profile", "base"]).go().ok().says(told);
    credentials(&format!("aws_access_key_id = {}\n", BOB.access_key_id));
    let told = "the profile \"base\" has half a key: aws_access_key_id is in the credentials file, and aws_secret_access_key is not";
    home.run(["--profile", "base"]).go().fails(10).says(told).says("hint: put both into one file");
    home.write(".aws/config", "");
    home.run(["--profile", "base"]).go().fails(10).says(told);
}

#[test]
fn a_comment_that_may_be_a_part_of_a_name_is_refused_and_one_in_quotes_is_none() {
    let home = home("");
    let with = |line: &str| {
        home.write(".aws/config", format!("[profile limits]\naws_auth_section = b ;c\n[profile dev]\n{line}\n"))
    };
    let rows = [
        ("aws_auth_from = pass\naws_auth_item = AWS #2", "aws_auth_item", "#2", "--item or AWS_AUTH_ITEM"),
        ("aws_auth_from = pass\naws_auth_item = #2 of AWS", "aws_auth_item", "#2", "--item or AWS_AUTH_ITEM"),
        ("mfa_process = echo ;x", "mfa_process", ";x", "--token-from or AWS_AUTH_TOKEN_FROM"),
        ("include_profile = limits", "aws_auth_section", ";c", "--param section=VALUE or AWS_AUTH_PARAM_SECTION"),
    ];
    for (lines, key, word, typed) in rows {
        with(lines);
        let told = format!("the profile \"dev\" cannot be used: its {key} would end before \" {word}\"");
        let hint = format!(
            "put a blank behind the {} if a comment begins there; if it is a part of the value, give the value with \
             {typed}, or use a name without it",
            &word[..1]
        );
        home.run(["--profile", "dev"]).go().fails(10).says(&told).says(&hint);
        doctor(&home, &told);
    }
    let (id, secret) = (ALICE.access_key_id, ALICE.secret_access_key);
    let answer = format!(r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "{secret}"}}"#);
    home.write("answer", answer);
    let file = home.path("answer");
    with(&format!("credential_process = /bin/sh -c \"true ; cat '{}' # it\" # 'mine'", file.display()));
    home.run(["--profile", "dev"]).go().ok();
    with("aws_auth_from = pass # mine\naws_auth_item = aws ; mine");
    home.run(["--profile", "dev", "--explain"]).go().ok().says("keys: pass \"aws\"");
}

#[test]
fn an_included_profile_that_is_not_there_is_refused() {
    let home = home("[profile limits]\naws_auth_read_only = yes\n[profile dev]\ninclude_profile = limit\n");
    let told = "the profile \"dev\" cannot be used: it includes \"limit\" (include_profile), which does not exist\n  \
                hint: is it \"limits\"?";
    home.run(["--profile", "dev"]).go().fails(10).says(told);
}

#[test]
fn a_blank_at_the_end_of_a_profiles_name_is_told() {
    let home = home("[profile p]\naws_auth_from = pass\n");
    let told =
        "the profile \"p \" cannot be used: there is no such profile, with a blank at an end\n  hint: is it \"p\"?";
    home.run(NOTHING).env("AWS_PROFILE", "p ").go().fails(10).says(told);
    home.run(["--profile", "p "]).go().fails(10).says(told);
}

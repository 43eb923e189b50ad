//! Every block of commands is run, for a user whose keys are in pass, against an AWS of our own.
//!
//! Each block has a shell of its own, as it would be pasted into one; what is kept between runs is kept from block to
//! block. Programs that are not ours and not installed have stand-ins, which look whether they got credentials.

use std::fs;
use std::path::Path;

use super::{page, settings};
use crate::support::gpg::{self, Key};
use crate::support::sts::{ALICE, World, role};
use crate::support::{Home, Sts, agent, tools};

/// Programs of others that have no place here: whoever starts them wants them to have credentials.
const STAND_INS: [&str; 4] = ["terraform", "terragrunt", "docker", "code"];

const HAS_CREDENTIALS: &str = "#!/bin/sh\n[ -n \"$AWS_SESSION_TOKEN$AWS_CONTAINER_CREDENTIALS_FULL_URI\" ] || { echo no credentials >&2; exit 1; }\n";

/// The AWS CLI, of which the emulator answers one question: the others are taken for that one.
const AWS: &str =
    "#!/bin/sh\nprofile=\nfor word; do [ \"$before\" != --profile ] || profile=\"--profile $word\"; before=$word; done
exec '@AWS@' $profile sts get-caller-identity\n";

/// A user as the pages have one: documented entries, an item `work`, and a phone. Whoever is new has a key elsewhere, and
/// nothing else.
fn alice(is_new: bool) -> Option<Home> {
    let home = Home::new();
    let mut world = World { codes_are_reusable: true, ..World::standard() };
    world.roles.iter_mut().filter(|it| it.arn == role::DEV).for_each(|it| it.max_session = 43_200);
    home.attach(Sts::of(aws_auth_emulator::Emulator::start(world)));
    gpg::store(&home, Key::Open)?;
    gpg::secrets_of(&home, &ALICE);
    gpg::insert_documented(&home, "", &ALICE, role::DEV);
    let pair =
        format!("AWS_ACCESS_KEY_ID={}\nAWS_SECRET_ACCESS_KEY={}\n", ALICE.access_key_id, ALICE.secret_access_key);
    if !is_new {
        gpg::insert(&home, "work", format!("{pair}mfa_serial={}\nrole_arn={}\n", ALICE.mfa_serial, role::DEV));
    }
    let csv = format!("Access key ID,Secret access key\n{},{}\n", ALICE.access_key_id, ALICE.secret_access_key);
    home.write("Downloads/accessKeys.csv", csv);
    let as_people_have_it =
        format!("{}\nuser: {}\nmfa: {}\n", ALICE.secret_access_key, ALICE.access_key_id, ALICE.mfa_serial);
    gpg::insert(&home, "Work/aws", as_people_have_it);
    gpg::insert(&home, "shared", format!("[work]\n{pair}\n[other]\naws_access_key_id=X\n"));
    gpg::insert(
        &home,
        "odd",
        format!("access key id: {}\nAPI token: {}\n", ALICE.access_key_id, ALICE.secret_access_key),
    );
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id); // the secrets of a CI system
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    let aws = tools::need("aws")?;
    home.script("aws", &AWS.replace("@AWS@", aws.to_str().expect("text")));
    let json = format!(
        "{{\"Version\":1,\"AccessKeyId\":\"{}\",\"SecretAccessKey\":\"{}\"}}",
        ALICE.access_key_id, ALICE.secret_access_key
    );
    home.script("aws-vault", &format!("#!/bin/sh\necho '{json}'\n")); // what version 7.13 printed
    for name in STAND_INS {
        home.script(name, HAS_CREDENTIALS);
    }
    home.script("phone", &format!("#!/bin/sh\necho 'otpauth://totp/AWS:alice?secret={}'\n", ALICE.totp_secret));
    home.set("AWS_AUTH_TOKEN_FROM", "phone");
    home.plant(&home.path(".aws/credentials")); // --write-profile puts a session there
    home.plant(&home.path(".aws/cli")); // the AWS CLI keeps roles that it takes itself, as docs/serve.md says
    Some(home)
}

#[test]
fn every_block_of_commands_does_what_it_says() {
    let mut failed = Vec::new();
    for page in page::all() {
        let blocks = page.blocks.iter().filter(|block| block.not_run.is_none());
        let blocks: Vec<_> = blocks.filter(|it| ["sh", "zsh", "fish"].contains(&it.language.as_str())).collect();
        if blocks.is_empty() {
            continue;
        }
        let is_new = ["README.md", "docs/coming-from.md"].map(Path::new).contains(&page.path.as_path());
        let Some(home) = alice(is_new) else { return };
        if page.path == Path::new("docs/managers.md") {
            // which shows what is done without a manager, too
            home.set("AWS_ACCESS_KEY_ID", ALICE.access_key_id);
            home.set("AWS_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        }
        let _kept = agent::on(&home);
        if !is_new {
            home.write(".aws/config", settings::beside(settings::of(&page).map(|block| block.text.as_str())));
        }
        for block in blocks {
            // a code of its own: what an earlier block used is forgotten, and the emulator takes it again
            let _ = fs::remove_dir_all(home.root().join("run/aws-auth"));
            let code = home.sts().fresh_code(ALICE.mfa_serial);
            home.set("CODE_FILE", home.write("code", &code));
            let text = block.text.replace("123456", &code);
            let (shell, first) = match block.language.as_str() {
                "sh" => ("bash", "set -eo pipefail; "),
                other => (other, ""),
            };
            let Some(shell) = tools::need(shell) else { return };
            let outcome = home.command([shell.as_os_str(), "-c".as_ref(), format!("{first}{text}").as_ref()]).go();
            if !outcome.status.success() {
                failed.push(format!("{}:\n{text}\n{outcome:?}", page.at(block)));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

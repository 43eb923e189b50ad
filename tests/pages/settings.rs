//! Every block of settings is read, and every profile in it can be planned.

use super::page::{self, Block, Page};
use crate::support::Home;

/// The profiles that pages name without showing them.
const USUAL: &str = "\
[default]
region = us-east-1

[profile base]
aws_auth_from = pass
aws_auth_item = work
mfa_serial = arn:aws:iam::111122223333:mfa/alice
credential_process = aws-auth credential-process --profile base --no-role

[profile dev]
source_profile = base
role_arn = arn:aws:iam::111122223333:role/dev
region = eu-west-1

[profile prod]
source_profile = base
role_arn = arn:aws:iam::111122223333:role/admin

[profile work]
aws_auth_from = pass
aws_auth_item = work
";

/// The blocks of settings of a page.
pub fn of(page: &Page) -> impl Iterator<Item = &Block> {
    page.blocks.iter().filter(|block| block.language == "ini" && block.not_run.is_none())
}

/// The usual profiles and some blocks of a page, of which the last that has a section counts.
pub fn beside<'a>(blocks: impl Iterator<Item = &'a str>) -> String {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for line in [USUAL].into_iter().chain(blocks).flat_map(str::lines) {
        if line.starts_with('[') {
            sections.retain(|(header, _)| *header != line);
            sections.push((line, String::new()));
        }
        let (_, text) = sections.last_mut().expect("a block begins with a section");
        *text += line;
        *text += "\n";
    }
    sections.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn every_profile_on_a_page_can_be_planned() {
    let mut failed = Vec::new();
    for page in page::all() {
        for block in of(&page) {
            let home = Home::with_sts();
            home.write(".aws/config", beside([block.text.as_str()].into_iter()));
            for name in block.text.lines().filter_map(|line| line.strip_prefix("[profile ")?.strip_suffix(']')) {
                let outcome = home.run(["--explain", "--profile", name]).go();
                if !outcome.status.success() {
                    failed.push(format!("{}: [profile {name}]\n{outcome:?}", page.at(block)));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_block_of_data_is_of_its_form() {
    for page in page::all() {
        for block in page.blocks.iter().filter(|block| block.not_run.is_none()) {
            let fault = match block.language.as_str() {
                "json" => serde_json::from_str::<serde_json::Value>(&block.text).err().map(|error| error.to_string()),
                "toml" => toml::from_str::<toml::Table>(&block.text).err().map(|error| error.to_string()),
                _ => None,
            };
            assert!(fault.is_none(), "{}: {fault:?}", page.at(block));
        }
    }
}

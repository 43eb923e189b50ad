//! The manual page: generated from the command line's definition, checked in, embedded here.
//!
//! A test sees that it is current, and writes it anew when `AWS_AUTH_BLESS` is set.

use crate::error::Error;
use crate::output;

/// Prints the page.
pub fn run() -> Result<(), Error> {
    output::print(PAGE)
}

/// The page, for `man -l -` or a directory of manual pages.
const PAGE: &str = include_str!("../../man/aws-auth.1");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::options;
    use clap::{Command, CommandFactory};
    use clap_mangen::Man;
    use clap_mangen::roff::{Roff, bold, roman};

    /// When the page was last changed by hand; the generated parts follow the program's version.
    const DATE: &str = "2026-11-22";

    /// One page for all commands: people look for `aws-auth(1)`.
    fn generated() -> String {
        let mut command = crate::cli::Cli::command();
        command.build();
        let mut page = Vec::new();
        let man = Man::new(command.clone());
        let mut roff = Roff::new();
        roff.control("TH", ["AWS-AUTH", "1", DATE, concat!("aws-auth ", env!("CARGO_PKG_VERSION"))]);
        roff.to_writer(&mut page).unwrap();
        man.render_name_section(&mut page).unwrap();
        let mut roff = Roff::new();
        roff.control("SH", ["SYNOPSIS"]).text([bold("aws-auth"), roman(" [OPTIONS]")]);
        roff.control("br", []).text([bold("aws-auth"), roman(" COMMAND [OPTIONS]")]);
        roff.to_writer(&mut page).unwrap();
        man.render_description_section(&mut page).unwrap();
        man.render_options_section(&mut page).unwrap();
        Roff::new().control("SH", ["COMMANDS"]).to_writer(&mut page).unwrap();
        for sub in command.get_subcommands() {
            commands(&mut page, "aws-auth", sub, &command);
        }
        environment(&mut page);
        files(&mut page);
        exit_codes(&mut page);
        let mut roff = Roff::new();
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in crate::cli::EXAMPLES.lines().skip(1) {
            roff.text([roman(line.trim())]);
        }
        roff.control("fi", []).to_writer(&mut page).unwrap();
        let mut roff = Roff::new();
        roff.control("SH", ["SEE ALSO"]);
        roff.text([
            bold("aws"),
            roman("(1), "),
            bold("pass"),
            roman("(1), "),
            bold("op"),
            roman("(1), "),
            bold("gpg"),
            roman("(1)"),
        ]);
        roff.to_writer(&mut page).unwrap();
        wrapped(&String::from_utf8(page).unwrap())
    }

    /// The same page in lines of at most 80 bytes, as the linters like it; examples keep theirs.
    fn wrapped(page: &str) -> String {
        let (mut out, mut keeps) = (String::new(), false);
        for line in page.lines().map(str::trim_end) {
            keeps = (keeps || line == ".nf") && line != ".fi";
            let mut width = 0;
            for word in line.split(' ') {
                // A dot or quote that begins a line would make a request of it.
                if width > 0
                    && width + word.len() > 78
                    && !keeps
                    && !line.starts_with('.')
                    && !word.starts_with(['.', '\''])
                {
                    out.push('\n');
                    width = 0;
                } else if width > 0 {
                    out.push(' ');
                }
                out.push_str(word);
                width += word.len() + 1;
            }
            out.push('\n');
        }
        out
    }

    /// A command, its own options, and the commands below it; options it shares with `aws-auth` itself are told there.
    fn commands(page: &mut Vec<u8>, path: &str, command: &Command, top: &Command) {
        let path = format!("{path} {}", command.get_name());
        let own =
            command.get_arguments().filter(|own| !top.get_arguments().any(|one| one.get_long() == own.get_long()));
        let own: Vec<_> = own.filter(|own| own.get_id() != "help").collect();
        let mut usage = path.clone();
        if command.get_arguments().any(|arg| arg.get_id() == "from") && own.iter().any(|arg| arg.is_last_set()) {
            usage.push_str(" [OPTIONS] --");
        }
        for arg in own.iter().filter(|arg| arg.is_positional()) {
            let name = arg.get_value_names().map_or("", |names| names[0].as_str());
            usage.extend([" ", name, if arg.is_last_set() { "..." } else { "" }]);
        }
        let mut roff = Roff::new();
        roff.control("TP", []).text([bold(usage)]);
        roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
        for arg in own {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let value = arg.get_value_names().map_or("", |names| names[0].as_str()).to_owned();
            let name = arg.get_long().map_or(value.clone(), |long| {
                if arg.get_action().takes_values() { format!("--{long} {value}") } else { format!("--{long}") }
            });
            roff.control("br", []).text([bold(name), roman(format!(": {help}"))]);
        }
        roff.to_writer(page).unwrap();
        for sub in command.get_subcommands() {
            commands(page, &path, sub, top);
        }
    }

    /// What is read, what is said to the shell, and what is AWS's own.
    fn environment(page: &mut Vec<u8>) {
        let mut roff = Roff::new();
        roff.control("SH", ["ENVIRONMENT"]);
        let options = options::ALL.into_iter().flat_map(|opt| opt.variables.iter().map(move |name| (*name, opt.flag)));
        let ours = options.map(|(name, flag)| (name, format!("The same as --{flag}.")));
        let others = [
            ("AWS_AUTH_NO_CACHE", "Set to anything but 0, no or false: the same as --no-cache."),
            ("AWS_AUTH_STORE", "Where sessions are kept: keyring, agent or none; the best there is by default."),
            (
                "AWSAUTH_ACCOUNT, AWSAUTH_IDENTITY, AWSAUTH_PROFILE",
                "Set beside the credentials, for prompts and scripts: the account, role/NAME or mfa/NAME, and the profile; - for what is not known.",
            ),
            ("AWSAUTH_SET", "Set beside the credentials: what else was exported. Read by the next run and by unset."),
            (
                "AWS_PROFILE, AWS_REGION, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CA_BUNDLE, HTTPS_PROXY, AWS_ENDPOINT_URL_STS",
                "As for the AWS CLI.",
            ),
        ];
        for (name, what) in ours.chain(others.map(|(name, what)| (name, what.to_owned()))) {
            roff.control("TP", []).text([bold(name)]).text([roman(what)]);
        }
        roff.to_writer(page).unwrap();
    }

    fn files(page: &mut Vec<u8>) {
        let mut roff = Roff::new();
        roff.control("SH", ["FILES"]);
        for (file, what) in [
            ("~/.aws/config", "Profiles; settings of ours begin with aws_auth_."),
            ("~/.aws/credentials", "Written by --write-profile alone."),
            ("$XDG_CONFIG_HOME/aws-auth/backends/NAME.toml", "Managers of your own; ~/.config by default."),
            (
                "$XDG_RUNTIME_DIR/aws-auth/",
                "Locks, and marks of codes that are spent; $XDG_STATE_HOME, or ~/.local/state, where that is not set. No credentials.",
            ),
        ] {
            roff.control("TP", []).text([bold(file)]).text([roman(what)]);
        }
        roff.to_writer(page).unwrap();
    }

    fn exit_codes(page: &mut Vec<u8>) {
        let mut roff = Roff::new();
        roff.control("SH", ["EXIT STATUS"]);
        for class in crate::error::Class::ALL {
            roff.control("TP", []).text([bold(class.code().to_string())]).text([roman(class.meaning())]);
        }
        roff.to_writer(page).unwrap();
    }

    #[test]
    fn the_checked_in_page_is_current() {
        let page = generated();
        if crate::os::environment::os("AWS_AUTH_BLESS").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/man/aws-auth.1"), &page).unwrap();
        } else {
            assert!(PAGE == page, "run AWS_AUTH_BLESS=1 cargo test --lib man");
        }
    }
}

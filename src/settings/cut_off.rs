//! Settings of a profile whose value ends at what may be no comment: `aws_auth_item = AWS #2` would be another item.

use super::options::{self, PREFIX, TOKEN_FROM};
use crate::aws_files::Profiles;
use crate::backend::params;
use crate::error::{Class, Error};
use crate::text::quote;

/// aws-vault's setting that is a command.
const PROCESS: &str = "mfa_process";

/// Refuses such a setting of ours. Those of the AWS CLI hold no names that anybody chose with a blank in them.
pub fn check(profiles: &Profiles) -> Result<(), Error> {
    for profile in profiles.chain() {
        for key in profiles.keys(profile).into_iter().filter(|key| key.starts_with(PREFIX) || key == PROCESS) {
            if let Some(word) = profiles.cut_off(profile, &key) {
                let (mark, typed) = (&word[..1], typed(&key));
                return Err(Error::new(Class::Config, format!("the profile \"{}\" cannot be used", quote(profile)))
                    .because(format!("its {} would end before \" {}\"", quote(&key), quote(&word)))
                    .hint(format!(
                        "put a blank behind the {mark} if a comment begins there; if it is a part of the value, give the \
                         value with {typed}, or use a name without it"
                    )));
            }
        }
    }
    Ok(())
}

/// The flag and the variable by which the same is said.
fn typed(key: &str) -> String {
    let of_key = || options::ALL.into_iter().find(|opt| opt.keys.contains(&key));
    let Some(opt) = (if key == PROCESS { Some(&TOKEN_FROM) } else { of_key() }) else {
        let name = key.strip_prefix(PREFIX).unwrap_or(key);
        return format!("--param {}=VALUE or {}", quote(name), quote(&params::variable(name)));
    };
    let variables = opt.variables.iter().map(|variable| format!(" or {variable}"));
    format!("--{}{}", opt.flag, variables.collect::<String>())
}

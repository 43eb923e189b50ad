//! The MFA device: found where nothing names it, and where its codes come from.

use super::choice;
use super::remember::Offer;
use super::run::Run;
use crate::aws::{Clock, Network};
use crate::backend::field::Field;
use crate::backend::registry;
use crate::credentials::{MfaSerial, Otp, Partition, SourceKeys};
use crate::error::{Class, Error};
use crate::mfa::{self, Codes};
use crate::os::stdio;
use crate::settings::options::SERIAL;
use crate::settings::{NO_MFA, Role, Source};
use crate::text::quote;

impl Run<'_> {
    /// Asks IAM for the user's device, and a person which, if there are several.
    pub(super) async fn find_device(
        &self,
        keys: &SourceKeys,
        role: Option<&Role>,
        network: &mut Network,
    ) -> Result<MfaSerial, Error> {
        if keys.are_temporary() {
            return Err(Error::new(Class::Config, "there is a token code, and the keys are temporary")
                .because("they carry their MFA with them, or have none: AWS takes a code with permanent keys only")
                .hint("leave the code out, or name where your permanent keys are with --from"));
        }
        let partition = Partition::of_region(&self.settings.region_for(None, role.map(|role| &role.arn)));
        let iam = network.iam(&partition)?;
        let serials = iam.mfa_devices(keys).await?;
        choice::choose(&serials, self.terminal.as_deref().map_err(|nobody| *nobody))
    }

    /// A role's refusal, probably for want of a code: where a device is named, or that there was to be none.
    pub(super) fn for_want_of_mfa(&self, refused: Error) -> Error {
        let way = match &self.settings.source {
            _ if self.settings.no_mfa => self.without_none(),
            Source::Backend { name, .. } => match registry::variable(name, Field::MfaSerial) {
                Some(variable) => format!("name your device with --serial-number, or set {variable}"),
                None => return refused,
            },
            _ => "name your device with --serial-number, or as mfa_serial in the profile".to_owned(),
        };
        refused.hint(format!("the role probably requires MFA: {way}"))
    }

    /// What has said that there is to be no MFA, to be left out.
    fn without_none(&self) -> String {
        let mut places = self.settings.origins.iter().filter(|(name, _)| *name == SERIAL.name);
        match places.next() {
            Some((_, place)) => format!("leave out --no-mfa, or the word {NO_MFA} in {}", quote(place)),
            None => "leave out --no-mfa".to_owned(),
        }
    }

    /// A session without MFA can do less than people expect, and more than those who require MFA mean it to.
    pub(super) fn warn_of_no_mfa(&self, kept: bool) {
        if self.settings.no_mfa || self.settings.no_mfa_is_told {
            return;
        }
        let source = &self.settings.source;
        let item = match source {
            Source::Backend { name, .. } => {
                let variable = registry::variable(name, Field::MfaSerial);
                format!(" or {}", variable.unwrap_or_else(|| source.to_string()))
            }
            _ => String::new(),
        };
        let by = format!("--serial-number, mfa_serial in ~/.aws/config{item}");
        let why = if kept {
            // A device that the item names since then is not known: nobody has asked the manager.
            format!(
                "an earlier run has kept it, which found no device named by {by}; to begin one with MFA: --no-cache"
            )
        } else {
            format!("no device is named by {by}")
        };
        stdio::warn(&format!(
            "aws-auth: warning: this session is without MFA: {why}; if that is meant, say so: --no-mfa, or mfa_serial = none"
        ));
    }

    /// The device has served: it need not be searched for again.
    pub(super) fn offer(&self, serial: MfaSerial) -> Offer {
        let profile = self.profiles.selected().map(str::to_owned).zip(self.terminal.clone().ok());
        Offer { serial, profile, source: self.settings.source.clone() }
    }

    pub(super) fn codes(&self, serial: MfaSerial, otp: Option<Otp>, clock: Clock) -> Codes {
        let settings = self.settings;
        let is_given = settings.token_code.is_some() || settings.token_from.is_some();
        let otp = otp.filter(|_| !is_given);
        let otp = mfa::of_device(otp, &serial, &settings.source);
        let source = match (&settings.token_code, &settings.token_from, otp) {
            (Some(code), ..) => mfa::Source::Given(code.clone()),
            (None, Some(from), _) => {
                mfa::Source::Elsewhere { from: from.clone(), terminal: self.terminal.clone().ok(), quiet: self.quiet() }
            }
            (None, None, Some(otp)) => {
                if self.state.is_first("both-factors", &settings.source.to_string()) {
                    let source = &settings.source;
                    stdio::warn(&format!(
                        "aws-auth: warning: {source} holds both the key and the MFA secret, so MFA adds little"
                    ));
                }
                match otp {
                    Otp::Secret(totp) => mfa::Source::Computed(totp),
                    Otp::Code(code) => mfa::Source::Given(code),
                }
            }
            (None, None, None) => mfa::Source::Typed { terminal: self.terminal.clone(), hidden: settings.hide_code },
        };
        Codes::new(serial, source, self.state.clone(), clock)
    }
}

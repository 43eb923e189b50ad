//! How AWS is reached: at which hosts, and by whose certificates. The user's variables say it, else the profile and its
//! sources; where no profile is selected, `[default]`, for it tells nobody's accounts apart.
//!
//! What an earlier run of ours has exported is not the user's: an endpoint of one account must not steer the next. A profile
//! is not there any more for the programs that come after us, so what it says of this is exported with the keys.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>

use super::endpoint;
use super::said::Found;
use crate::aws_files::{Files, Profiles};
use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::variables::{ENDPOINT_OF, Name, of_user};
use crate::text::quote;
use std::path::Path;

/// The settings of a profile that programs also read in a variable; our own run heeds the first four.
const ROWS: [(&str, &str); 9] = [
    (FIPS.1, FIPS.0),
    (DUAL_STACK.1, DUAL_STACK.0),
    (IGNORE.1, IGNORE.0),
    ("max_attempts", "AWS_MAX_ATTEMPTS"),
    ("retry_mode", "AWS_RETRY_MODE"),
    ("defaults_mode", "AWS_DEFAULTS_MODE"),
    ("request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION"),
    ("response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION"),
    ("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE"),
];

/// A variable, and the setting of a profile that means the same.
type Both = (&'static str, &'static str);

const FIPS: Both = ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
const DUAL_STACK: Both = ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
const IGNORE: Both = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
const CA_BUNDLE: Both = ("AWS_CA_BUNDLE", "ca_bundle");
const LEGACY: Both = ("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints");
const ENDPOINT: Both = ("AWS_ENDPOINT_URL", "endpoint_url");

/// A service that is asked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The security token service.
    Sts,
    /// Identity and access management.
    Iam,
    /// The console's sign-in.
    SignIn,
}

impl Service {
    /// As it is called in variables; in small letters, as in files.
    const fn name(self) -> &'static str {
        match self {
            Self::Sts => "STS",
            Self::Iam => "IAM",
            Self::SignIn => "SIGNIN",
        }
    }
}

/// How AWS is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Where it is said that only hosts may be asked whose cryptography is validated by FIPS 140.
    pub fips: Option<String>,
    /// Where it is said that hosts are asked which IPv6 leads to as well.
    pub dual_stack: Option<String>,
    /// Whether the old regions are asked by the global endpoint.
    pub legacy: bool,
    /// The file of the certificates that are trusted, where it is not the system's.
    pub ca_bundle: Option<Found>,
    /// The endpoint that is given for each [`Service`], in their order.
    pub endpoints: [Option<Found>; 3],
    /// What programs would lose with the profile: variables, and their values.
    pub lost: Vec<(Name, String)>,
    /// What of that no request of ours would go to, and why. The AWS CLI asks there, and the files are its own.
    pub doubtful: Vec<String>,
}

impl Reach {
    /// What the user's variables and the profiles say.
    pub fn gather(profiles: &Profiles) -> Result<Self, Error> {
        Reading { profiles, get: of_user }.reach()
    }

    /// What the variables alone say, for what must not depend on a profile.
    pub fn of_environment() -> Result<Self, Error> {
        Reading { profiles: &Profiles::none(Files::default()), get: of_user }.reach()
    }

    /// What programs in this shell do, by whoever has set their variables.
    pub fn of_shell() -> Result<Self, Error> {
        Reading { profiles: &Profiles::none(Files::default()), get: environment::text }.reach()
    }

    /// The endpoint that is given for a service.
    #[must_use]
    pub const fn endpoint(&self, service: Service) -> Option<&Found> {
        self.endpoints[service as usize].as_ref()
    }

    /// What was said, for people, and where.
    pub fn origins(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let [sts, iam, sign_in] = &self.endpoints;
        let given = [("STS", sts), ("IAM", iam), ("sign-in", sign_in), ("certificates", &self.ca_bundle)];
        let given = given.into_iter().filter_map(|(name, found)| Some((name, found.as_ref()?.place.as_str())));
        let switches = [("FIPS", &self.fips), ("dual-stack", &self.dual_stack)];
        given.chain(switches.into_iter().filter_map(|(name, place)| Some((name, place.as_deref()?))))
    }

    /// What tells sessions apart that were got by different hosts; none for AWS's usual ones.
    #[must_use]
    pub fn distinct(&self) -> Option<String> {
        if let Some(given) = self.endpoint(Service::Sts) {
            return Some(given.value.clone());
        }
        let marks = [("legacy", self.legacy), ("fips", self.fips.is_some()), ("dual-stack", self.dual_stack.is_some())];
        let marks: Vec<_> = marks.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name).collect();
        (!marks.is_empty()).then(|| marks.join(" "))
    }

    /// Refuses what no host of AWS can be: a given endpoint that is to be one for FIPS, or for IPv6.
    pub fn check_given(&self, service: Service) -> Result<(), Error> {
        let switch = [(&self.fips, "FIPS"), (&self.dual_stack, "dual-stack")];
        let found = switch.into_iter().find_map(|(place, what)| Some((place.as_ref()?, what)));
        match (self.endpoint(service), found) {
            (Some(given), Some((place, what))) => {
                Err(Error::new(Class::Config, format!("{} and {place} do not go together", given.place))
                    .because(format!(
                        "an endpoint that is given is none of AWS's {what} endpoints, and no SDK asks it as one"
                    ))
                    .hint("take one of the two out"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to ask another host than one for FIPS.
    #[must_use]
    pub fn no_fips(place: &str, whom: &str, way_out: &str) -> Error {
        Error::new(Class::Config, format!("{whom} cannot be asked as {place} wants it"))
            .because("AWS has no FIPS endpoint there")
            .hint(way_out)
    }
}

/// The places that are read.
struct Reading<'a> {
    profiles: &'a Profiles,
    get: fn(&str) -> Result<Option<String>, Error>,
}

impl Reading<'_> {
    fn reach(&self) -> Result<Reach, Error> {
        let ignores = self.switch(IGNORE)?.is_some();
        let mut reach = Reach {
            fips: self.switch(FIPS)?,
            dual_stack: self.switch(DUAL_STACK)?,
            legacy: self.find(LEGACY)?.is_some_and(|found| found.value.eq_ignore_ascii_case("legacy")),
            ca_bundle: self.find(CA_BUNDLE)?.map(full),
            ..Reach::default()
        };
        if !ignores {
            self.check_services()?;
            for service in [Service::Sts, Service::Iam, Service::SignIn] {
                reach.endpoints[service as usize] = self.endpoint(service)?.map(endpoint::checked).transpose()?;
            }
        }
        self.find_lost(&mut reach, ignores)?;
        Ok(reach)
    }

    /// The user's variable, else the setting of the profiles.
    fn find(&self, (variable, key): Both) -> Result<Option<Found>, Error> {
        let found = (self.get)(variable)?.map(|value| Found { value, place: variable.to_owned() });
        Ok(found.or_else(|| self.of_profiles(key)))
    }

    /// The setting of the nearest profile that has it; without a profile, of `[default]`.
    fn of_profiles(&self, key: &str) -> Option<Found> {
        let of = |name: &str| {
            let value = self.profiles.get(name, key)?.trim().to_owned();
            Some(Found { value, place: format!("{key} of the profile \"{}\"", quote(name)) })
        };
        let of_default = || of("default").filter(|_| self.profiles.selected().is_none());
        self.profiles.chain().find_map(of).or_else(of_default)
    }

    /// Where a switch is set to `true`; none where it is `false` or not there.
    fn switch(&self, both: Both) -> Result<Option<String>, Error> {
        let Some(found) = self.find(both)? else { return Ok(None) };
        match found.value.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(found.place)),
            "false" => Ok(None),
            _ => Err(Error::new(Class::Config, format!("{} cannot be used", found.place))
                .because("it is neither true nor false")
                .hint("write true or false")),
        }
    }

    /// Refuses a profile that names services which nobody describes.
    fn check_services(&self) -> Result<(), Error> {
        match self.of_profiles("services") {
            Some(found) if !self.profiles.files().has_services(&found.value) => {
                let name = quote(&found.value);
                Err(Error::new(Class::Config, format!("{} cannot be used", found.place))
                    .because(format!("there is no section [services {name}]"))
                    .hint("write that section into ~/.aws/config, or take the setting out"))
            }
            _ => Ok(()),
        }
    }

    fn endpoint(&self, service: Service) -> Result<Option<Found>, Error> {
        let of_service = format!("{ENDPOINT_OF}{}", service.name());
        for variable in [of_service.as_str(), ENDPOINT.0] {
            if let Some(value) = (self.get)(variable)? {
                return Ok(Some(Found { value, place: variable.to_owned() }));
            }
        }
        let block = service.name().to_ascii_lowercase();
        let section = self.of_profiles("services").map(|found| found.value);
        let of_section = section.and_then(|section| {
            let url = self.profiles.files().of_service(&section, &block, ENDPOINT.1)?;
            Some(of_block(&section, &block, url))
        });
        Ok(of_section.or_else(|| self.of_profiles(ENDPOINT.1)))
    }

    /// What the programs that follow would not find any more. `[default]` stays where it is.
    fn find_lost(&self, reach: &mut Reach, ignores: bool) -> Result<(), Error> {
        let Reach { lost, doubtful, ca_bundle, .. } = reach;
        if self.profiles.selected().is_none_or(|name| name == "default") {
            return Ok(());
        }
        for (key, variable) in ROWS {
            if let Some(found) = self.of_profiles(key).filter(|_| !matches!((self.get)(variable), Ok(Some(_)))) {
                lost.push((variable.into(), found.value));
            }
        }
        let of_file = ca_bundle.iter().filter(|found| found.place != CA_BUNDLE.0);
        lost.extend(of_file.map(|found| (CA_BUNDLE.0.into(), found.value.clone())));
        // A variable for all services comes before what a profile says of one.
        if ignores || (self.get)(ENDPOINT.0)?.is_some() {
            return Ok(());
        }
        let mut add = |variable: Name, Found { value, place }: Found| {
            doubtful.extend(endpoint::problem(&value).map(|why| format!("{place}: {why}")));
            lost.push((variable, value));
        };
        if let Some(found) = self.of_profiles(ENDPOINT.1) {
            add(ENDPOINT.0.into(), found);
        }
        let section = self.of_profiles("services").map(|found| found.value).unwrap_or_default();
        for (service, url) in self.profiles.files().services(&section, ENDPOINT.1) {
            let variable = format!("{ENDPOINT_OF}{}", service.to_ascii_uppercase().replace(['-', ' '], "_"));
            if (self.get)(&variable)?.is_none() {
                add(variable.into(), of_block(&section, &service, url));
            }
        }
        Ok(())
    }
}

/// The endpoint of one service in a section for services.
fn of_block(section: &str, block: &str, url: &str) -> Found {
    let place = format!("{} of {} in [services {}]", ENDPOINT.1, quote(block), quote(section));
    Found { value: url.to_owned(), place }
}

/// A file that a profile names, in full: the programs that follow may be elsewhere. A variable is the user's, as it is.
fn full(found: Found) -> Found {
    if found.place == CA_BUNDLE.0 {
        return found;
    }
    let path = environment::at_home(Path::new(&found.value));
    let value = std::path::absolute(&path).ok().and_then(|path| path.into_os_string().into_string().ok());
    Found { value: value.unwrap_or(found.value), place: found.place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::Document;

    const NOTHING: fn(&str) -> Result<Option<String>, Error> = |_| Ok(None);

    fn profiles(text: &str, name: Option<&str>) -> Profiles {
        let files = Files::new(Document::new(text.as_bytes().to_vec().into()), Document::default());
        match name {
            Some(name) => Profiles::select(files, name).unwrap(),
            None => Profiles::none(files),
        }
    }

    fn reach(text: &str, name: Option<&str>, get: fn(&str) -> Result<Option<String>, Error>) -> Result<Reach, Error> {
        Reading { profiles: &profiles(text, name), get }.reach()
    }

    #[test]
    fn an_endpoint_is_the_services_own_then_that_for_all() {
        let text = "[profile a]\nservices = s\nendpoint_url = https://all.example\n[services s]\nsts =\n  endpoint_url = https://own.example\n";
        let url = |reach: &Reach, service| reach.endpoint(service).map(|found| found.value.clone());
        let found = reach(text, Some("a"), NOTHING).unwrap();
        assert_eq!(url(&found, Service::Sts).as_deref(), Some("https://own.example"));
        assert_eq!(url(&found, Service::Iam).as_deref(), Some("https://all.example"));
        let names: Vec<_> = found.lost.iter().map(|(name, _)| name.as_ref()).collect();
        assert_eq!(names, ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"]);
        let all = |name: &str| Ok((name == "AWS_ENDPOINT_URL").then(|| "https://mine.example".to_owned()));
        let found = reach(text, Some("a"), all).unwrap();
        assert_eq!(url(&found, Service::Sts).as_deref(), Some("https://mine.example"));
        assert!(found.lost.is_empty());
        let none = |name: &str| Ok((name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").then(|| "True".to_owned()));
        assert_eq!(url(&reach(text, Some("a"), none).unwrap(), Service::Sts), None);
        assert!(reach("[profile a]\nservices = t\n", Some("a"), NOTHING).is_err());
    }

    #[test]
    fn what_a_profile_says_is_its_sources_too_and_lost_without_it() {
        let text = "[default]\nuse_dualstack_endpoint = true\n[profile a]\nrole_arn = r\nsource_profile = b\nmax_attempts = 7\n\
                    [profile b]\nuse_fips_endpoint = TRUE\nca_bundle = /x/ca.pem\n";
        let found = reach(text, Some("a"), NOTHING).unwrap();
        assert_eq!(found.fips.as_deref(), Some("use_fips_endpoint of the profile \"b\""));
        assert!(found.dual_stack.is_none());
        let lost: Vec<_> = found.lost.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(lost, ["AWS_USE_FIPS_ENDPOINT=TRUE", "AWS_MAX_ATTEMPTS=7", "AWS_CA_BUNDLE=/x/ca.pem"]);
        assert_eq!(found.distinct().as_deref(), Some("fips"));
        let found = reach(text, None, NOTHING).unwrap();
        assert!(found.dual_stack.is_some() && found.fips.is_none() && found.lost.is_empty());
        assert!(reach("[profile a]\nuse_fips_endpoint = yes\n", Some("a"), NOTHING).is_err());
    }

    #[test]
    fn r67_an_endpoint_of_others_is_handed_on_and_said_if_it_is_in_the_clear() {
        let own = "sts =\n  endpoint_url = https://a.example\niam =\n  endpoint_url = https://a.example\nsignin =\n  endpoint_url = https://a.example\n";
        let rows = [
            (
                "services = s",
                "s3 =\n  endpoint_url = http://s3.example\n",
                "endpoint_url of s3 in [services s]: it is not https",
            ),
            ("services = s", "s3 =\n  endpoint_url = s3.example\n", "endpoint_url of s3 in [services s]: it is not"),
            (
                "services = s\nendpoint_url = http://all.example",
                own,
                "endpoint_url of the profile \"a\": it is not https",
            ),
        ];
        for (profile, services, said) in rows {
            let text = format!("[profile a]\n{profile}\n[services s]\n{services}");
            let found = reach(&text, Some("a"), NOTHING).unwrap();
            assert!(found.doubtful.len() == 1 && found.doubtful[0].starts_with(said), "{text} {found:?}");
            assert!(found.lost.iter().any(|(_, value)| value.contains("s3.example") || value.contains("all.example")));
            let ignored = |name: &str| Ok((name == IGNORE.0).then(|| "true".to_owned()));
            assert!(reach(&text, Some("a"), ignored).unwrap().lost.is_empty(), "{text}");
        }
        let near = "[profile a]\nservices = s\n[services s]\ns3 =\n  endpoint_url = http://127.0.0.1:9000\n";
        let near = reach(near, Some("a"), NOTHING).unwrap();
        assert!(near.lost.len() == 1 && near.doubtful.is_empty());
        // Our own run asks STS.
        let ours = reach("[profile a]\nendpoint_url = http://all.example\n", Some("a"), NOTHING);
        assert!(ours.is_err_and(|why| why.to_string().contains("endpoint_url of the profile \"a\"")));
    }

    #[test]
    fn a_given_endpoint_is_none_for_fips() {
        let text = "[profile a]\nendpoint_url = https://x.example\nuse_fips_endpoint = true\n";
        let found = reach(text, Some("a"), NOTHING).unwrap();
        let told = found.check_given(Service::Sts).unwrap_err().to_string();
        assert!(told.contains("endpoint_url of the profile \"a\" and use_fips_endpoint"), "{told}");
    }
}

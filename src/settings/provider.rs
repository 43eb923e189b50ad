//! `credential_source`: keys that the machine has for whoever runs on it, below a profile's role.

use crate::aws_files::Profiles;
use crate::error::{Class, Error};
use crate::text::quote;
use std::fmt;

/// What a profile may name.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `AWS_ACCESS_KEY_ID` and its like.
    Environment,
    /// The metadata service of an EC2 instance.
    Instance,
    /// The endpoint that a container is told of by its environment.
    Container,
}

impl Provider {
    /// The one that the profile with the first role names, if it names one.
    pub fn of(profiles: &Profiles) -> Result<Option<Self>, Error> {
        let Some((profile, name)) = profiles.credential_source() else { return Ok(None) };
        match name {
            "Environment" => Ok(Some(Self::Environment)),
            "Ec2InstanceMetadata" => Ok(Some(Self::Instance)),
            "EcsContainer" => Ok(Some(Self::Container)),
            _ => Err(Error::new(Class::Config, format!("the profile \"{}\" cannot be used", quote(profile)))
                .because(format!("AWS knows no credential_source = {}", quote(name)))
                .hint("write Environment, Ec2InstanceMetadata or EcsContainer")),
        }
    }

    /// What a person can do where there are no keys.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Environment => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or change credential_source",
            Self::Instance => "run this on an instance that has a role, or change credential_source",
            Self::Container => "run this in a container that has a role, or change credential_source",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "the environment",
            Self::Instance => "the instance's metadata",
            Self::Container => "the container's endpoint",
        })
    }
}

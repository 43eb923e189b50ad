//! The world most tests use, with fixed names so that tests and the demo can say whom they mean.

use crate::world::{Role, World};

/// Part of every permanent secret of [`World::standard`] and of nothing else: seen anywhere it should not be, it is a leak.
pub const CANARY: &str = "CANARY/must+never+leak/";

/// A user of the standard world, with what aws-auth gets from the password manager.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// ARN of the user.
    pub arn: &'static str,
    /// `AKIA…`
    pub access_key_id: &'static str,
    /// 40 characters, [`CANARY`] among them.
    pub secret_access_key: &'static str,
    /// Serial of the MFA device; empty when there is none.
    pub mfa_serial: &'static str,
    /// Base32 secret of the device; empty when there is none.
    pub totp_secret: &'static str,
    /// Whether the key is active.
    pub active: bool,
}

impl Person {
    /// The user's name: the last part of the ARN.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

/// The usual user: an active key and a virtual MFA device.
pub const ALICE: Person = Person {
    arn: "arn:aws:iam::111122223333:user/alice",
    access_key_id: "AKIAALICE7EXAMPLE01Q",
    secret_access_key: "CANARY/must+never+leak/alice00000000001A",
    mfa_serial: "arn:aws:iam::111122223333:mfa/alice",
    totp_secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA",
    active: true,
};

/// An active key and no MFA device.
pub const BOB: Person = Person {
    arn: "arn:aws:iam::111122223333:user/bob",
    access_key_id: "AKIABOB227EXAMPLE02Q",
    secret_access_key: "CANARY/must+never+leak/bob0000000000002B",
    mfa_serial: "",
    totp_secret: "",
    active: true,
};

/// An inactive key.
pub const CAROL: Person = Person {
    arn: "arn:aws:iam::111122223333:user/carol",
    access_key_id: "AKIACAROL7EXAMPLE03Q",
    secret_access_key: "CANARY/must+never+leak/carol00000000003C",
    mfa_serial: "arn:aws:iam::111122223333:mfa/carol",
    totp_secret: "KRUGS4ZANFZSAYJAONSWG4TFOQQGM33S",
    active: false,
};

/// A hardware MFA device, whose serial is a number and no ARN.
pub const DAVE: Person = Person {
    arn: "arn:aws:iam::111122223333:user/dave",
    access_key_id: "AKIADAVE77EXAMPLE04Q",
    secret_access_key: "CANARY/must+never+leak/dave000000000004D",
    mfa_serial: "GAHT12345678",
    totp_secret: "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U",
    active: true,
};

/// A user in the partition `aws-us-gov`.
pub const GINA: Person = Person {
    arn: "arn:aws-us-gov:iam::222233334444:user/gina",
    access_key_id: "AKIAGINA77EXAMPLE05Q",
    secret_access_key: "CANARY/must+never+leak/gina000000000005E",
    mfa_serial: "arn:aws-us-gov:iam::222233334444:mfa/gina",
    totp_secret: "NB2HI4DTHIXS653XO4XHS33VOR2WEZJO",
    active: true,
};

/// A user in the partition `aws-cn`.
pub const CHEN: Person = Person {
    arn: "arn:aws-cn:iam::555566667777:user/chen",
    access_key_id: "AKIACHEN77EXAMPLE06Q",
    secret_access_key: "CANARY/must+never+leak/chen000000000006F",
    mfa_serial: "arn:aws-cn:iam::555566667777:mfa/chen",
    totp_secret: "ORSXG5DJNZTSA5DFON2GS3THEB2GK43U",
    active: true,
};

/// Everyone in the standard world.
pub const PEOPLE: [Person; 6] = [ALICE, BOB, CAROL, DAVE, GINA, CHEN];

/// ARNs of the roles of the standard world.
pub mod role {
    /// Asks for MFA; one hour at most.
    pub const DEV: &str = "arn:aws:iam::111122223333:role/dev";
    /// Asks for MFA; twelve hours at most.
    pub const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";
    /// Without conditions; one hour at most.
    pub const PLAIN: &str = "arn:aws:iam::111122223333:role/plain";
    /// Asks for the external id [`PARTNER_EXTERNAL_ID`].
    pub const PARTNER: &str = "arn:aws:iam::111122223333:role/partner";
    /// What [`PARTNER`] asks for.
    pub const PARTNER_EXTERNAL_ID: &str = "partner-42";
    /// Trusts alice alone, without conditions; one hour at most, the least AWS allows a role.
    pub const SHORT: &str = "arn:aws:iam::111122223333:role/short";
    /// Like [`PLAIN`], under a path, which AWS leaves out of the session's ARN.
    pub const PATHED: &str = "arn:aws:iam::111122223333:role/team/tools/pathed";
    /// In another account, which trusts the first one; asks for MFA.
    pub const OTHER_DEV: &str = "arn:aws:iam::444455556666:role/dev";
    /// In another account; trusts only sessions of [`PLAIN`] and [`DEV`]. Twelve hours, so that the one-hour limit of
    /// role chaining is what refuses more.
    pub const CHAINED: &str = "arn:aws:iam::444455556666:role/chained";
    /// In the partition `aws-us-gov`; asks for MFA.
    pub const GOV_DEV: &str = "arn:aws-us-gov:iam::222233334444:role/dev";
    /// In the partition `aws-cn`; asks for MFA.
    pub const CHINA_DEV: &str = "arn:aws-cn:iam::555566667777:role/dev";
    /// Every role, by the name of its constant.
    pub const ALL: [(&str, &str); 10] = [
        ("DEV", DEV),
        ("ADMIN", ADMIN),
        ("PLAIN", PLAIN),
        ("PARTNER", PARTNER),
        ("SHORT", SHORT),
        ("PATHED", PATHED),
        ("OTHER_DEV", OTHER_DEV),
        ("CHAINED", CHAINED),
        ("GOV_DEV", GOV_DEV),
        ("CHINA_DEV", CHINA_DEV),
    ];
}

impl World {
    /// The people of [`PEOPLE`] and the roles of [`role`].
    #[must_use]
    pub fn standard() -> World {
        let mut world = World::default()
            .role(Role::new(role::DEV).with_mfa())
            .role(Role::new(role::ADMIN).with_mfa().with_max_session(43_200))
            .role(Role::new(role::PLAIN))
            .role(Role::new(role::PARTNER).with_external_id(role::PARTNER_EXTERNAL_ID))
            .role(Role::new(role::SHORT).trusting(&[ALICE.arn]))
            .role(Role::new(role::PATHED))
            .role(Role::new(role::OTHER_DEV).with_mfa().trusting(&["arn:aws:iam::111122223333:root"]))
            .role(Role::new(role::CHAINED).trusting(&[role::PLAIN, role::DEV]).with_max_session(43_200))
            .role(Role::new(role::GOV_DEV).with_mfa())
            .role(Role::new(role::CHINA_DEV).with_mfa());
        for person in PEOPLE {
            world =
                world.user(person.arn).key(person.arn, person.access_key_id, person.secret_access_key, person.active);
            if !person.mfa_serial.is_empty() {
                world = world.device(person.arn, person.mfa_serial, person.totp_secret);
            }
        }
        world
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_keys_of_the_right_shape() {
        for person in PEOPLE {
            let (id, secret) = (person.access_key_id, person.secret_access_key);
            assert!(id.len() == 20 && id.starts_with("AKIA"), "{id}");
            assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{id}");
            assert_eq!(secret.len(), 40, "{secret}");
            assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+".contains(&byte)), "{secret}");
            assert!(secret.contains(CANARY), "{secret}");
        }
    }
}

//! Which MFA devices a user has.

use super::Iam;
use super::answer;
use super::call::Question;
use crate::credentials::SourceKeys;
use crate::error::Error;

impl Iam {
    /// The serials of the user's MFA devices, as IAM gives them.
    ///
    /// Without a user name it is about the user whose key signs. A user has 8 devices at most, and an answer holds 100.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
    pub async fn mfa_devices(&self, keys: &SourceKeys) -> Result<Vec<String>, Error> {
        let question = Question {
            action: "ListMFADevices",
            root: "ListMFADevicesResponse",
            params: &[],
            refused: &format!("AWS did not tell the MFA devices of the access key {}", keys.access_key_id),
            hint: "name the device with --serial-number, or ask for the permission iam:ListMFADevices on yourself",
            unreached: Some("name the device with --serial-number, or check the network and run this again"),
        };
        self.ask(keys, question, &answer::serials).await
    }
}

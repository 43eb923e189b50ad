//! Answers of STS: first as data, so that a fault can alter them, then as XML.

use crate::credentials::Issued;
use crate::xml::element;

/// The namespace of every STS document.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) action: &'static str,
    pub(crate) body: Body,
}

/// What is in an answer, by operation.
#[derive(Debug)]
pub(crate) enum Body {
    Session { credentials: Option<Issued> },
    Role { credentials: Option<Issued>, arn: String, id: String, source_identity: Option<String>, restricted: bool },
    Federated { credentials: Option<Issued>, arn: String, id: String },
    Identity { arn: String, user_id: String, account: String },
}

impl Reply {
    pub(super) fn new(action: &'static str, body: Body) -> Self {
        Self { action, body }
    }

    /// The credentials, for a fault to alter or take away.
    pub(crate) fn credentials(&mut self) -> Option<&mut Option<Issued>> {
        match &mut self.body {
            Body::Session { credentials } | Body::Role { credentials, .. } | Body::Federated { credentials, .. } => {
                Some(credentials)
            }
            Body::Identity { .. } => None,
        }
    }

    /// Puts another account in the place of the true one.
    pub(crate) fn move_to_account(&mut self, other: &str) {
        let moved = |arn: &str| arn.replacen(crate::arn::account(arn), other, 1);
        match &mut self.body {
            Body::Session { .. } => {}
            Body::Role { arn, .. } | Body::Federated { arn, .. } => *arn = moved(arn),
            Body::Identity { arn, account, .. } => {
                *arn = moved(arn);
                other.clone_into(account);
            }
        }
    }

    pub(crate) fn xml(&self, request_id: &str) -> String {
        let action = self.action;
        let result = match &self.body {
            Body::Session { credentials } => credentials_xml(credentials.as_ref()),
            Body::Role { credentials, arn, id, source_identity, restricted } => {
                let user = element("AssumedRoleId", id) + &element("Arn", arn);
                let source = source_identity.iter().map(|name| element("SourceIdentity", name)).collect::<String>();
                let size = if *restricted { element("PackedPolicySize", "6") } else { String::new() };
                format!(
                    "{source}<AssumedRoleUser>{user}</AssumedRoleUser>{}{size}",
                    credentials_xml(credentials.as_ref())
                )
            }
            Body::Federated { credentials, arn, id } => {
                let user = element("FederatedUserId", id) + &element("Arn", arn);
                format!("<FederatedUser>{user}</FederatedUser>{}", credentials_xml(credentials.as_ref()))
            }
            Body::Identity { arn, user_id, account } => {
                element("Arn", arn) + &element("UserId", user_id) + &element("Account", account)
            }
        };
        let metadata = element("RequestId", request_id);
        format!(
            "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
             <ResponseMetadata>{metadata}</ResponseMetadata></{action}Response>"
        )
    }
}

fn credentials_xml(credentials: Option<&Issued>) -> String {
    let Some(issued) = credentials else {
        return String::new();
    };
    let parts = [
        element("AccessKeyId", &issued.access_key_id),
        element("SecretAccessKey", &issued.secret_access_key),
        element("SessionToken", &issued.session_token),
        element("Expiration", &issued.expiration),
    ];
    format!("<Credentials>{}</Credentials>", parts.concat())
}

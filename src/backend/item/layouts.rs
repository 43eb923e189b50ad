//! One row a layout: how people keep their keys, and what is found in it.

use super::{Reader, Refused, Wish};
use crate::backend::field::Field;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::fmt::Write;

const K: &str = "AKIAIOSFODNN7EXAMPLE";
const S: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const M: &str = "arn:aws:iam::111122223333:mfa/alice";
const R: &str = "arn:aws:iam::111122223333:role/dev";
const O: &str = "otpauth://totp/aws:alice?secret=JBSWY3DPEHPK3PXP&issuer=aws";
const SEED: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA";
/// Another account's.
const K2: &str = "AKIAI44QH8DHBEXAMPLE";
const S2: &str = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";
const M2: &str = "arn:aws:iam::444455556666:mfa/bob";
const R2: &str = "arn:aws:iam::444455556666:role/admin";

/// Puts the values in, and base64 of the JSON that aws-vault keeps.
pub(super) fn filled(layout: &str) -> String {
    let inner = format!(
        "{{\"AccessKeyID\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"SessionToken\":\"\",\"Source\":\"\",\"CanExpire\":false,\"Expires\":\"0001-01-01T00:00:00Z\",\"AccountID\":\"\"}}"
    );
    let pairs = [
        ("{K}", K),
        ("{S}", S),
        ("{M}", M),
        ("{R}", R),
        ("{O}", O),
        ("{SEED}", SEED),
        ("{K2}", K2),
        ("{S2}", S2),
        ("{M2}", M2),
        ("{R2}", R2),
        ("{INNER}", &inner),
        ("{S%}", &S.replace('/', "%2F")),
        ("{S<}", &S[..25]),
        ("{>S}", &S[25..]),
    ];
    let text = pairs.iter().fold(layout.to_owned(), |text, (mark, value)| text.replace(mark, value));
    let file = format!("[default]\naws_access_key_id = {K}\naws_secret_access_key = {S}\n");
    let encoded = [("{BASE64}", &*inner), ("{C64}", &file), ("{K64}", K), ("{S64}", S), ("{R64}", R)];
    encoded.iter().fold(text, |text, (mark, value)| text.replace(mark, &base64(value.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().enumerate().fold(0_u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS[usize::try_from(word >> (18 - 6 * at) & 63).unwrap()];
            out.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

type Read = Result<BTreeMap<Field, String>, Refused>;

fn read_with(layout: &str, section: Option<&str>, fields: &[(Field, &str)]) -> Read {
    let (names, text) = (BTreeMap::new(), filled(layout));
    let fields = fields.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
    let mut reader = Reader::new(Wish { names: &names, fields: &fields, section });
    reader.text(&text, Some(Field::SecretAccessKey));
    let found = reader.pick(&Field::ALL)?;
    Ok(found.into_iter().map(|(field, picked)| (field, picked.value.expose_secret().to_owned())).collect())
}

/// Names by their marks what was found: `KSMR`.
pub(super) fn shown(found: &BTreeMap<Field, String>) -> String {
    let marks =
        [(K, "K"), (S, "S"), (M, "M"), (R, "R"), (O, "O"), (SEED, "O"), (K2, "k"), (S2, "s"), (M2, "m"), (R2, "r")];
    let one = |value: &String| marks.iter().find(|(known, _)| known == value).map_or("?", |(_, mark)| mark);
    found.values().map(one).collect()
}

fn result(layout: &str, section: Option<&str>) -> String {
    match read_with(layout, section, &[]) {
        Ok(found) => shown(&found),
        Err(Refused::Values(field, _)) => format!("several {}", field.name()),
        Err(Refused::Beside(field, _, section)) => format!("{} beside {section}", field.name()),
        Err(Refused::Sets(names)) => format!("several: {}", names.join(", ")),
        Err(Refused::NoSection(names)) => format!("no section: {}", names.join(", ")),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row a layout")]
fn every_layout_of_one_account_is_read() {
    let rows: &[(&str, &str)] = &[
        // variables, as in shells and files
        ("AWS_ACCESS_KEY_ID={K}\nAWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("AWS-Access-Key-Id: {K}\nAWS-Secret-Access-Key: {S}\nAWS-MFA-Serial: {M}\n{O}", "KSMO"),
        ("{S}\naccess_key: {K}\nsecret_key: {S}", "KS"),
        ("export AWS_ACCESS_KEY_ID={K}\nexport AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("export AWS_ACCESS_KEY_ID=\"{K}\"\nexport AWS_SECRET_ACCESS_KEY='{S}';", "KS"),
        ("export AWS_ACCESS_KEY_ID={K} AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("AWS_ACCESS_KEY_ID={K} AWS_SECRET_ACCESS_KEY={S} aws s3 ls", "KS"),
        ("set -x AWS_ACCESS_KEY_ID {K}\nset -x AWS_SECRET_ACCESS_KEY {S}", "KS"),
        ("set -gx AWS_ACCESS_KEY_ID \"{K}\"\nset -gx AWS_SECRET_ACCESS_KEY \"{S}\"", "KS"),
        ("$env:AWS_ACCESS_KEY_ID = \"{K}\"\n$env:AWS_SECRET_ACCESS_KEY = \"{S}\"", "KS"),
        ("$env:AWS_ACCESS_KEY_ID='{K}'; $env:AWS_SECRET_ACCESS_KEY='{S}'", "KS"),
        ("$Env:AWS_ACCESS_KEY_ID=\"{K}\"", "K"),
        ("set AWS_ACCESS_KEY_ID={K}\nset AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("setx AWS_ACCESS_KEY_ID {K}\nsetx AWS_SECRET_ACCESS_KEY {S}", "KS"),
        ("SETX AWS_ACCESS_KEY_ID \"{K}\" /M\nSETX AWS_SECRET_ACCESS_KEY \"{S}\" /M", "KS"),
        ("setenv AWS_ACCESS_KEY_ID {K}\nsetenv AWS_SECRET_ACCESS_KEY {S}", "KS"),
        ("declare -x AWS_ACCESS_KEY_ID=\"{K}\"\ndeclare -x AWS_SECRET_ACCESS_KEY=\"{S}\"", "KS"),
        ("$env.AWS_ACCESS_KEY_ID = '{K}'\n$env.AWS_SECRET_ACCESS_KEY = '{S}'", "KS"),
        (
            "[Environment]::SetEnvironmentVariable(\"AWS_ACCESS_KEY_ID\", \"{K}\", \"User\")\n[Environment]::SetEnvironmentVariable(\"AWS_SECRET_ACCESS_KEY\", \"{S}\", \"User\")",
            "KS",
        ),
        ("os.environ[\"AWS_ACCESS_KEY_ID\"] = \"{K}\"\nos.environ[\"AWS_SECRET_ACCESS_KEY\"] = \"{S}\"", "KS"),
        ("docker run -e AWS_ACCESS_KEY_ID={K} -e AWS_SECRET_ACCESS_KEY={S} x", "KS"),
        ("ENV AWS_ACCESS_KEY_ID {K}\nENV AWS_SECRET_ACCESS_KEY {S}", "KS"),
        ("TF_VAR_access_key={K}\nTF_VAR_secret_key={S}", "KS"),
        ("AWS_ACCESS_KEY_ID := {K}\nAWS_SECRET_ACCESS_KEY := {S}", "KS"),
        ("AWS_ACCESS_KEY_ID => {K},\nAWS_SECRET_ACCESS_KEY => {S},", "KS"),
        ("aws configure set aws_access_key_id {K}\naws configure set aws_secret_access_key {S}", "KS"),
        (
            "aws configure set aws_access_key_id {K} --profile work\naws configure set aws_secret_access_key {S} --profile work",
            "KS",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: aws\ntype: Opaque\ndata:\n  AWS_ACCESS_KEY_ID: {K64}\n  AWS_SECRET_ACCESS_KEY: {S64}\n  role_arn: \"{R64}\"",
            "KSR",
        ),
        ("{\"kind\":\"Secret\",\"data\":{\"access_key_id\":\"{K64}\",\"secret_access_key\":\"{S64}\"}}", "KS"),
        ("AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-{K}}\nAWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-{S}}", "KS"),
        (
            "[{\"OutputKey\":\"AccessKeyId\",\"OutputValue\":\"{K}\",\"Description\":\"x\"},{\"OutputKey\":\"SecretAccessKey\",\"OutputValue\":\"{S}\"}]",
            "KS",
        ),
        (
            "{\"Stacks\":[{\"StackName\":\"x\",\"Outputs\":[{\"OutputKey\":\"AccessKey\",\"OutputValue\":\"{K}\"},{\"OutputKey\":\"SecretKey\",\"OutputValue\":\"{S}\"}]}]}",
            "KS",
        ),
        // lists, mark-up, tables
        ("- Access Key ID: {K}\n- Secret Access Key: {S}\n- MFA: {M}", "KSM"),
        ("* Access key: `{K}`\n* Secret: `{S}`", "KS"),
        ("**Access key ID**: {K}\n**Secret access key**: {S}", "KS"),
        ("**Access key ID:** `{K}`\n**Secret access key:** `{S}`", "KS"),
        ("1. Access Key ID: {K}\n2. Secret Access Key: {S}", "KS"),
        ("> access_key_id: {K}\n> secret_access_key: {S}", "KS"),
        ("```\nAWS_ACCESS_KEY_ID={K}\nAWS_SECRET_ACCESS_KEY={S}\n```", "KS"),
        ("| Access key ID | {K} |\n| Secret access key | {S} |", "KS"),
        ("| Name | Value |\n|---|---|\n| Access key ID | {K} |\n| Secret access key | {S} |\n| MFA | {M} |", "KSM"),
        ("| Access key ID | Secret access key |\n|---|---|\n| {K} | {S} |", "KS"),
        ("Access Key ID\t{K}\nSecret Access Key\t{S}", "KS"),
        ("Access Key ID    {K}\nSecret Access Key    {S}", "KS"),
        ("access_key_id {K}\nsecret_access_key {S}", "KS"),
        ("Access Key ID:\u{a0}{K}\nSecret Access Key:\u{a0}{S}\nMFA ARN:\u{a0}{M}", "KSM"),
        ("Access\u{a0}Key\u{a0}ID: {K}\nSecret\u{a0}Access\u{a0}Key: {S}", "KS"),
        ("Access Key ID：{K}\nSecret Access Key：{S}\nrole：{R}", "KSR"),
        ("Access Key ID = “{K}”\nSecret Access Key = ‘{S}’", "KS"),
        ("\u{feff}access_key_id: {K}\r\nsecret_access_key: {S}\r\n", "KS"),
        ("access_key_id: {K}\rsecret_access_key: {S}\r", "KS"),
        ("access_key_id: \u{200b}{K}\u{200b}\nsecret_access_key: {S}", "KS"),
        ("  access_key_id: {K}\n  secret_access_key: {S}\n  mfa_serial: {M}", "KSM"),
        ("\taccess_key_id: {K}\n\tsecret_access_key: {S}", "KS"),
        ("Access Key ID:\n{K}\nSecret Access Key:\n{S}", "KS"),
        ("Access Key ID\n{K}\n\nSecret Access Key\n{S}\n\nMFA Serial\n{M}", "KSM"),
        ("Access Key ID:\n  {K}\nSecret Access Key:\n  {S}\nRole:\n  {R}", "KSR"),
        ("Access key ID -> {K}\nSecret access key -> {S}", "KS"),
        ("Access key ID → {K}\nSecret access key → {S}", "KS"),
        // the AWS CLI
        (
            "AWS Access Key ID [None]: {K}\nAWS Secret Access Key [None]: {S}\nDefault region name [None]: eu-west-1\nDefault output format [None]: json",
            "KS",
        ),
        (
            "$ aws configure\nAWS Access Key ID [****************ABCD]: {K}\nAWS Secret Access Key [****************abcd]: {S}\nDefault region name [eu-west-1]:",
            "KS",
        ),
        ("{\"Version\":1,\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"}", "KS"),
        (
            "{\n  \"AccessKey\": {\n    \"UserName\": \"alice\",\n    \"AccessKeyId\": \"{K}\",\n    \"Status\": \"Active\",\n    \"SecretAccessKey\": \"{S}\",\n    \"CreateDate\": \"2024-01-01T00:00:00+00:00\"\n  }\n}",
            "KS",
        ),
        (
            "$ aws iam create-access-key\n{\n  \"AccessKey\": {\n    \"AccessKeyId\": \"{K}\",\n    \"SecretAccessKey\": \"{S}\"\n  }\n}\nmfa: {M}",
            "KSM",
        ),
        ("ACCESSKEY\t{K}\t2024-01-01T00:00:00+00:00\t{S}\tActive\talice", "KS"),
        (
            "AccessKey:\n  AccessKeyId: {K}\n  CreateDate: '2024-01-01T00:00:00+00:00'\n  SecretAccessKey: {S}\n  Status: Active\n  UserName: alice",
            "KS",
        ),
        (
            "-----------------\n|CreateAccessKey|\n+---------------+\n||  AccessKey  ||\n||  AccessKeyId     |  {K}  ||\n||  SecretAccessKey |  {S}  ||\n||  Status  | Active ||",
            "KS",
        ),
        // files
        ("[default]\naws_access_key_id = {K}\naws_secret_access_key = {S}", "KS"),
        ("[default]\naws_access_key_id={K}\naws_secret_access_key={S}\nregion=eu-west-1\nmfa_serial={M}", "KSM"),
        ("[Credentials]\naws_access_key_id = {K}\naws_secret_access_key = {S}\n[Boto]\ndebug = 0", "KS"),
        ("[default]\naccess_key = {K}\nsecret_key = {S}\nuse_https = True", "KS"),
        ("[s3]\ntype = s3\nprovider = AWS\naccess_key_id = {K}\nsecret_access_key = {S}\nregion = eu-west-1", "KS"),
        ("provider \"aws\" {\n  region     = \"eu-west-1\"\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n}", "KS"),
        ("aws:\n  access_key_id: {K}\n  secret_access_key: {S}\nmfa_serial: {M}", "KSM"),
        ("aws:\n  access_key_id: {K}\n  secret_access_key: {S}\nmfa:\n  serial: {M}\n  otp: {O}", "KSMO"),
        ("default:\n  aws_access_key_id: '{K}'\n  aws_secret_access_key: \"{S}\"\nregion: x", "KS"),
        ("- name: work\n  access_key_id: {K}\n  secret_access_key: {S}\n  role_arn: {R}", "KSR"),
        ("{access_key_id: {K}, secret_access_key: {S}}", "KS"),
        ("AWSAccessKeyId={K}\nAWSSecretKey={S}", "KS"),
        ("{K}:{S}", "KS"),
        ("machine s3.amazonaws.com login {K} password {S}", "KS"),
        (
            "<key>aws_access_key_id</key><string>{K}</string>\n<key>aws_secret_access_key</key><string>{S}</string>",
            "KS",
        ),
        ("<accessKeyId>{K}</accessKeyId>\n<secretAccessKey>{S}</secretAccessKey>", "KS"),
        ("{'AccessKeyId': '{K}', 'SecretAccessKey': '{S}'}", "KS"),
        ("aws_access_key_id = {K} # of alice\naws_secret_access_key = {S} ; mine", "KS"),
        ("spring.cloud.aws.credentials.access-key={K}\nspring.cloud.aws.credentials.secret-key={S}", "KS"),
        // JSON, nested and escaped
        ("{\"aws\":{\"access_key_id\":\"{K}\",\"secret_access_key\":\"{S}\"},\"mfa\":{\"serial\":\"{M}\"}}", "KSM"),
        ("{\"default\":{\"accessKeyId\":\"{K}\",\"secretAccessKey\":\"{S}\"}}", "KS"),
        ("[{\"name\":\"work\",\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"RoleArn\":\"{R}\"}]", "KSR"),
        ("{\\\"AccessKeyId\\\":\\\"{K}\\\",\\\"SecretAccessKey\\\":\\\"{S}\\\"}", "KS"),
        ("\"{\\\"AccessKeyId\\\":\\\"{K}\\\",\\\"SecretAccessKey\\\":\\\"{S}\\\"}\"", "KS"),
        ("{\"SecretString\":\"{\\\"AccessKeyId\\\":\\\"{K}\\\",\\\"SecretAccessKey\\\":\\\"{S}\\\"}\"}", "KS"),
        (
            "{\"fields\":[{\"label\":\"access key id\",\"value\":\"{K}\"},{\"label\":\"secret access key\",\"value\":\"{S}\"}]}",
            "KS",
        ),
        ("{\"AccessKeyId\":\"{K}\",\n\"SecretAccessKey\":\"{S}\",\n}", "KS"),
        ("{\"notes\":\"aws_access_key_id = {K}\\naws_secret_access_key = {S}\"}", "KS"),
        // CSV of the console
        ("Access key ID,Secret access key\n{K},{S}", "KS"),
        ("\u{feff}Access key ID,Secret access key\r\n{K},{S}\r\n", "KS"),
        (
            "User name,Password,Access key ID,Secret access key,Console login link\nalice,,{K},{S},https://111122223333.signin.aws.amazon.com/console",
            "KS",
        ),
        ("User Name,Access Key Id,Secret Access Key\n\"alice\",\"{K}\",\"{S}\"", "KS"),
        ("Access key ID;Secret access key\n{K};{S}", "KS"),
        ("Access key ID\tSecret access key\n{K}\t{S}", "KS"),
        ("Access key ID,{K}\nSecret access key,{S}", "KS"),
        ("from the console:\nAccess key ID,Secret access key\n{K},{S}\n\nmfa: {M}", "KSM"),
        // bare values
        ("{K}\n{S}", "KS"),
        ("{S}\n{K}", "KS"),
        ("{S}\n{K}\n{M}\n{R}\n{O}", "KSMRO"),
        ("{M}\n{K}\n{S}\n{R}", "KSMR"),
        ("{K} {S}", "KS"),
        ("{K} / {S}", "KS"),
        ("{K},{S}", "KS"),
        ("AWS work\n{K}\n{S}", "KS"),
        ("\"{K}\"\n\"{S}\"", "KS"),
        ("{S}\nlogin: {K}", "KS"),
        ("{S}\nuser: {K}\nurl: https://console.aws.amazon.com/", "KS"),
        ("{S}\nid: {K}", "KS"),
        ("{S}\nkey: {K}", "KS"),
        ("{S}\nusername: {K}\nmfa: {M}\nrole: {R}", "KSMR"),
        ("{K}\npassword: {S}", "KS"),
        ("user: {K}\npass: {S}", "KS"),
        ("🔑 Access Key: {K}\n🔒\u{fe0f} Secret: {S}\n📱MFA: {M}", "KSM"),
        ("key: {K}\nsecret: {S}", "KS"),
        ("id: {K}\nkey: {S}", "KS"),
        ("access-id: {K}\naccess-secret: {S}", "KS"),
        ("access_id: {K}\naccess_token: {S}", "KS"),
        ("console-password\nAccess Key: {K}\nSecret: {S}", "KS"),
        ("Hunter2!Hunter2!\nlogin: alice\nAccess key: {K}\nSecret key: {S}\nMFA device: {M}", "KSM"),
        ("The access key is {K} and the secret is {S}.", "KS"),
        // names with a word more
        ("PROD_AWS_ACCESS_KEY_ID={K}\nPROD_AWS_SECRET_ACCESS_KEY={S}\nPROD_ROLE_ARN={R}", "KSR"),
        ("Access key ID (work): {K}\nSecret access key (work): {S}", "KS"),
        ("alice access key: {K}\nsecret access key: {S}", "KS"),
        ("aws_access_key_id_dev = {K}\naws_secret_access_key_dev = {S}", "KS"),
        ("Production:\nAccess key ID: {K}\nSecret access key: {S}\nMFA: {M}", "KSM"),
        // other tools' own
        (
            "{\"Key\":\"work\",\"Data\":\"{BASE64}\",\"Label\":\"aws-vault (work)\",\"Description\":\"\",\"KeychainNotTrustApplication\":false,\"KeychainNotSynchronizable\":false}",
            "KS",
        ),
        ("{INNER}", "KS"),
        // one-time passwords
        ("{K}\n{S}\notp: {O}", "KSO"),
        ("{K}\n{S}\ntotp: {SEED}", "KSO"),
        ("{K}\n{S}\nmfa secret: {SEED}", "KSO"),
        ("{K}\n{S}\ntotp_secret = \"{SEED}\"", "KSO"),
        ("{K}\n{S}\n2FA: {O}", "KSO"),
        ("{K}\n{S}\nsome text {O} and more", "KSO"),
        // those of other services are none of AWS's
        ("{K}\n{S}\notpauth://totp/GitHub:alice?secret={SEED}&issuer=GitHub", "KS"),
        ("{K}\n{S}\notpauth://totp/Google:alice%40x.com?secret={SEED}&issuer=Google\n{O}", "KSO"),
        ("{K}\n{S}\notp: otpauth://totp/Steam:alice?secret={SEED}&issuer=Steam", "KS"),
        ("{K}\n{S}\nokta 2fa: {SEED}", "KS"),
        ("{K}\n{S}\nokta 2fa: {SEED}\n2fa: {O}", "KSO"),
        ("{K}\n{S}\ngithub: otpauth://totp/alice?secret={SEED}", "KS"),
        ("{K}\n{S}\ngithub:\n  otp: otpauth://totp/alice?secret={SEED}", "KS"),
        ("{K}\n{S}\notpauth://totp/work:alice?secret={SEED}&issuer=work", "KS?"),
        // of several, the one that says that it is AWS's
        ("{K}\n{S}\notp: otpauth://totp/work:alice?secret={SEED}\nmine: {O}", "KSO"),
        // of several, the one of the device's account, and of the user beside root's
        (
            "{K}\n{S}\nmfa: {M}\nroot: otpauth://totp/AWS:root-account-mfa-device@111122223333?secret={SEED}\nmine: {O}",
            "KSMO",
        ),
        ("{K}\n{S}\nmfa: {M}\nother: otpauth://totp/AWS:bob@444455556666?secret={SEED}&issuer=AWS\nmine: {O}", "KSMO"),
        // an old one beside the one in use
        ("# {K2}\n{K}\n{S}", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\n#access_key_id: {K2}\n# secret_access_key: {S2}", "KS"),
        ("; aws_access_key_id = {K2}\naws_access_key_id = {K}\naws_secret_access_key = {S}", "KS"),
        ("// {K2}\naccess_key_id: {K}\nsecret_access_key: {S}", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nold access key id: {K2}\nold secret access key: {S2}", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nreplaces {K2}", "KS"),
        ("access_key_id: {K} (was {K2})\nsecret_access_key: {S}", "KS"),
        // roles and devices are not taken from prose
        ("access_key_id: {K}\nsecret_access_key: {S}\nask bob about {R}", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: on my phone\notp: yubikey", "KS?"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: none", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: admin", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: GAHT12345678", "KS?"),
        // those of machines are no person's
        ("access_key_id: {K}\nsecret_access_key: {S}\nlambda role: {R}", "KS"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nexecutionRoleArn: {R2}\nrole: {R}", "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nEKS cluster role arn: {R}", "KS"),
        ("{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"taskRoleArn\":\"{R}\"}", "KS"),
        // an ARN that is none of a device's or a role's is told
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: arn:aws:iam:111122223333:role/dev", "KS?"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: arn:aws:sts::111122223333:assumed-role/dev/me", "KS?"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: arn:aws:iam:111122223333:mfa/alice", "KS?"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: arn:aws:iam::111122223333:u2f/user/alice/x", "KS?"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: see arn:aws:iam::111122223333:user/alice", "KS"),
        // roles by their names
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  dev: {R}", "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  dev: {R}\n  lambda: {R2}", "KSR"),
        ("{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"roles\":{\"dev\":\"{R}\"}}", "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  dev:\n    arn: {R}", "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  - name: dev\n    arn: {R}", "KSR"),
        ("[default]\naws_access_key_id={K}\naws_secret_access_key={S}\n[roles]\ndev = {R}", "KSR"),
        ("{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"roles\":{\"dev\":{\"arn\":\"{R}\"}}}", "KSR"),
        ("{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"roles\":[{\"name\":\"dev\",\"arn\":\"{R}\"}]}", "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\npolicies:\n  trusts: {R}", "KS"),
        (
            "provider \"aws\" {\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n  assume_role {\n    role_arn = \"{R}\"\n  }\n}",
            "KSR",
        ),
        // further kinds
        ("export AWS_ACCESS_KEY_ID={K} && export AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("set -Ux AWS_ACCESS_KEY_ID {K}\nset -Ux AWS_SECRET_ACCESS_KEY {S}", "KS"),
        ("*Access Key ID*: {K}\n__Secret Access Key__: {S}", "KS"),
        ("- [ ] access key: {K}\n- [x] secret key: {S}", "KS"),
        ("<b>Access key</b>: {K}<br>\n<b>Secret key</b>: {S}<br>", "KS"),
        ("Access Key ID : {K}\nSecret Access Key   :   {S}", "KS"),
        ("Access Key ID is {K}\nSecret Access Key is {S}", "KS"),
        ("Secret Access Key:\n\n  {S}\nAccess Key ID:\n\n  {K}", "KS"),
        ("Access Key ID:\n`{K}`\nSecret Access Key:\n`{S}`", "KS"),
        (
            "[default]\naccess_key = {K}\naccess_token = \nadd_headers = \nsecret_key = {S}\nsend_chunk = 65536\nwebsite_index = index.html",
            "KS",
        ),
        (
            "Enter Access Key ID: {K}\nEnter Secret Access Key: {S}\nAdded credentials to profile \"work\" in vault",
            "KS",
        ),
        ("environment:\n  - AWS_ACCESS_KEY_ID={K}\n  - AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("with:\n  aws-access-key-id: {K}\n  aws-secret-access-key: {S}\n  role-to-assume: {R}", "KSR"),
        ("aws_access_key: {K}\naws_secret_key: {S}", "KS"),
        ("aws.accessKeyId={K}\naws.secretKey={S}", "KS"),
        ("accessKey={K}\nsecretKey={S}", "KS"),
        ("'key'    => '{K}',\n'secret' => '{S}',", "KS"),
        ("boto3.client('s3', aws_access_key_id=\"{K}\", aws_secret_access_key=\"{S}\")", "KS"),
        ("<add key=\"AWSAccessKey\" value=\"{K}\"/>\n<add key=\"AWSSecretKey\" value=\"{S}\"/>", "KS"),
        ("Set-AWSCredential -AccessKey {K} -SecretKey {S} -StoreAs work", "KS"),
        ("mc alias set s3 https://s3.amazonaws.com {K} {S}", "KS"),
        ("s3cmd --access_key={K} --secret_key={S} ls", "KS"),
        ("aws_access_key_id={K};aws_secret_access_key={S}", "KS"),
        ("s3://{K}:{S}@bucket/path", "KS"),
        // Airflow's connection.
        ("aws://{K}:{S%}@/?region_name=eu-west-1", "KS"),
        ("AIRFLOW_CONN_AWS_DEFAULT='aws://{K}:{S%}@'", "KS"),
        ("Access key: {K}\nSecret access key: {S<}\n{>S}\nMFA: {M}", "KSM"),
        ("{K}\n  {S<}\n  {>S}", "KS"),
        ("AK: {K}\nSK: {S}", "KS"),
        ("Zugriffsschlüssel-ID: {K}\nGeheimer Zugriffsschlüssel: {S}", "KS"),
        ("AWS production (alice)\n\n{K}\n{S}\n\nConsole: https://111122223333.signin.aws.amazon.com/console", "KS"),
        ("{K}\n{S}\nserial: GAHT12345678", "KS?"),
        ("{K}\n{S}\nGoogle Authenticator: {SEED}", "KSO"),
        ("{K}\n{S}\nMFA Device ARN: {M}\nMFA Secret Key: {SEED}", "KSMO"),
        (
            "{\"aws_access_key_id\":\"{K}\",\"aws_secret_access_key\":\"{S}\",\"mfa\":{\"arn\":\"{M}\",\"otpauth\":\"{O}\"}}",
            "KSMO",
        ),
        ("{\"accounts\":[{\"name\":\"work\",\"access_key_id\":\"{K}\",\"secret_access_key\":\"{S}\"}]}", "KS"),
        ("[\"{K}\", \"{S}\"]", "KS"),
        ("{\"Credentials\":{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"}}", "KS"),
        ("access_key:\n  id: {K}\n  secret: {S}", "KS"),
        ("aws:\n  access_key:\n    id: {K}\n    secret: {S}\n  mfa: {M}", "KSM"),
        ("Access Key ID\n\t{K}\nSecret Access Key\n\t{S}", "KS"),
        ("{O}\n{S}\n{K}", "KSO"),
        ("aws_access_key_id = {K}\\\naws_secret_access_key = {S}", "KS"),
        ("|Access key ID|{K}|\n|Secret access key|{S}|", "KS"),
        ("║ Access key ID ║ {K} ║\n║ Secret access key ║ {S} ║", "KS"),
        ("• Access key: {K}\n• Secret key: {S}", "KS"),
        ("Access key ID … {K}\nSecret access key … {S}", "KS"),
        ("ACCESS KEY ID.....{K}\nSECRET.......{S}", "KS"),
        ("(access key) {K}\n(secret key) {S}", "KS"),
        // by custom, line 1
        ("not+a+real+secret+but+forty+characters++\naccess_key_id: {K}", "K?"),
        ("a-console-password\naccess_key_id: {K}\nsecret_access_key: {S}", "KS"),
        // line 1 has a name of its own
        ("secret_key: not+a+real+secret+but+forty+characters++\naccess_key_id: {K}\npassword: {S2}", "K?"),
        ("Secret Access Key\nnot+a+real+secret+but+forty+characters++\naccess_key_id: {K}\npassword: {S2}", "K?"),
        ("password: not+a+real+secret+but+forty+characters++\naccess_key_id: {K}", "K"),
        ("secret\n{S}\n{S2}\naccess_key_id: {K}", "KS"),
        // the name nearest to a value, in a line that is too long for one
        (
            "access_key_id: {K}\nthis is a line of many more than twelve words and it says nothing that is of use; password: {S}\nnote {S2}",
            "KS",
        ),
        // another's value under a name is itself all the same
        ("access_key_id: {M}\nsecret_access_key: {S}", "MSM"),
        // a name is of the line below it, unless that has its own
        ("access_key_id: {K}\nSecret Access Key:\n{S}\n{S2}", "KS"),
        ("access_key_id: {K}\npassword: {S}\nSecret Access Key\nnote {S2}", "KS"),
        ("not+a+real+secret+but+forty+characters++\naccess_key_id: {K}\nlogin: {K2}\nsecret_access_key: {S}", "KS"),
        // a value that is yet to be filled in, or was taken out, is told, and nothing else is taken for it
        ("Access key ID: {K}\nSecret access key: <redacted>\ngithub deploy: {S2}", "K?"),
        ("Access key ID: {K}\nSecret access key: TODO\n{S2}", "K?"),
        ("access_key_id: {K}\nsecret_access_key: none\npassword: {S2}", "K?"),
        ("{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"tbd\",\"token\":\"{S2}\"}", "K?"),
        ("not+a+real+secret+but+forty+characters++\naccess_key_id: {K}\nsecret_access_key: TODO", "K?"),
        ("access_key_id: {K}\nsecret_access_key: \npassword: {S}", "KS"),
        ("a-password\nuser: {K}\npassword: {S}", "KS"),
        // other services' secrets are none of AWS's, and are those of an id beside which they stand
        ("AWS_ACCESS_KEY_ID={K}\nSTRIPE_SECRET_KEY={S2}", "K"),
        ("AWS_ACCESS_KEY_ID={K}\nCLOUDFLARE_API_TOKEN={S2}", "K"),
        ("access key: {K}\nMINIO_SECRET_KEY={S2}", "K"),
        ("Access key ID: {K}\nconsole password: {S2}", "K"),
        ("Access key ID: {K}\nCodeCommit password: {S2}", "K"),
        ("Access key ID: {K}\nSMTP password: {S2}", "K"),
        ("Access key ID: {K}\ngithub deploy: {S2}", "K"),
        ("Access key ID: {K}\ngithub:\n  token: {S2}", "K"),
        ("{\"AccessKeyId\":\"{K}\",\"githubToken\":\"{S2}\"}", "K"),
        ("MINIO_ACCESS_KEY={K}\nMINIO_SECRET_KEY={S}", "KS"),
        ("SMTP user: {K}\nSMTP password: {S}", "KS"),
        ("github:\n  access_key_id: {K}\n  secret_access_key: {S}", "KS"),
        ("jenkins access key id: {K}\nsecret access key: {S}", "KS"),
        ("GITHUB_AWS_ACCESS_KEY_ID={K}\nGITHUB_AWS_SECRET_ACCESS_KEY={S}", "KS"),
        ("mfa: {M}\nSTRIPE_SECRET_KEY={S2}\n[a]\naws_access_key_id={K}\naws_secret_access_key={S}", "KSM"),
        // an address in line 1 is no secret
        ("signin-111122223333.aws.amazon.com\naccess_key_id: {K}", "K"),
        ("https://111122223333.signin.aws.amazon.com/console\naccess_key_id: {K}", "K"),
        ("alice.smith@example-company.com\naccess_key_id: {K}", "K"),
        ("arn:aws:iam::111122223333:user/alice\naccess_key_id: {K}", "K"),
        // what cannot be it is handed on, so that it can be told
        ("access_key_id: {K}\nsecret_access_key: changeme", "K?"),
    ];
    let mut failed = 0;
    for (layout, expected) in rows {
        let found = result(layout, None);
        if found != *expected {
            failed += 1;
            println!("{layout}\n  gives {found}, not {expected}\n");
        }
    }
    assert_eq!(failed, 0, "of {}", rows.len());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row a layout")]
fn sets_never_mix() {
    // what is given, the section, what is found
    let rows: &[(&str, Option<&str>, &str)] = &[
        (
            "[default]\naws_access_key_id={K}\naws_secret_access_key={S}\n[profile prod-admin]\nrole_arn={R2}\nsource_profile=default",
            None,
            "KS",
        ),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K2}\naws_secret_access_key={S2}\nmfa_serial={M2}",
            None,
            "several: a, b",
        ),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K2}\naws_secret_access_key={S2}\nmfa_serial={M2}",
            Some("a"),
            "KS",
        ),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K2}\naws_secret_access_key={S2}\nmfa_serial={M2}",
            Some("B"),
            "ksm",
        ),
        ("[a]\naws_access_key_id={K}\n[b]\naws_secret_access_key={S2}", None, "K"),
        ("mfa_serial={M}\n[a]\naws_access_key_id={K}\naws_secret_access_key={S}", None, "KSM"),
        ("[a]\naws_access_key_id={K}\naws_secret_access_key={S}", Some("c"), "no section: a"),
        (
            "[{\"name\":\"a\",\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"},{\"name\":\"b\",\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\"}]",
            None,
            "several: a, b",
        ),
        (
            "[{\"name\":\"a\",\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"},{\"name\":\"b\",\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\"}]",
            Some("b"),
            "ks",
        ),
        (
            "{\"dev\":{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"},\"prod\":{\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\",\"RoleArn\":\"{R2}\"}}",
            Some("dev"),
            "KS",
        ),
        ("User name,Access key ID,Secret access key\nalice,{K},{S}\nbob,{K2},{S2}", None, "several: alice, bob"),
        ("User name,Access key ID,Secret access key\nalice,{K},{S}\nbob,{K2},{S2}", Some("bob"), "ks"),
        ("Access key ID,Secret access key\n{K},{S}\n{K2},{S2}", None, "several: row 1, row 2"),
        (
            "dev:\n  access_key_id: {K}\n  secret_access_key: {S}\nprod:\n  access_key_id: {K2}\n  secret_access_key: {S2}\n  role: {R2}",
            None,
            "several: dev, prod",
        ),
        (
            "dev:\n  access_key_id: {K}\n  secret_access_key: {S}\nprod:\n  access_key_id: {K2}\n  secret_access_key: {S2}\n  role: {R2}",
            Some("dev"),
            "KS",
        ),
        (
            "- name: a\n  access_key_id: {K}\n  secret_access_key: {S}\n- name: b\n  access_key_id: {K2}\n  secret_access_key: {S2}",
            Some("b"),
            "ks",
        ),
        (
            "Production:\nAccess key ID: {K}\nSecret access key: {S}\n\nStaging:\nAccess key ID: {K2}\nSecret access key: {S2}\nrole: {R2}",
            Some("production"),
            "KS",
        ),
        (
            "DEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S}\nPROD_AWS_ACCESS_KEY_ID={K2}\nPROD_AWS_SECRET_ACCESS_KEY={S2}\nPROD_ROLE_ARN={R2}",
            None,
            "several: dev, prod",
        ),
        (
            "DEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S}\nPROD_AWS_ACCESS_KEY_ID={K2}\nPROD_AWS_SECRET_ACCESS_KEY={S2}\nPROD_ROLE_ARN={R2}",
            Some("dev"),
            "KS",
        ),
        ("PROD_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S2}", None, "K"),
        (
            "AWS_ACCESS_KEY_ID={K}\nAWS_SECRET_ACCESS_KEY={S}\nPROD_AWS_ACCESS_KEY_ID={K2}\nPROD_AWS_SECRET_ACCESS_KEY={S2}",
            None,
            "several: , prod",
        ),
        ("{K}\n{S}\n\n{K2}\n{S2}", None, "several access_key_id"),
        ("work {K} {S}\nhome {K2} {S2}", None, "several access_key_id"),
        ("{S}\naccess_key_id: {K}\nlogin: {K2}\nsecret_access_key: {S2}", None, "several access_key_id"),
        (
            "access_key_id: {K}\nsecret_access_key: {S}\naccess_key_id: {K2}\nsecret_access_key: {S2}",
            None,
            "several access_key_id",
        ),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole_arn: {R}\nrole_arn: {R2}", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\n{M}\n{M2}", None, "several mfa_serial"),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K}\naws_secret_access_key={S}",
            None,
            "KS",
        ),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K}\naws_secret_access_key={S}\nrole_arn={R2}",
            None,
            "several: a, b",
        ),
        (
            "[a]\naws_access_key_id={K}\naws_secret_access_key={S}\n[b]\naws_access_key_id={K}\naws_secret_access_key={S}\nrole_arn={R2}\n[c]\naws_access_key_id={K}\naws_secret_access_key={S}\nrole_arn={R}",
            None,
            "several: a, b, c",
        ),
        ("access_key_id: {K}\n[a]\naws_secret_access_key={S2}", None, "K"),
        // a heading has names below it, and nothing beside it
        ("hello:\nsome words\naccess_key_id: {K}\nsecret_access_key: {S}", Some("hello"), "no section: "),
        ("note\nhello: you {\naccess_key_id: {K}\nsecret_access_key: {S}", Some("hello"), "no section: "),
        // it ends with what is below it
        (
            "dev:\n  access_key_id: {K}\n  secret_access_key: {S}\nprod:\n  access_key_id: {K2}\n  secret_access_key: {S2}\nmfa_serial: {M}",
            Some("dev"),
            "KSM",
        ),
        (
            "dev:\n  - name: a\n    access_key_id: {K}\n    secret_access_key: {S}\nprod:\n  - name: a\n    access_key_id: {K2}\n    secret_access_key: {S2}",
            None,
            "several: a",
        ),
        // a half that is no longer in use makes the key one that is not
        (
            "[a]\nold_access_key_id={K}\nsecret_access_key={S}\n[b]\naccess_key_id={K2}\nsecret_access_key={S2}",
            None,
            "ks",
        ),
        (
            "[a]\naccess_key_id={K}\nold_secret_access_key={S}\n[b]\naccess_key_id={K2}\nsecret_access_key={S2}",
            None,
            "ks",
        ),
        // what stands outside any set is for each of them
        (
            "mfa_serial={M}\n[a]\naccess_key_id={K}\nsecret_access_key={S}\n[b]\naccess_key_id={K2}\nsecret_access_key={S2}",
            Some("a"),
            "KSM",
        ),
        ("PROD_AWS_ACCESS_KEY_ID={K}\nPROD_AWS_SECRET_ACCESS_KEY={S}\nmfa_serial={M}", None, "KSM"),
        (
            "not+a+real+secret+but+forty+characters++\nmfa_serial={M}\n[a]\naccess_key_id={K}\nsecret_access_key={S}",
            None,
            "KSM",
        ),
        (
            "[prod account]\naccess_key_id={K}\nsecret_access_key={S}\n[b]\naccess_key_id={K2}\nsecret_access_key={S2}",
            Some("prod-account"),
            "KS",
        ),
        // a key of which the secret is broken is not another's
        (
            "[default]\naws_access_key_id={K}\naws_secret_access_key=TODO\n[prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            None,
            "several: default, prod",
        ),
        (
            "[default]\naws_access_key_id={K}\naws_secret_access_key=\n[prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            None,
            "several: default, prod",
        ),
        (
            "[default]\naws_access_key_id={K}\naws_secret_access_key=<ask bob>\n[prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            Some("prod"),
            "ks",
        ),
        (
            "[default]\naws_access_key_id={K}\n[prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            Some("default"),
            "K",
        ),
        (
            "dev:\n  access_key_id: {K}\n  secret_access_key: ***\nprod:\n  access_key_id: {K2}\n  secret_access_key: {S2}",
            None,
            "several: dev, prod",
        ),
        (
            "{\"dev\":{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":null},\"prod\":{\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\"}}",
            None,
            "several: dev, prod",
        ),
        ("User name,Access key ID,Secret access key\nalice,{K},\nbob,{K2},{S2}", None, "several: alice, bob"),
        (
            "| Name | Access key ID | Secret access key |\n|---|---|---|\n| dev | {K} | TODO |\n| prod | {K2} | {S2} |",
            None,
            "several: dev, prod",
        ),
        (
            "DEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY=null\nPROD_AWS_ACCESS_KEY_ID={K2}\nPROD_AWS_SECRET_ACCESS_KEY={S2}",
            None,
            "several: dev, prod",
        ),
        ("access_key_id: {K}\n[prod]\naccess_key_id={K2}\nsecret_access_key={S2}", None, "several: , prod"),
        // the same key's id once more, an id without a name, and one that is old, are no other key
        ("access_key_id: {K}\n[prod]\naccess_key_id={K}\nsecret_access_key={S}", None, "KS"),
        ("see {K2}\n[prod]\naccess_key_id={K}\nsecret_access_key={S}", None, "KS"),
        ("[a]\nold_access_key_id={K2}\n[prod]\naccess_key_id={K}\nsecret_access_key={S}", None, "KS"),
        // what stands under another name is another's
        (
            "prod:\n  role_arn: {R2}\n  mfa_serial: {M2}\ndev:\n  access_key_id: {K}\n  secret_access_key: {S}",
            None,
            "mfa_serial beside dev",
        ),
        (
            "prod:\n  role_arn: {R2}\n  mfa_serial: {M2}\n  otp: {O}\ndev:\n  access_key_id: {K}\n  secret_access_key: {S}",
            Some("dev"),
            "KS",
        ),
        ("PROD_ROLE_ARN={R2}\nDEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S}", None, "role_arn beside dev"),
        (
            "PROD_ROLE_ARN={R2}\nPROD_MFA_SERIAL={M2}\nDEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S}\nDEV_MFA_SERIAL={M}",
            Some("dev"),
            "KSM",
        ),
        (
            "dev {\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n}\nprod {\n  role_arn = \"{R2}\"\n}",
            None,
            "role_arn beside dev",
        ),
        (
            "dev = {\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n}\nprod = {\n  role_arn = \"{R2}\"\n}",
            None,
            "role_arn beside dev",
        ),
        (
            "provider \"aws\" {\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n}\nprovider \"aws\" {\n  alias = \"prod\"\n  assume_role {\n    role_arn = \"{R2}\"\n  }\n}",
            None,
            "KS",
        ),
        (
            "provider \"aws\" {\n  alias = \"dev\"\n  access_key = \"{K}\"\n  secret_key = \"{S}\"\n}\nprovider \"aws\" {\n  alias = \"prod\"\n  access_key = \"{K2}\"\n  secret_key = \"{S2}\"\n  assume_role {\n    role_arn = \"{R2}\"\n  }\n}",
            Some("prod"),
            "ksr",
        ),
        (
            "[{\"name\":\"dev\",\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"}, {\"prod role arn\":\"{R2}\"}]",
            None,
            "KS",
        ),
        // what says nothing about whose it is, is of the key there
        ("DEV_AWS_ACCESS_KEY_ID={K}\nDEV_AWS_SECRET_ACCESS_KEY={S}\nmy phone mfa: {M}\ntarget role: {R}", None, "KSMR"),
        ("dev:\n  access_key_id: {K}\n  secret_access_key: {S}\nDEV_ROLE_ARN={R}", None, "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nprod:\n  role_arn: {R}", None, "KSR"),
        ("dev:\n  access_key_id: {K}\n  secret_access_key: {S}\n  phones:\n    mfa_serial: {M}", None, "KSM"),
        (
            "AWS production:\naccess key id: {K}\nsecret: {S}\n\nConsole login:\nurl: x\nuser: alice\n\nMFA device:\narn: {M}",
            None,
            "KSM",
        ),
        // a half of one environment is no half of what has none
        ("AWS_ACCESS_KEY_ID={K}\nSTAGING_AWS_SECRET_ACCESS_KEY={S2}", None, "K"),
        ("PROD_AWS_ACCESS_KEY_ID={K}\nAWS_SECRET_ACCESS_KEY={S2}", None, "K"),
        // roles by their names, of which one is to be chosen
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  dev: {R}\n  prod: {R2}", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  - {R}\n  - {R2}", None, "several role_arn"),
        (
            "access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  - name: dev\n    arn: {R}\n  - name: prod\n    arn: {R2}",
            None,
            "several role_arn",
        ),
        (
            "{\"roles\":[{\"name\":\"dev\",\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"},{\"name\":\"prod\",\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\"}]}",
            Some("dev"),
            "KS",
        ),
        (
            "{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"roles\":{\"dev\":\"{R}\",\"prod\":\"{R2}\"}}",
            None,
            "several role_arn",
        ),
        // a section of whatever name is one if the user names it
        (
            "[aws]\naws_access_key_id={K}\naws_secret_access_key={S}\n[aws-prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            Some("aws"),
            "KS",
        ),
        (
            "{\"keys\":{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"},\"prod\":{\"AccessKeyId\":\"{K2}\",\"SecretAccessKey\":\"{S2}\"}}",
            Some("keys"),
            "KS",
        ),
        (
            "account:\n  access_key_id: {K}\n  secret_access_key: {S}\nprod:\n  access_key_id: {K2}\n  secret_access_key: {S2}",
            Some("Account"),
            "KS",
        ),
        // what stands in a place that is called old comes last
        (
            "access_key_id: {K}\nsecret_access_key: {S}\nold:\n  access_key_id: {K2}\n  secret_access_key: {S2}\n  role: {R2}",
            None,
            "KS",
        ),
        ("access_key_id: {K}\nsecret_access_key: {S}\nold:\n  role: {R2}", None, "KS"),
        (
            "[default-old]\naccess_key_id={K2}\nsecret_access_key={S2}\nmfa_serial={M2}\n[default]\naccess_key_id={K}\nsecret_access_key={S}",
            None,
            "KS",
        ),
        ("[previous]\naccess_key_id={K2}\n[default]\naccess_key_id={K}\nsecret_access_key={S}", None, "KS"),
        (
            "[old]\naccess_key_id={K2}\nsecret_access_key={S2}\nmfa_serial={M2}\n[new]\naccess_key_id={K}\nsecret_access_key={S}",
            Some("old"),
            "ksm",
        ),
        ("[old]\naccess_key_id={K2}\nsecret_access_key={S2}\nmfa_serial={M2}", None, "ksm"),
        (
            "[backup]\naccess_key_id={K2}\nsecret_access_key={S2}\n[new]\naccess_key_id={K}\nsecret_access_key={S}",
            None,
            "several: backup, new",
        ),
        // names of several words, which tell accounts apart by one of them
        (
            "ACME_DEV_AWS_ACCESS_KEY_ID={K}\nACME_DEV_AWS_SECRET_ACCESS_KEY={S}\nACME_PROD_MFA_SERIAL={M2}\nACME_PROD_ROLE_ARN={R2}",
            None,
            "mfa_serial beside acme dev",
        ),
        ("client-a access key: {K}\nclient-a secret: {S}\nclient-b role arn: {R2}", None, "role_arn beside client a"),
        ("ACME_DEV_ACCESS_KEY_ID={K}\nACME_DEV_SECRET_KEY=TODO\nACME_PROD_SECRET_KEY={S2}", None, "K"),
        (
            "ACME_DEV_ACCESS_KEY_ID={K}\nACME_DEV_SECRET_KEY={S}\nACME_PROD_ACCESS_KEY_ID={K2}\nACME_PROD_SECRET_KEY={S2}\nACME_PROD_ROLE_ARN={R2}",
            Some("acme-prod"),
            "ksr",
        ),
        // and those that say something else
        (
            "Access key ID (created 2023): {K}\nSecret access key (created 2024): {S}\nrole of the team lead: {R}",
            None,
            "KSR",
        ),
        ("Access key ID (live site bucket): {K}\nSecret access key: {S}\nMFA on my old phone: {M}", None, "KS"),
        // what has a name of its own and no account's word is for all
        (
            "DEV_ACCESS_KEY_ID={K}\nDEV_SECRET_KEY={S}\nPROD_ACCESS_KEY_ID={K2}\nPROD_SECRET_KEY={S2}\nAWS_MFA_SERIAL={M}\nAWS_ROLE_ARN={R}",
            Some("dev"),
            "KSMR",
        ),
        (
            "DEV_ACCESS_KEY_ID={K}\nDEV_SECRET_KEY={S}\nPROD_ACCESS_KEY_ID={K2}\nPROD_SECRET_KEY={S2}\n{M}",
            Some("dev"),
            "KS",
        ),
        // several in one line
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: {R}, {R2}", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: {R} or {R2}", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles: [{R}, {R2}]", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nroles: { dev: {R}, prod: {R2} }", None, "several role_arn"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa: {M}, {M2}", None, "several mfa_serial"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole: {R} (trusted by {R2})", None, "KSR"),
        // headings that people draw
        ("## dev\nAccess key: {K}\nSecret: {S}\n\n## prod\nMFA: {M2}\nRole: {R2}", None, "mfa_serial beside dev"),
        ("**dev**\nAccess key: {K}\nSecret: {S}\n\n=== prod account ===\nRole: {R2}", None, "role_arn beside dev"),
        ("# dev\nkey id: {K}\nsecret: {S}\n# prod\nkey id: {K2}\nsecret: {S2}", Some("prod"), "ks"),
        ("# my keys of the office\nAccess key: {K}\nSecret: {S}\n# my phone\nMFA: {M}", None, "KSM"),
        // what is numbered for want of a name, and names of the same words
        ("a\n{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"}\nprod:\n  role: {R}", None, "KSR"),
        ("dev:\n  key id: {K}\n  secret: {S}\ndev MFA:\n  mfa_serial: {M}", None, "KSM"),
        // what a member of a list says is its own, unless the list is one of roles
        ("key id: {K}\nsecret: {S}\naccounts:\n  - name: dev\n    role_arn: {R}", None, "KS"),
        ("key id: {K}\nsecret: {S}\nroles:\n  - name: dev\n    arn: {R}", None, "KSR"),
        ("key id: {K}\nsecret: {S}\n[mfa]\nsecret = {SEED}\nserial = {M}", None, "KSMO"),
        // however deep a heading stands
        ("access_key_id: {K}\nsecret_access_key: {S}\nAcme:\n  prod:\n    role: {R}", None, "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nhere:\n{\"role_arn\":\"{R}\"}", None, "KSR"),
        ("access_key_id: {K}\nsecret_access_key: {S}\nmfa:\n  secret: {SEED}\n  id: {M}", None, "KSMO"),
        // the halves of what the user has named belong to it
        ("dev:\n  access_key_id: {K}\nsecret_access_key: {S}", Some("dev"), "KS"),
    ];
    let mut failed = 0;
    for (layout, section, expected) in rows {
        let found = result(layout, *section);
        if found != *expected {
            failed += 1;
            println!("{layout} {section:?}\n  gives {found}, not {expected}\n");
        }
    }
    assert_eq!(failed, 0, "of {}", rows.len());
}

/// How one account may be written, one line a value; the first two are the key.
const FORMS: &[[&str; 5]] = &[
    ["access_key_id: {K}", "secret_access_key: {S}", "mfa_serial: {M}", "role_arn: {R}", "otp: {O}"],
    ["export AWS_ACCESS_KEY_ID={K}", "export AWS_SECRET_ACCESS_KEY='{S}'", "MFA: {M}", "role: {R}", "{O}"],
    ["{K}", "{S}", "{M}", "{R}", "{O}"],
    ["user: {K}", "password: {S}", "mfa = {M}", "IAM role: {R}", "totp: {O}"],
    ["login: {K}", "{S}", "MFA ARN\t{M}", "{R}", "2fa: {O}"],
    ["| Access key ID | {K} |", "| Secret | `{S}` |", "| MFA device | {M} |", "| Role | {R} |", "| OTP | {O} |"],
    ["{N}_ACCESS_KEY_ID={K}", "{N}_SECRET_ACCESS_KEY={S}", "{N}_MFA_SERIAL={M}", "{N}_ROLE_ARN={R}", "{N}_OTP={O}"],
    [
        "ACME_{N}_ACCESS_KEY_ID={K}",
        "ACME_{N}_SECRET_ACCESS_KEY={S}",
        "ACME_{N}_MFA_SERIAL={M}",
        "ACME_{N}_ROLE_ARN={R}",
        "ACME_{N}_OTP={O}",
    ],
    ["client {N} key id: {K}", "client {N} secret: {S}", "client {N} MFA: {M}", "role of client {N}: {R}", "{O}"],
    ["Access key ID ({N}): {K}", "Secret access key ({N}): {S}", "MFA serial ({N}): {M}", "Role ({N}): {R}", "{O}"],
    [
        "\"AccessKeyId\": \"{K}\",",
        "\"SecretAccessKey\": \"{S}\",",
        "\"MfaSerial\": \"{M}\",",
        "\"RoleArn\": \"{R}\",",
        "\"otp\": \"{O}\",",
    ],
    ["AK: {K}", "SK: {S}", "device: {M}", "assume role: {R}", "authenticator: {O}"],
];

/// Two accounts, as their names and their values in the order of the forms.
const ACCOUNTS: [[&str; 6]; 2] =
    [["prod", K, S, M, R, O], ["dev", K2, S2, M2, R2, "otpauth://totp/aws:bob?secret=GEZDGNBVGY3TQOJQ&issuer=aws"]];

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// An account's lines: its key, and some of the rest, in any order.
fn lines(random: &mut Random, [name, values @ ..]: &[&str; 6]) -> Vec<String> {
    let form = FORMS[random.below(FORMS.len())];
    let mut lines = Vec::new();
    for (at, line) in form.iter().enumerate() {
        if at < 2 || random.below(2) == 0 {
            let pairs = [
                ("{N}", name),
                ("{K}", &values[0]),
                ("{S}", &values[1]),
                ("{M}", &values[2]),
                ("{R}", &values[3]),
                ("{O}", &values[4]),
            ];
            let line = pairs.iter().fold((*line).to_owned(), |line, (mark, value)| line.replace(mark, value));
            lines.insert(random.below(lines.len() + 1), line);
        }
    }
    lines
}

/// A key, and a serial that is known by its name only; what is found of them.
fn with_serial(rest: &str) -> String {
    result(&format!("access_key_id: {{K}}\nsecret_access_key: {{S}}\n{rest}"), None)
}

#[test]
fn a_value_without_a_shape_is_found_by_its_name_wherever_that_stands() {
    let serial = "GAHT12345678";
    let looked_at = |lines: usize| format!("{}{{\"mfa\": {{\"serial\": \"{serial}\"}}}}", "{x\n".repeat(lines));
    let rows = [
        // in JSON between other lines, of which some may look like it
        (format!("{}{{\"mfa\": {{\"serial\": \"{serial}\"}}}}\nmore", "more\n".repeat(10)), true),
        (looked_at(7), true),
        (looked_at(8), false),
        // below a heading
        (format!("mfa:\n  id: {serial}"), true),
        (format!("other:\n  id: {serial}"), false),
        // below a name, with a blank line between
        (format!("MFA Serial\n{serial}"), true),
        (format!("MFA Serial\n\n{serial}"), true),
        (format!("MFA Serial\n\n\n{serial}"), false),
        (format!("MFA Serial:\n{serial}"), true),
        (format!("my MFA serial:\n{serial}"), true),
        (format!("my MFA serial\n{serial}"), false),
        (format!("device:\n{serial}"), false),
        (format!("MFA serial\nregion: {serial}"), false),
        (format!(": {serial}"), false),
        // with whatever stands between
        (format!("mfa_serial {serial}"), true),
        (format!("mfa_serial\t{serial}"), true),
        (format!("mfa_serial = {serial}"), true),
        (format!("| mfa_serial | {serial} |"), true),
        (format!("MFA serial [None]: {serial}"), true),
        (format!("mfa_serial://{serial}"), false),
        (format!("the mfa_serial of {{K}} is\n{serial}"), false),
        // a comment
        (format!("# mfa_serial: {serial}"), false),
        (format!("; mfa_serial: {serial}"), false),
        (format!("// mfa_serial: {serial}"), false),
        (format!("REM mfa_serial: {serial}"), false),
        (format!("<!-- mfa_serial: {serial} -->"), false),
        (format!("/* mfa_serial: {serial} */"), false),
    ];
    for (rest, is_found) in rows {
        assert_eq!(with_serial(&rest), if is_found { "KS?" } else { "KS" }, "{rest}");
    }
    let escaped = r#"{\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\",\"mfa\":{\"serial\":\"GAHT12345678\"}}"#;
    assert_eq!(result(escaped, None), "KS?");
    let table = "Access key ID,Secret access key,MFA serial\n{K},{S},GAHT12345678\n";
    assert_eq!(result(table, None), "KS?");
    let numbered = "[1]\naccess_key_id={K}\nsecret_access_key={S}\n[2]\naccess_key_id={K2}\nsecret_access_key={S2}";
    assert_eq!(result(numbered, Some("2")), "ks");
}

#[test]
fn a_role_is_one_if_it_stands_alone_or_something_calls_it_so() {
    let rows = [
        ("{R}", "KSR"),
        ("- <{R}>", "KSR"),
        ("role of mine {R}", "KSR"),
        ("see {R} for more", "KS"),
        ("bob: {R}", "KS"),
    ];
    for (line, expected) in rows {
        assert_eq!(with_serial(line), expected, "{line}");
    }
}

#[test]
fn what_an_authenticator_keeps_beside_a_secret_is_read_from_a_text_too() {
    let found = read_with("{K}\n{S}\ntotp: {SEED}\nTOTP Settings: 30;6", None, &[]).unwrap();
    assert!(found[&Field::Otp].ends_with("&period=30&digits=6"), "{}", found[&Field::Otp]);
}

#[test]
fn a_line_of_prose_is_no_heading_of_a_table() {
    let names = "Access key ID,Secret access key,MFA serial,";
    let table = |length: usize| format!("{names}{}\n{{K}},{{S}},GAHT12345678,", "x".repeat(length - names.len()));
    assert_eq!(result(&table(400), None), "KS?");
    assert_eq!(result(&table(401), None), "KS");
    assert_eq!(result("Secret access key below, key ID: {K}\n{S}", None), "KS", "it has a value itself");
}

#[test]
fn a_section_is_known_however_it_is_written() {
    let both = |one: &str, other: &str| {
        format!(
            "{one}\naccess_key_id={{K}}\nsecret_access_key={{S}}\n{other}\naccess_key_id={{K2}}\nsecret_access_key={{S2}}"
        )
    };
    for [one, other] in [
        ["[work]", "[home]"],
        ["[[work]]", "[[home]]"],
        ["[profile work]", "[profile home]"],
        ["[work] # mine", "[ home ] ; mine"],
    ] {
        let text = both(one, other);
        assert_eq!(result(&text, Some("home")), "ks", "{text}");
        assert_eq!(result(&text, Some("nosuch")), "no section: work, home", "{text}");
    }
    let set = |profile: &str, id: &str, secret: &str| {
        format!(
            "aws configure set aws_access_key_id {id} --profile {profile}\naws configure set aws_secret_access_key {secret} --profile={profile}\n"
        )
    };
    let commands = format!("{}{}", set("work", "{K}", "{S}"), set("home", "{K2}", "{S2}"));
    assert_eq!(result(&commands, Some("home")), "ks");
    for name in ["name", "Profile", "account", "title", "label", "alias"] {
        let item = |value: &str, id: &str, secret: &str| {
            format!("- {name}: {value}\n  access_key_id: {id}\n  secret_access_key: {secret}\n")
        };
        let list = format!("{}{}", item("work", "{K}", "{S}"), item("home", "{K2}", "{S2}"));
        assert_eq!(result(&list, Some("home")), "ks", "{list}");
    }
}

#[test]
fn lines_are_counted_for_messages() {
    let key = "access_key_id: {K}\nsecret_access_key: {S}\n";
    let refused = read_with(&format!("{key}{{\n\"a\": 1\n}}\nrole: {{R}}\nrole arn: {{R2}}"), None, &[]);
    let Err(Refused::Values(Field::RoleArn, places)) = refused else { panic!("{refused:?}") };
    assert_eq!(places.iter().map(ToString::to_string).collect::<Vec<_>>(), ["line 6", "line 7"]);
}

fn writeln_to(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap();
}

/// Both accounts in one text.
fn both(random: &mut Random) -> String {
    let turned = random.below(2);
    let accounts = [&ACCOUNTS[turned], &ACCOUNTS[1 - turned]];
    let kind = random.below(9);
    let mut text = String::new();
    if kind == 0 {
        let row = |account: &[&str; 6]| {
            format!("{},{},{},{},{}\n", account[0], account[1], account[2], account[3], account[4])
        };
        return format!(
            "User name,Access key ID,Secret access key,MFA ARN,Role ARN\n{}{}",
            row(accounts[0]),
            row(accounts[1])
        );
    }
    if kind == 1 {
        let object = |[n, k, s, m, r, _]: &[&str; 6]| {
            format!(
                "{{\"name\":\"{n}\",\"AccessKeyId\":\"{k}\",\"SecretAccessKey\":\"{s}\",\"MfaSerial\":\"{m}\",\"RoleArn\":\"{r}\"}}"
            )
        };
        let rows = [("[", ",", "]"), ("{\"keys\":[", ",", "]}"), ("", "\n", ""), ("[\n", ",\n", ",\n]")];
        let (begin, between, end) = rows[random.below(rows.len())];
        return format!("{begin}{}{between}{}{end}", object(accounts[0]), object(accounts[1]));
    }
    for account in accounts {
        let (name, lines) = (account[0], lines(random, account));
        match kind {
            2 => writeln_to(&mut text, format_args!("[{name}]\n{}\n", lines.join("\n"))),
            3 => writeln_to(&mut text, format_args!("{name}:\n  {}\n", lines.join("\n  "))),
            4 => writeln_to(&mut text, format_args!("- name: {name}\n  {}\n", lines.join("\n  "))),
            5 => writeln_to(&mut text, format_args!("{name}:\n{}\n\n", lines.join("\n"))),
            6 => writeln_to(&mut text, format_args!("{}\n\n", lines.join("\n"))),
            7 => writeln_to(&mut text, format_args!("{}\n", lines.join(" "))),
            _ => writeln_to(&mut text, format_args!("# {name}\n{}\n", lines.join("\n"))),
        }
    }
    text
}

#[test]
fn no_rendering_of_two_accounts_ever_mixes() {
    let mut random = Random(0x5eed_0b0e);
    let rounds = std::env::var("AWS_AUTH_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_500);
    let (mut whole, mut chosen) = (0, 0);
    for round in 0..rounds {
        let text = both(&mut random);
        for section in [None, Some("prod"), Some("dev")] {
            let Ok(found) = read_with(&text, section, &[]) else { continue };
            for [name, values @ ..] in &ACCOUNTS {
                let own = found.values().filter(|value| values.contains(&value.as_str())).count();
                assert!(
                    own == 0 || own == found.len(),
                    "round {round}, {section:?}, {name}: {}\n{text}",
                    shown(&found)
                );
            }
            if found.contains_key(&Field::AccessKeyId) && found.contains_key(&Field::SecretAccessKey) {
                whole += 1;
                chosen += usize::from(section.is_some());
            }
        }
    }
    assert!(chosen > rounds / 2, "{whole} of {rounds} were read, {chosen} by their section");
}

#[test]
fn a_field_may_be_named() {
    type Named<'r> = &'r [(Field, &'r str)];
    let rows: &[(&str, Named<'_>, &str)] = &[
        ("user: {K}\nAPI token: {S}\npassword: {S2}", &[(Field::SecretAccessKey, "API token")], "KS"),
        ("user: {K}\nAPI token: {S}\npassword: {S2}", &[(Field::SecretAccessKey, "api-token")], "KS"),
        ("Schlüssel: {K}\nGeheimnis: not+a+secret+of+the+usual+shape", &[(Field::SecretAccessKey, "Geheimnis")], "K?"),
        (
            "[a]\nx={K}\ny={S}\n[b]\nx={K2}\ny={S2}",
            &[(Field::AccessKeyId, "a/x"), (Field::SecretAccessKey, "a/y")],
            "KS",
        ),
        ("user: {K}\npassword: {S}", &[(Field::SecretAccessKey, "nosuch")], "K"),
        (
            "[aws]\naws_access_key_id={K}\naws_secret_access_key={S}\n[prod]\naws_access_key_id={K2}\naws_secret_access_key={S2}",
            &[(Field::AccessKeyId, "aws/aws_access_key_id")],
            "KS",
        ),
        ("access_key_id: {K}\nsecret_access_key: {S}\nrole a: {R}\nrole b: {R2}", &[(Field::RoleArn, "role b")], "KSr"),
        (
            "access_key_id: {K}\nsecret_access_key: {S}\nroles:\n  dev: {R}\n  prod: {R2}",
            &[(Field::RoleArn, "prod")],
            "KSr",
        ),
        (
            "Geheimnis: not+a+secret+of+the+usual+shape\naccess_key_id: {K}",
            &[(Field::SecretAccessKey, "Geheimnis")],
            "K?",
        ),
        // half a key beside it is no doubt where a half is named
        ("[a]\naccess_key_id={K2}\n[b]\nx={K}\nsecret_access_key={S}", &[(Field::AccessKeyId, "x")], "KS"),
        ("[a]\naccess_key_id={K2}\n[b]\naccess_key_id={K}\ny={S}", &[(Field::SecretAccessKey, "y")], "KS"),
        // one that is named ends the doubt between two keys
        (
            "mine: {K}\naccess_key_id: {K2}\nsecret_access_key: {S}\npassword: {S2}",
            &[(Field::AccessKeyId, "mine")],
            "KS",
        ),
        ("[a]\nx={K}\ny={S}\n[b]\nx={K}\ny={S}", &[(Field::AccessKeyId, "x"), (Field::SecretAccessKey, "y")], "KS"),
    ];
    for (layout, fields, expected) in rows {
        let found = read_with(layout, None, fields).map(|found| shown(&found));
        assert_eq!(found.as_deref(), Ok(*expected), "{layout}");
    }
    let twice = read_with("user: {K}\nmine: {S}\nmine: {S2}", None, &[(Field::SecretAccessKey, "mine")]);
    assert!(matches!(twice, Err(Refused::Values(Field::SecretAccessKey, _))), "{twice:?}");
}

#[test]
fn what_is_called_old_is_of_use_only_with_a_key_that_is() {
    let key = "access_key_id: {K}\nsecret_access_key: {S}\n";
    for line in [
        "old role: {R}",
        "old_role_arn: {R}",
        "role (deprecated): {R}",
        "old mfa: {M}",
        "old_mfa_serial: {M}",
        "old otp: {O}",
        "BACKUP_ACCESS_KEY_ID={K2}\nBACKUP_SECRET_ACCESS_KEY={S2}\nBACKUP_ROLE_ARN={R2}\nBACKUP_MFA_SERIAL={M2}",
    ] {
        assert_eq!(result(&format!("{key}{line}"), None), "KS", "{line}");
    }
    assert_eq!(result(&format!("{key}old role: {{R2}}\nrole: {{R}}"), None), "KSR");
    assert_eq!(result("old_access_key_id: {K}\nold_secret_access_key: {S}\nold_role: {R}", None), "KSR");
}

#[test]
fn a_role_is_one_in_any_language() {
    for name in ["Rolle", "Rol", "Ruolo", "Rôle ", "ロール", "角色", "assume", "ARN", "Rolle (dev)"] {
        for line in [format!("{name}: {{R}}"), format!("{name} = {{R}} for work")] {
            assert_eq!(
                result(&format!("access_key_id: {{K}}\nsecret_access_key: {{S}}\n{line}"), None),
                "KSR",
                "{line}"
            );
        }
    }
    assert_eq!(result("access_key_id: {K}\nsecret_access_key: {S}\nbuckets of {R}", None), "KS");
}

#[test]
fn a_secret_key_of_another_program_is_none_of_ours() {
    for other in [
        "SECRET_KEY=192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "secret key: django-insecure-3#k!x)1@",
    ] {
        assert_eq!(result(&format!("{other}\nAWS_ACCESS_KEY_ID={{K}}\nAWS_SECRET_ACCESS_KEY={{S}}"), None), "KS");
    }
    let two = "secret_key: {S2}\naws_access_key_id: {K}\naws_secret_access_key: {S}";
    assert_eq!(result(two, None), "several secret_access_key");
}

#[test]
fn an_item_of_more_values_than_are_kept_is_refused() {
    let key = "access_key_id: {K}\nsecret_access_key: {S}\n";
    let more = |count: usize| (0..count).fold(key.to_owned(), |text, at| format!("{text}{at:02}{}\n", &S[2..]));
    assert_eq!(result(&more(30), None), "KS");
    assert_eq!(result(&more(31), None), "several access_key_id");
}

/// How long the reader takes, in the best of many rounds; to be run with `--release`.
#[test]
#[ignore = "measures; nothing can fail"]
fn the_time_that_64_kib_take() {
    let key = filled("Access Key ID: {K}\nSecret Access Key: {S}\n");
    let (names, fields) = (BTreeMap::new(), BTreeMap::new());
    let rows: &[(&str, &str)] = &[
        ("prose", "The server was moved to the new rack last week, and everything went well so far.\n"),
        ("a log", "2026-11-28 21:20:30 INFO http://host/path x=1, y=2; done\n"),
        ("prose with accents", "Größe: The server was moved to the new rack last week, and everything went well.\n"),
        ("names without values", "key secret access 1\n"),
        ("names and returns", "secret key\r"),
        ("one-time passwords", "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP\n"),
        ("profiles", "aws configure set secret x --profile p1\n"),
    ];
    for (name, line) in rows {
        let text = format!("{key}{}", line.repeat(65_536 / line.len()));
        let best = (0..200).map(|_| {
            let begun = std::time::Instant::now();
            let mut reader = Reader::new(Wish { names: &names, fields: &fields, section: None });
            reader.text(&text, Some(Field::SecretAccessKey));
            let _ = std::hint::black_box(reader.pick(&Field::ALL));
            begun.elapsed()
        });
        println!("{:8} µs  {name}", best.min().unwrap_or_default().as_micros());
    }
}

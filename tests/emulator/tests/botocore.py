"""Calls the emulator as a Python program would and prints one line for each answer."""

import datetime
import sys

import botocore.config
import botocore.exceptions
import botocore.session

url, key, secret, serial, code, other_secret, role, chained = sys.argv[1:]


def client(key, secret, token=None, service="sts", region="eu-central-1"):
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return botocore.session.Session().create_client(
        service, region_name=region, endpoint_url=url, config=config,
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)


def of(credentials):
    return client(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def refused(call, text=True):
    try:
        call()
    except botocore.exceptions.ClientError as error:
        details = error.response["Error"]
        print(details["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], *[details["Message"]] * text)
    else:
        sys.exit("not refused")


alice = client(key, secret)
print(alice.get_caller_identity()["Arn"])
iam = client(key, secret, service="iam", region="us-east-1")
print([device["SerialNumber"] for device in iam.list_mfa_devices()["MFADevices"]] == [serial])
refused(lambda: client(key, other_secret).get_caller_identity(), text=False)
refused(lambda: alice.assume_role(RoleArn=role, RoleSessionName="me"), text=False)
session = alice.get_session_token(SerialNumber=serial, TokenCode=code, DurationSeconds=900)["Credentials"]
left = session["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
print("session", session["AccessKeyId"].startswith("ASIA"), round(left.total_seconds() / 10) * 10)
refused(lambda: alice.get_session_token(SerialNumber=serial, TokenCode=code))
answer = of(session).assume_role(
    RoleArn=role, RoleSessionName="me@home", SourceIdentity="alice", Tags=[{"Key": "team", "Value": "a b/\u00e4"}],
    TransitiveTagKeys=["team"], PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}], Policy='{"Statement": []}')
print(answer["AssumedRoleUser"]["Arn"])
print(answer["SourceIdentity"], answer["PackedPolicySize"])
dev = of(answer["Credentials"])
print(dev.assume_role(RoleArn=chained, RoleSessionName="me")["AssumedRoleUser"]["Arn"])
refused(lambda: dev.assume_role(RoleArn=chained, RoleSessionName="me", DurationSeconds=3601))
refused(dev.get_session_token)

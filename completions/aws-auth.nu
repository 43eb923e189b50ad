module completions {

  # AWS credentials from your password manager, with MFA and roles, in one command
  export extern aws-auth [
    --from: string            # The manager that holds the keys (they are listed by: aws-auth backends)
    --item: string            # The item in it, as the manager calls it
    --profile: string         # The profile in ~/.aws/config
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --token-code: string      # The MFA device's six digits; - reads standard input [default: ask]
    --no-role                 # Stop at the MFA session, although the item or profile names a role
    --explain                 # Show the calls that would be made and where each setting comes from; make none
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: no search for a device, and no warning
    --hide-code               # Hide the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Restrict the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Restrict the role's credentials by a managed policy; may be repeated
    --read-only               # Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --format: string          # Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), sts (as STS answers), ini (for ~/.aws/credentials)
    --write-profile: string   # Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Run a command with the credentials in its environment, and nowhere else
  export extern "aws-auth exec" [
    --serve                   # Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs
    --from: string            # The manager that holds the keys (they are listed by: aws-auth backends)
    --item: string            # The item in it, as the manager calls it
    --profile: string         # The profile in ~/.aws/config
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --token-code: string      # The MFA device's six digits; - reads standard input [default: ask]
    --no-role                 # Stop at the MFA session, although the item or profile names a role
    --explain                 # Show the calls that would be made and where each setting comes from; make none
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: no search for a device, and no warning
    --hide-code               # Hide the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Restrict the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Restrict the role's credentials by a managed policy; may be repeated
    --read-only               # Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --help(-h)                # Print help (see more with '--help')
  ]

  # Keep this shell's programs in fresh credentials, through a local endpoint
  export extern "aws-auth serve" [
    --from: string            # The manager that holds the keys (they are listed by: aws-auth backends)
    --item: string            # The item in it, as the manager calls it
    --profile: string         # The profile in ~/.aws/config
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --token-code: string      # The MFA device's six digits; - reads standard input [default: ask]
    --no-role                 # Stop at the MFA session, although the item or profile names a role
    --explain                 # Show the calls that would be made and where each setting comes from; make none
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: no search for a device, and no warning
    --hide-code               # Hide the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Restrict the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Restrict the role's credentials by a managed policy; may be repeated
    --read-only               # Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --help(-h)                # Print help (see more with '--help')
  ]

  # Sign a browser in to the AWS console as a role, or with a policy
  export extern "aws-auth console" [
    --from: string            # The manager that holds the keys (they are listed by: aws-auth backends)
    --item: string            # The item in it, as the manager calls it
    --profile: string         # The profile in ~/.aws/config
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --token-code: string      # The MFA device's six digits; - reads standard input [default: ask]
    --no-role                 # Stop at the MFA session, although the item or profile names a role
    --explain                 # Show the calls that would be made and where each setting comes from; make none
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: no search for a device, and no warning
    --hide-code               # Hide the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Restrict the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Restrict the role's credentials by a managed policy; may be repeated
    --read-only               # Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --service: string         # Open the page of this service, like s3 or ec2
    --console-duration-seconds: string # How long the console stays signed in: 15m to 12h, without a role to 36h, or seconds [default: as long as the credentials]
    --print                   # Print the address, which signs in whoever opens it, and open no browser
    --help(-h)                # Print help (see more with '--help')
  ]

  # Print what credential_process in ~/.aws/config expects
  export extern "aws-auth credential-process" [
    --from: string            # The manager that holds the keys (they are listed by: aws-auth backends)
    --item: string            # The item in it, as the manager calls it
    --profile: string         # The profile in ~/.aws/config
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --token-code: string      # The MFA device's six digits; - reads standard input [default: ask]
    --no-role                 # Stop at the MFA session, although the item or profile names a role
    --explain                 # Show the calls that would be made and where each setting comes from; make none
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: no search for a device, and no warning
    --hide-code               # Hide the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Restrict the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Restrict the role's credentials by a managed policy; may be repeated
    --read-only               # Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --help(-h)                # Print help (see more with '--help')
  ]

  # Print the statements that clear the credentials from this shell
  export extern "aws-auth unset" [
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --help(-h)                # Print help (see more with '--help')
  ]

  # Show what this shell holds and what is kept for the next run, offline
  export extern "aws-auth status" [
    --format: string          # Print json for programs; its members are in the long help
    --test                    # Print nothing; the exit code is 0 if programs in this shell get credentials that are good, else 1
    --help(-h)                # Print help (see more with '--help')
  ]

  # Ask AWS whom it takes this shell for
  export extern "aws-auth whoami" [
    --region: string          # The AWS region to ask [default: AWS_REGION, else us-east-1]
    --format: string          # Print json for programs
    --help(-h)                # Print help (see more with '--help')
  ]

  # List the profiles that lead to credentials, and where
  export extern "aws-auth list" [
    --names                   # Print the names alone, one a line, as for: aws-auth list --names | fzf
    --format: string          # Print json for programs
    --help(-h)                # Print help (see more with '--help')
  ]

  # Forget what is kept: all, or that of one source
  export extern "aws-auth logout" [
    --from: string            # The password manager
    --item: string            # The item in it
    --profile: string         # The profile in ~/.aws/config
    --help(-h)                # Print help
  ]

  # Put an access key into a manager, and write a profile that leads to it
  export extern "aws-auth setup" [
    --from: string            # The password manager that is to hold the key, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words [default: the manager's usual one, else aws]
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --profile: string         # The profile in ~/.aws/config that is to lead to the item [default: the item's name]
    --import: string          # Where the key is now: a file like the console's accessKeys.csv, credentials:PROFILE, env, or - for standard input [default: ask on the terminal]
    --role-arn: string        # The role to assume, to be kept beside the key
    --serial-number: string   # Your MFA device [default: asked of AWS]
    --token-code: string      # The six digits it shows now, for the proof; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager, from ykman:ACCOUNT, or from what a command prints
    --region: string          # The AWS region, to be written into the profile
    --no-input                # Never ask anything on the terminal: fail instead
    --yes                     # Say yes beforehand to what would be replaced
    --help(-h)                # Print help
  ]

  # Check all that a run depends on, and say what to type
  export extern "aws-auth doctor" [
    --from: string            # The password manager that holds the keys
    --item: string            # The item in it
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token"; may be repeated
    --profile: string         # The profile in ~/.aws/config
    --format: string          # Print json, without accounts and names, fit for a bug report
    --help(-h)                # Print help
  ]

  # Replace the access key in the manager's item by a new one
  export extern "aws-auth rotate" [
    --from: string            # The password manager that holds the key
    --item: string            # The item in it
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token"; may be repeated
    --profile: string         # The profile in ~/.aws/config
    --token-code: string      # The six digits that the MFA device shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager, from ykman:ACCOUNT, or from what a command prints
    --if-older-than: string   # Do nothing if the key is younger, as in 90d
    --delete-old              # Delete the key that the last rotation left inactive, and do nothing else
    --undo                    # Make the key that the last rotation left inactive active again, and do nothing else
    --no-input                # Never ask anything on the terminal: fail instead
    --yes                     # Say yes beforehand to deleting a key that a run of ours has made and lost
    --help(-h)                # Print help
  ]

  # List the password managers known here
  export extern "aws-auth backends" [
    --help(-h)                # Print help
  ]

  # List the managers: where each manifest comes from and whether its program is found
  export extern "aws-auth backends list" [
    --help(-h)                # Print help
  ]

  # Print a manager's manifest
  export extern "aws-auth backends show" [
    --help(-h)                # Print help
    name: string              # The manager's name, as in `--from`
  ]

  # Check a manifest file of your own, and the recorded answers beside it
  export extern "aws-auth backends check" [
    --live                    # Ask the manager too, and say which fields the item has; no value is shown
    --item: string            # The item to ask for
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --help(-h)                # Print help
    file: path                # The file
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "aws-auth backends help" [
  ]

  # List the managers: where each manifest comes from and whether its program is found
  export extern "aws-auth backends help list" [
  ]

  # Print a manager's manifest
  export extern "aws-auth backends help show" [
  ]

  # Check a manifest file of your own, and the recorded answers beside it
  export extern "aws-auth backends help check" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "aws-auth backends help help" [
  ]

  # Print a function, awsauth, for your shell: eval "$(aws-auth init bash)"
  export extern "aws-auth init" [
    --help(-h)                # Print help
    shell: string             # bash, zsh, fish, nu, elvish, xonsh, tcsh, ksh, pwsh or sh
  ]

  # Print the manual page, as in: aws-auth man | man -l -
  export extern "aws-auth man" [
    --help(-h)                # Print help
  ]

  # Print the completions for a shell
  export extern "aws-auth completions" [
    --help(-h)                # Print help
    shell: string             # bash, zsh, fish, elvish, pwsh or nu
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "aws-auth help" [
  ]

  # Run a command with the credentials in its environment, and nowhere else
  export extern "aws-auth help exec" [
  ]

  # Keep this shell's programs in fresh credentials, through a local endpoint
  export extern "aws-auth help serve" [
  ]

  # Sign a browser in to the AWS console as a role, or with a policy
  export extern "aws-auth help console" [
  ]

  # Print what credential_process in ~/.aws/config expects
  export extern "aws-auth help credential-process" [
  ]

  # Print the statements that clear the credentials from this shell
  export extern "aws-auth help unset" [
  ]

  # Show what this shell holds and what is kept for the next run, offline
  export extern "aws-auth help status" [
  ]

  # Ask AWS whom it takes this shell for
  export extern "aws-auth help whoami" [
  ]

  # List the profiles that lead to credentials, and where
  export extern "aws-auth help list" [
  ]

  # Forget what is kept: all, or that of one source
  export extern "aws-auth help logout" [
  ]

  # Put an access key into a manager, and write a profile that leads to it
  export extern "aws-auth help setup" [
  ]

  # Check all that a run depends on, and say what to type
  export extern "aws-auth help doctor" [
  ]

  # Replace the access key in the manager's item by a new one
  export extern "aws-auth help rotate" [
  ]

  # List the password managers known here
  export extern "aws-auth help backends" [
  ]

  # List the managers: where each manifest comes from and whether its program is found
  export extern "aws-auth help backends list" [
  ]

  # Print a manager's manifest
  export extern "aws-auth help backends show" [
  ]

  # Check a manifest file of your own, and the recorded answers beside it
  export extern "aws-auth help backends check" [
  ]

  # Print a function, awsauth, for your shell: eval "$(aws-auth init bash)"
  export extern "aws-auth help init" [
  ]

  # Print the manual page, as in: aws-auth man | man -l -
  export extern "aws-auth help man" [
  ]

  # Print the completions for a shell
  export extern "aws-auth help completions" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "aws-auth help help" [
  ]

}

export use completions *

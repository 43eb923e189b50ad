module completions {

  # AWS credentials from your password manager, with MFA and roles, in one command
  export extern aws-auth [
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-code: string      # The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: look for no device, and do not warn
    --hide-code               # Do not show the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --no-role                 # Stop at the MFA session, even where the item or the profile names a role
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Narrow the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Narrow them by a managed policy; may be repeated
    --read-only               # Narrow them to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --from: string            # The password manager that holds the keys, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words: an entry, a folder, a title
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --explain                 # Show the calls that would be made and where each setting comes from; ask nobody anything
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --profile: string         # The profile in ~/.aws/config whose settings to use
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --format: string          # Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), sts (as STS answers), ini (for ~/.aws/credentials)
    --write-profile: string   # Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  # Run a command with the credentials in its environment, and nowhere else
  export extern "aws-auth exec" [
    --serve                   # Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-code: string      # The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: look for no device, and do not warn
    --hide-code               # Do not show the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --no-role                 # Stop at the MFA session, even where the item or the profile names a role
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Narrow the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Narrow them by a managed policy; may be repeated
    --read-only               # Narrow them to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --from: string            # The password manager that holds the keys, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words: an entry, a folder, a title
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --explain                 # Show the calls that would be made and where each setting comes from; ask nobody anything
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --profile: string         # The profile in ~/.aws/config whose settings to use
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --help(-h)                # Print help
  ]

  # Give credentials to every program of this shell through a local endpoint, always fresh
  export extern "aws-auth serve" [
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-code: string      # The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: look for no device, and do not warn
    --hide-code               # Do not show the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --no-role                 # Stop at the MFA session, even where the item or the profile names a role
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Narrow the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Narrow them by a managed policy; may be repeated
    --read-only               # Narrow them to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --from: string            # The password manager that holds the keys, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words: an entry, a folder, a title
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --explain                 # Show the calls that would be made and where each setting comes from; ask nobody anything
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --profile: string         # The profile in ~/.aws/config whose settings to use
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --help(-h)                # Print help
  ]

  # Sign a browser in to the AWS console with the credentials of a role
  export extern "aws-auth console" [
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-code: string      # The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: look for no device, and do not warn
    --hide-code               # Do not show the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --no-role                 # Stop at the MFA session, even where the item or the profile names a role
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Narrow the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Narrow them by a managed policy; may be repeated
    --read-only               # Narrow them to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --from: string            # The password manager that holds the keys, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words: an entry, a folder, a title
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --explain                 # Show the calls that would be made and where each setting comes from; ask nobody anything
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --profile: string         # The profile in ~/.aws/config whose settings to use
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --service: string         # Open the page of this service, like s3 or ec2
    --console-duration-seconds: string # How long the console stays signed in: 15m to 12h, or seconds [default: as long as the credentials]
    --print                   # Print the address, which signs in whoever opens it, and open no browser
    --help(-h)                # Print help
  ]

  # Print what credential_process in ~/.aws/config expects, for every program that uses an AWS SDK
  export extern "aws-auth credential-process" [
    --serial-number: string   # Your MFA device: its ARN, or a hardware device's serial number
    --token-code: string      # The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    --token-from: string      # Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    --no-mfa                  # Sign in without MFA on purpose: look for no device, and do not warn
    --hide-code               # Do not show the digits while they are typed
    --no-input                # Never ask anything on the terminal: fail instead
    --mfa-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --token-duration-seconds: string # How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    --role-arn: string        # The role to assume
    --iam-role: string        # The role to assume
    --role-duration-seconds: string # How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    --role-session-name: string # The name that CloudTrail shows [default: your user name]
    --no-role                 # Stop at the MFA session, even where the item or the profile names a role
    --external-id: string     # The external id that the role's trust policy asks for
    --policy: string          # Narrow the role's credentials by a session policy: JSON, or file://PATH
    --policy-arn: string      # Narrow them by a managed policy; may be repeated
    --read-only               # Narrow them to what AWS's ReadOnlyAccess policy allows
    --tag: string             # A session tag; may be repeated
    --transitive-tag: string  # The name of a session tag that goes on to the next role of a chain; may be repeated
    --source-identity: string # Who you are behind the role, for CloudTrail and trust policies
    --from: string            # The password manager that holds the keys, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words: an entry, a folder, a title
    --param: string           # A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    --field: string           # What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    --no-cache                # Get new credentials even where some from an earlier run are still good, and keep none
    --min-ttl: string         # Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    --explain                 # Show the calls that would be made and where each setting comes from; ask nobody anything
    --verbose(-v)             # Show details: what was done, why, and how long it took
    --quiet(-q)               # Hide notes; warnings and failures are shown
    --profile: string         # The profile in ~/.aws/config whose settings to use
    --account: string         # Refuse credentials of any other account: its twelve digits
    --region: string          # The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    --help(-h)                # Print help
  ]

  # Print the statements that clear the credentials from this shell
  export extern "aws-auth unset" [
    --shell: string           # Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    --help(-h)                # Print help
  ]

  # Show the credentials this shell holds and those kept for the next run, without asking anybody
  export extern "aws-auth status" [
    --format: string          # Print json for programs
    --help(-h)                # Print help
  ]

  # Ask AWS whom it takes this shell for: account, user or role
  export extern "aws-auth whoami" [
    --region: string          # The AWS region to ask [default: AWS_REGION, else us-east-1]
    --format: string          # Print json for programs
    --help(-h)                # Print help
  ]

  # Forget the kept credentials: all, or those of one source
  export extern "aws-auth logout" [
    --from: string            # The password manager
    --item: string            # The item in it
    --profile: string         # The profile in ~/.aws/config
    --help(-h)                # Print help
  ]

  # Put an access key into a password manager, find its MFA device, and write a profile that leads to both
  export extern "aws-auth setup" [
    --from: string            # The password manager that is to hold the key, as listed by `aws-auth backends`
    --item: string            # The item in it, in its own words [default: the manager's usual one, else aws]
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --profile: string         # The profile in ~/.aws/config that is to lead to the item [default: the item's name]
    --import: string          # Where the key is now: a file like the console's accessKeys.csv, credentials:PROFILE, env, or - for standard input [default: ask on the terminal]
    --role-arn: string        # The role to assume, to be kept beside the key
    --serial-number: string   # Your MFA device [default: asked of AWS]
    --token-code: string      # The six digits it shows now, for the proof [default: ask on the terminal]
    --region: string          # The AWS region, to be written into the profile
    --no-input                # Never ask anything on the terminal: fail instead
    --yes                     # Say yes beforehand to what would be replaced
    --help(-h)                # Print help
  ]

  # Look at all that a run depends on and say what to type; nobody is asked, and nothing is changed
  export extern "aws-auth doctor" [
    --from: string            # The password manager that holds the keys
    --item: string            # The item in it
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
    --profile: string         # The profile in ~/.aws/config
    --format: string          # Print json, without accounts and names, fit for a bug report
    --help(-h)                # Print help
  ]

  # Make a new access key, put it into the manager's item in the place of the old one, and make that inactive
  export extern "aws-auth rotate" [
    --from: string            # The password manager that holds the key
    --item: string            # The item in it
    --param: string           # A setting of the manager, such as vault=Private; may be repeated
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

  # Print a shell function, awsauth, that puts credentials into the shell: eval "$(aws-auth init bash)"
  export extern "aws-auth init" [
    --help(-h)                # Print help
    shell: string             # bash, zsh, fish, nu, elvish, xonsh, tcsh, ksh, pwsh or sh
  ]

  # Print the manual page, as in: aws-auth man | man -l -
  export extern "aws-auth man" [
    --help(-h)                # Print help
  ]

  # Print the completions for a shell, to be put where it looks for them
  export extern "aws-auth completions" [
    --help(-h)                # Print help
    shell: string             # bash, zsh, fish, elvish, powershell or nushell
  ]

}

export use completions *

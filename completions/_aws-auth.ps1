
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'aws-auth' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'aws-auth'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'aws-auth' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The manager that holds the keys (they are listed by: aws-auth backends)')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, as the manager calls it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--iam-role', '--iam-role', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The MFA device''s six digits; - reads standard input [default: ask]')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device: its ARN, or a hardware device''s serial number')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--mfa-duration-seconds', '--mfa-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--token-duration-seconds', '--token-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--role-duration-seconds', '--role-duration-seconds', [CompletionResultType]::ParameterName, 'How long the role''s credentials last: 15m to the role''s maximum, or seconds [default: 1h]')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'The name that CloudTrail shows [default: your user name]')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the role''s trust policy asks for')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a session policy: JSON, or file://PATH')
            [CompletionResult]::new('--policy-arn', '--policy-arn', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a managed policy; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'A session tag; may be repeated')
            [CompletionResult]::new('--transitive-tag', '--transitive-tag', [CompletionResultType]::ParameterName, 'The name of a session tag that goes on to the next role of a chain; may be repeated')
            [CompletionResult]::new('--source-identity', '--source-identity', [CompletionResultType]::ParameterName, 'Who you are behind the role, for CloudTrail and trust policies')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Refuse credentials of any other account: its twelve digits')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask, and to export [default: AWS_REGION, else the profile''s, else by the ARN]')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), sts (as STS answers), ini (for ~/.aws/credentials)')
            [CompletionResult]::new('--write-profile', '--write-profile', [CompletionResultType]::ParameterName, 'Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files')
            [CompletionResult]::new('--no-role', '--no-role', [CompletionResultType]::ParameterName, 'Stop at the MFA session, although the item or profile names a role')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the calls that would be made and where each setting comes from; make none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--no-mfa', '--no-mfa', [CompletionResultType]::ParameterName, 'Sign in without MFA on purpose: no search for a device, and no warning')
            [CompletionResult]::new('--hide-code', '--hide-code', [CompletionResultType]::ParameterName, 'Hide the digits while they are typed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials to what AWS''s ReadOnlyAccess policy allows')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Get new credentials even where some from an earlier run are still good, and keep none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with the credentials in its environment, and nowhere else')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Keep this shell''s programs in fresh credentials, through a local endpoint')
            [CompletionResult]::new('console', 'console', [CompletionResultType]::ParameterValue, 'Sign a browser in to the AWS console as a role, or with a policy')
            [CompletionResult]::new('credential-process', 'credential-process', [CompletionResultType]::ParameterValue, 'Print what credential_process in ~/.aws/config expects')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Print the statements that clear the credentials from this shell')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what this shell holds and what is kept for the next run, offline')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Ask AWS whom it takes this shell for')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles that lead to credentials, and where')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Forget what is kept: all, or that of one source')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Put an access key into a manager, and write a profile that leads to it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check all that a run depends on, and say what to type')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Replace the access key in the manager''s item by a new one')
            [CompletionResult]::new('backends', 'backends', [CompletionResultType]::ParameterValue, 'List the password managers known here')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Print a function, awsauth, for your shell: eval "$(aws-auth init bash)"')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, as in: aws-auth man | man -l -')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aws-auth;exec' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The manager that holds the keys (they are listed by: aws-auth backends)')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, as the manager calls it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--iam-role', '--iam-role', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The MFA device''s six digits; - reads standard input [default: ask]')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device: its ARN, or a hardware device''s serial number')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--mfa-duration-seconds', '--mfa-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--token-duration-seconds', '--token-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--role-duration-seconds', '--role-duration-seconds', [CompletionResultType]::ParameterName, 'How long the role''s credentials last: 15m to the role''s maximum, or seconds [default: 1h]')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'The name that CloudTrail shows [default: your user name]')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the role''s trust policy asks for')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a session policy: JSON, or file://PATH')
            [CompletionResult]::new('--policy-arn', '--policy-arn', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a managed policy; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'A session tag; may be repeated')
            [CompletionResult]::new('--transitive-tag', '--transitive-tag', [CompletionResultType]::ParameterName, 'The name of a session tag that goes on to the next role of a chain; may be repeated')
            [CompletionResult]::new('--source-identity', '--source-identity', [CompletionResultType]::ParameterName, 'Who you are behind the role, for CloudTrail and trust policies')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Refuse credentials of any other account: its twelve digits')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask, and to export [default: AWS_REGION, else the profile''s, else by the ARN]')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]')
            [CompletionResult]::new('--serve', '--serve', [CompletionResultType]::ParameterName, 'Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs')
            [CompletionResult]::new('--no-role', '--no-role', [CompletionResultType]::ParameterName, 'Stop at the MFA session, although the item or profile names a role')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the calls that would be made and where each setting comes from; make none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--no-mfa', '--no-mfa', [CompletionResultType]::ParameterName, 'Sign in without MFA on purpose: no search for a device, and no warning')
            [CompletionResult]::new('--hide-code', '--hide-code', [CompletionResultType]::ParameterName, 'Hide the digits while they are typed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials to what AWS''s ReadOnlyAccess policy allows')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Get new credentials even where some from an earlier run are still good, and keep none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;serve' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The manager that holds the keys (they are listed by: aws-auth backends)')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, as the manager calls it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--iam-role', '--iam-role', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The MFA device''s six digits; - reads standard input [default: ask]')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device: its ARN, or a hardware device''s serial number')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--mfa-duration-seconds', '--mfa-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--token-duration-seconds', '--token-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--role-duration-seconds', '--role-duration-seconds', [CompletionResultType]::ParameterName, 'How long the role''s credentials last: 15m to the role''s maximum, or seconds [default: 1h]')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'The name that CloudTrail shows [default: your user name]')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the role''s trust policy asks for')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a session policy: JSON, or file://PATH')
            [CompletionResult]::new('--policy-arn', '--policy-arn', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a managed policy; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'A session tag; may be repeated')
            [CompletionResult]::new('--transitive-tag', '--transitive-tag', [CompletionResultType]::ParameterName, 'The name of a session tag that goes on to the next role of a chain; may be repeated')
            [CompletionResult]::new('--source-identity', '--source-identity', [CompletionResultType]::ParameterName, 'Who you are behind the role, for CloudTrail and trust policies')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Refuse credentials of any other account: its twelve digits')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask, and to export [default: AWS_REGION, else the profile''s, else by the ARN]')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]')
            [CompletionResult]::new('--no-role', '--no-role', [CompletionResultType]::ParameterName, 'Stop at the MFA session, although the item or profile names a role')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the calls that would be made and where each setting comes from; make none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--no-mfa', '--no-mfa', [CompletionResultType]::ParameterName, 'Sign in without MFA on purpose: no search for a device, and no warning')
            [CompletionResult]::new('--hide-code', '--hide-code', [CompletionResultType]::ParameterName, 'Hide the digits while they are typed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials to what AWS''s ReadOnlyAccess policy allows')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Get new credentials even where some from an earlier run are still good, and keep none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;console' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The manager that holds the keys (they are listed by: aws-auth backends)')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, as the manager calls it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--iam-role', '--iam-role', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The MFA device''s six digits; - reads standard input [default: ask]')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device: its ARN, or a hardware device''s serial number')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--mfa-duration-seconds', '--mfa-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--token-duration-seconds', '--token-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--role-duration-seconds', '--role-duration-seconds', [CompletionResultType]::ParameterName, 'How long the role''s credentials last: 15m to the role''s maximum, or seconds [default: 1h]')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'The name that CloudTrail shows [default: your user name]')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the role''s trust policy asks for')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a session policy: JSON, or file://PATH')
            [CompletionResult]::new('--policy-arn', '--policy-arn', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a managed policy; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'A session tag; may be repeated')
            [CompletionResult]::new('--transitive-tag', '--transitive-tag', [CompletionResultType]::ParameterName, 'The name of a session tag that goes on to the next role of a chain; may be repeated')
            [CompletionResult]::new('--source-identity', '--source-identity', [CompletionResultType]::ParameterName, 'Who you are behind the role, for CloudTrail and trust policies')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Refuse credentials of any other account: its twelve digits')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask, and to export [default: AWS_REGION, else the profile''s, else by the ARN]')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Open the page of this service, like s3 or ec2')
            [CompletionResult]::new('--console-duration-seconds', '--console-duration-seconds', [CompletionResultType]::ParameterName, 'How long the console stays signed in: 15m to 12h, without a role to 36h, or seconds [default: as long as the credentials]')
            [CompletionResult]::new('--no-role', '--no-role', [CompletionResultType]::ParameterName, 'Stop at the MFA session, although the item or profile names a role')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the calls that would be made and where each setting comes from; make none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--no-mfa', '--no-mfa', [CompletionResultType]::ParameterName, 'Sign in without MFA on purpose: no search for a device, and no warning')
            [CompletionResult]::new('--hide-code', '--hide-code', [CompletionResultType]::ParameterName, 'Hide the digits while they are typed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials to what AWS''s ReadOnlyAccess policy allows')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Get new credentials even where some from an earlier run are still good, and keep none')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the address, which signs in whoever opens it, and open no browser')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;credential-process' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The manager that holds the keys (they are listed by: aws-auth backends)')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, as the manager calls it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--iam-role', '--iam-role', [CompletionResultType]::ParameterName, 'The role to assume')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The MFA device''s six digits; - reads standard input [default: ask]')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device: its ARN, or a hardware device''s serial number')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--mfa-duration-seconds', '--mfa-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--token-duration-seconds', '--token-duration-seconds', [CompletionResultType]::ParameterName, 'How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]')
            [CompletionResult]::new('--role-duration-seconds', '--role-duration-seconds', [CompletionResultType]::ParameterName, 'How long the role''s credentials last: 15m to the role''s maximum, or seconds [default: 1h]')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'The name that CloudTrail shows [default: your user name]')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the role''s trust policy asks for')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a session policy: JSON, or file://PATH')
            [CompletionResult]::new('--policy-arn', '--policy-arn', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials by a managed policy; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'A session tag; may be repeated')
            [CompletionResult]::new('--transitive-tag', '--transitive-tag', [CompletionResultType]::ParameterName, 'The name of a session tag that goes on to the next role of a chain; may be repeated')
            [CompletionResult]::new('--source-identity', '--source-identity', [CompletionResultType]::ParameterName, 'Who you are behind the role, for CloudTrail and trust policies')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Refuse credentials of any other account: its twelve digits')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask, and to export [default: AWS_REGION, else the profile''s, else by the ARN]')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]')
            [CompletionResult]::new('--no-role', '--no-role', [CompletionResultType]::ParameterName, 'Stop at the MFA session, although the item or profile names a role')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the calls that would be made and where each setting comes from; make none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show details: what was done, why, and how long it took')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide notes; warnings and failures are shown')
            [CompletionResult]::new('--no-mfa', '--no-mfa', [CompletionResultType]::ParameterName, 'Sign in without MFA on purpose: no search for a device, and no warning')
            [CompletionResult]::new('--hide-code', '--hide-code', [CompletionResultType]::ParameterName, 'Hide the digits while they are typed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--read-only', '--read-only', [CompletionResultType]::ParameterName, 'Restrict the role''s credentials to what AWS''s ReadOnlyAccess policy allows')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Get new credentials even where some from an earlier run are still good, and keep none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;unset' {
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print json for programs; its members are in the long help')
            [CompletionResult]::new('--test', '--test', [CompletionResultType]::ParameterName, 'Print nothing; the exit code is 0 if programs in this shell get credentials that are good, else 1')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;whoami' {
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region to ask [default: AWS_REGION, else us-east-1]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print json for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print json for programs')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Print the names alone, one a line, as for: aws-auth list --names | fzf')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'aws-auth;logout' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The password manager')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;setup' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The password manager that is to hold the key, as listed by `aws-auth backends`')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it, in its own words [default: the manager''s usual one, else aws]')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config that is to lead to the item [default: the item''s name]')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Where the key is now: a file like the console''s accessKeys.csv, credentials:PROFILE, env, or - for standard input [default: ask on the terminal]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The role to assume, to be kept beside the key')
            [CompletionResult]::new('--serial-number', '--serial-number', [CompletionResultType]::ParameterName, 'Your MFA device [default: asked of AWS]')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The six digits it shows now, for the proof; - reads them from standard input [default: ask on the terminal]')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager, from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region, to be written into the profile')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Say yes beforehand to what would be replaced')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;doctor' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The password manager that holds the keys')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token"; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print json, without accounts and names, fit for a bug report')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;rotate' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The password manager that holds the key')
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item in it')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private; may be repeated')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'What the item calls a value, as in secret_access_key="API token"; may be repeated')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in ~/.aws/config')
            [CompletionResult]::new('--token-code', '--token-code', [CompletionResultType]::ParameterName, 'The six digits that the MFA device shows now; - reads them from standard input [default: ask on the terminal]')
            [CompletionResult]::new('--token-from', '--token-from', [CompletionResultType]::ParameterName, 'Take the code from another manager, from ykman:ACCOUNT, or from what a command prints')
            [CompletionResult]::new('--if-older-than', '--if-older-than', [CompletionResultType]::ParameterName, 'Do nothing if the key is younger, as in 90d')
            [CompletionResult]::new('--delete-old', '--delete-old', [CompletionResultType]::ParameterName, 'Delete the key that the last rotation left inactive, and do nothing else')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Make the key that the last rotation left inactive active again, and do nothing else')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything on the terminal: fail instead')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Say yes beforehand to deleting a key that a run of ours has made and lost')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;backends' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the managers: where each manifest comes from and whether its program is found')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a manager''s manifest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a manifest file of your own, and the recorded answers beside it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aws-auth;backends;list' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;backends;show' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;backends;check' {
            [CompletionResult]::new('--item', '--item', [CompletionResultType]::ParameterName, 'The item to ask for')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A setting of the manager, such as vault=Private; may be repeated')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the manager too, and say which fields the item has; no value is shown')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;backends;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the managers: where each manifest comes from and whether its program is found')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a manager''s manifest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a manifest file of your own, and the recorded answers beside it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aws-auth;backends;help;list' {
            break
        }
        'aws-auth;backends;help;show' {
            break
        }
        'aws-auth;backends;help;check' {
            break
        }
        'aws-auth;backends;help;help' {
            break
        }
        'aws-auth;init' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'aws-auth;help' {
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with the credentials in its environment, and nowhere else')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Keep this shell''s programs in fresh credentials, through a local endpoint')
            [CompletionResult]::new('console', 'console', [CompletionResultType]::ParameterValue, 'Sign a browser in to the AWS console as a role, or with a policy')
            [CompletionResult]::new('credential-process', 'credential-process', [CompletionResultType]::ParameterValue, 'Print what credential_process in ~/.aws/config expects')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Print the statements that clear the credentials from this shell')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what this shell holds and what is kept for the next run, offline')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Ask AWS whom it takes this shell for')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles that lead to credentials, and where')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Forget what is kept: all, or that of one source')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Put an access key into a manager, and write a profile that leads to it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check all that a run depends on, and say what to type')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Replace the access key in the manager''s item by a new one')
            [CompletionResult]::new('backends', 'backends', [CompletionResultType]::ParameterValue, 'List the password managers known here')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Print a function, awsauth, for your shell: eval "$(aws-auth init bash)"')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, as in: aws-auth man | man -l -')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'aws-auth;help;exec' {
            break
        }
        'aws-auth;help;serve' {
            break
        }
        'aws-auth;help;console' {
            break
        }
        'aws-auth;help;credential-process' {
            break
        }
        'aws-auth;help;unset' {
            break
        }
        'aws-auth;help;status' {
            break
        }
        'aws-auth;help;whoami' {
            break
        }
        'aws-auth;help;list' {
            break
        }
        'aws-auth;help;logout' {
            break
        }
        'aws-auth;help;setup' {
            break
        }
        'aws-auth;help;doctor' {
            break
        }
        'aws-auth;help;rotate' {
            break
        }
        'aws-auth;help;backends' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the managers: where each manifest comes from and whether its program is found')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a manager''s manifest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a manifest file of your own, and the recorded answers beside it')
            break
        }
        'aws-auth;help;backends;list' {
            break
        }
        'aws-auth;help;backends;show' {
            break
        }
        'aws-auth;help;backends;check' {
            break
        }
        'aws-auth;help;init' {
            break
        }
        'aws-auth;help;man' {
            break
        }
        'aws-auth;help;completions' {
            break
        }
        'aws-auth;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}

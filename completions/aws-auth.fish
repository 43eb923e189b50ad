# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_aws_auth_global_optspecs
    string join \n serial-number= token-code= token-from= hide-code no-input mfa-duration-seconds= role-arn= role-duration-seconds= role-session-name= no-role external-id= policy= policy-arn= read-only tag= transitive-tag= source-identity= from= item= param= no-cache min-ttl= explain v/verbose profile= region= shell= format= write-profile= h/help V/version
end

function __fish_aws_auth_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_aws_auth_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_aws_auth_using_subcommand
    set -l cmd (__fish_aws_auth_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c aws-auth -n "__fish_aws_auth_needs_command" -l serial-number -d 'Your MFA device: its ARN, or a hardware device\'s serial number' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l token-code -d 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l token-from -d 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l mfa-duration-seconds -l token-duration-seconds -d 'How long a session without a role lasts: 900 to 129600 [default: 43200]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l role-arn -l iam-role -d 'The role to assume' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l role-duration-seconds -d 'How long the role\'s credentials last: 900 to the role\'s maximum [default: 3600]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l role-session-name -d 'The name that CloudTrail shows [default: your user name]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l external-id -d 'The external id that the role\'s trust policy asks for' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l policy -d 'Narrow the role\'s credentials by a session policy: JSON, or file://PATH' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l policy-arn -d 'Narrow them by a managed policy; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l tag -d 'A session tag; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l transitive-tag -d 'The name of a session tag that goes on to the next role of a chain; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l source-identity -d 'Who you are behind the role, for CloudTrail and trust policies' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l from -d 'The password manager that holds the keys, as listed by `aws-auth backends`' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l item -d 'The item in it, in its own words: an entry, a folder, a title' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l min-ttl -d 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l profile -d 'The profile in ~/.aws/config whose settings to use' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l region -d 'The AWS region to ask, and to export [default: the profile\'s, AWS_REGION, else by the ARN]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l shell -d 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l format -d 'Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), ini (for ~/.aws/credentials)' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l write-profile -d 'Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files' -r
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l hide-code -d 'Do not show the digits while they are typed'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l no-input -d 'Never ask anything on the terminal: fail instead'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l no-role -d 'Stop at the MFA session, even where the item or the profile names a role'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l read-only -d 'Narrow them to what AWS\'s ReadOnlyAccess policy allows'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l no-cache -d 'Get new credentials even where some from an earlier run are still good, and keep none'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -l explain -d 'Show the calls that would be made and where each setting comes from; ask nobody anything'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -s v -l verbose -d 'Tell details on standard error'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -s V -l version -d 'Print version'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "exec" -d 'Run a command with the credentials in its environment, and nowhere else'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "serve" -d 'Give credentials to every program of this shell through a local endpoint, always fresh'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "console" -d 'Sign a browser in to the AWS console with the credentials of a role'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "credential-process" -d 'Print what credential_process in ~/.aws/config expects, for every program that uses an AWS SDK'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "unset" -d 'Print the statements that clear the credentials from this shell'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "status" -d 'Show the credentials this shell holds and those kept for the next run, without asking anybody'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "logout" -d 'Forget the kept credentials: all, or those of one source'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "backends" -d 'List the password managers known here'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "init" -d 'Print a shell function, awsauth, that puts credentials into the shell: eval "$(aws-auth init bash)"'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "man" -d 'Print the manual page, as in: aws-auth man | man -l -'
complete -c aws-auth -n "__fish_aws_auth_needs_command" -f -a "completions" -d 'Print the completions for a shell, to be put where it looks for them'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l serial-number -d 'Your MFA device: its ARN, or a hardware device\'s serial number' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l token-code -d 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l token-from -d 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l mfa-duration-seconds -l token-duration-seconds -d 'How long a session without a role lasts: 900 to 129600 [default: 43200]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l role-arn -l iam-role -d 'The role to assume' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l role-duration-seconds -d 'How long the role\'s credentials last: 900 to the role\'s maximum [default: 3600]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l role-session-name -d 'The name that CloudTrail shows [default: your user name]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l external-id -d 'The external id that the role\'s trust policy asks for' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l policy -d 'Narrow the role\'s credentials by a session policy: JSON, or file://PATH' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l policy-arn -d 'Narrow them by a managed policy; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l tag -d 'A session tag; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l transitive-tag -d 'The name of a session tag that goes on to the next role of a chain; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l source-identity -d 'Who you are behind the role, for CloudTrail and trust policies' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l from -d 'The password manager that holds the keys, as listed by `aws-auth backends`' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l item -d 'The item in it, in its own words: an entry, a folder, a title' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l min-ttl -d 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l profile -d 'The profile in ~/.aws/config whose settings to use' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l region -d 'The AWS region to ask, and to export [default: the profile\'s, AWS_REGION, else by the ARN]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l serve -d 'Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l hide-code -d 'Do not show the digits while they are typed'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l no-input -d 'Never ask anything on the terminal: fail instead'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l no-role -d 'Stop at the MFA session, even where the item or the profile names a role'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l read-only -d 'Narrow them to what AWS\'s ReadOnlyAccess policy allows'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l no-cache -d 'Get new credentials even where some from an earlier run are still good, and keep none'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -l explain -d 'Show the calls that would be made and where each setting comes from; ask nobody anything'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -s v -l verbose -d 'Tell details on standard error'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand exec" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l serial-number -d 'Your MFA device: its ARN, or a hardware device\'s serial number' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l token-code -d 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l token-from -d 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l mfa-duration-seconds -l token-duration-seconds -d 'How long a session without a role lasts: 900 to 129600 [default: 43200]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l role-arn -l iam-role -d 'The role to assume' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l role-duration-seconds -d 'How long the role\'s credentials last: 900 to the role\'s maximum [default: 3600]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l role-session-name -d 'The name that CloudTrail shows [default: your user name]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l external-id -d 'The external id that the role\'s trust policy asks for' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l policy -d 'Narrow the role\'s credentials by a session policy: JSON, or file://PATH' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l policy-arn -d 'Narrow them by a managed policy; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l tag -d 'A session tag; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l transitive-tag -d 'The name of a session tag that goes on to the next role of a chain; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l source-identity -d 'Who you are behind the role, for CloudTrail and trust policies' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l from -d 'The password manager that holds the keys, as listed by `aws-auth backends`' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l item -d 'The item in it, in its own words: an entry, a folder, a title' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l min-ttl -d 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l profile -d 'The profile in ~/.aws/config whose settings to use' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l region -d 'The AWS region to ask, and to export [default: the profile\'s, AWS_REGION, else by the ARN]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l shell -d 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l hide-code -d 'Do not show the digits while they are typed'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l no-input -d 'Never ask anything on the terminal: fail instead'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l no-role -d 'Stop at the MFA session, even where the item or the profile names a role'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l read-only -d 'Narrow them to what AWS\'s ReadOnlyAccess policy allows'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l no-cache -d 'Get new credentials even where some from an earlier run are still good, and keep none'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -l explain -d 'Show the calls that would be made and where each setting comes from; ask nobody anything'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -s v -l verbose -d 'Tell details on standard error'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand serve" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l serial-number -d 'Your MFA device: its ARN, or a hardware device\'s serial number' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l token-code -d 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l token-from -d 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l mfa-duration-seconds -l token-duration-seconds -d 'How long a session without a role lasts: 900 to 129600 [default: 43200]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l role-arn -l iam-role -d 'The role to assume' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l role-duration-seconds -d 'How long the role\'s credentials last: 900 to the role\'s maximum [default: 3600]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l role-session-name -d 'The name that CloudTrail shows [default: your user name]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l external-id -d 'The external id that the role\'s trust policy asks for' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l policy -d 'Narrow the role\'s credentials by a session policy: JSON, or file://PATH' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l policy-arn -d 'Narrow them by a managed policy; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l tag -d 'A session tag; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l transitive-tag -d 'The name of a session tag that goes on to the next role of a chain; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l source-identity -d 'Who you are behind the role, for CloudTrail and trust policies' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l from -d 'The password manager that holds the keys, as listed by `aws-auth backends`' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l item -d 'The item in it, in its own words: an entry, a folder, a title' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l min-ttl -d 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l profile -d 'The profile in ~/.aws/config whose settings to use' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l region -d 'The AWS region to ask, and to export [default: the profile\'s, AWS_REGION, else by the ARN]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l service -d 'Open the page of this service, like s3 or ec2' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l console-duration-seconds -d 'How long the console stays signed in: 900 to 43200 [default: as long as the credentials]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l hide-code -d 'Do not show the digits while they are typed'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l no-input -d 'Never ask anything on the terminal: fail instead'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l no-role -d 'Stop at the MFA session, even where the item or the profile names a role'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l read-only -d 'Narrow them to what AWS\'s ReadOnlyAccess policy allows'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l no-cache -d 'Get new credentials even where some from an earlier run are still good, and keep none'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l explain -d 'Show the calls that would be made and where each setting comes from; ask nobody anything'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -s v -l verbose -d 'Tell details on standard error'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -l print -d 'Print the address, which signs in whoever opens it, and open no browser'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand console" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l serial-number -d 'Your MFA device: its ARN, or a hardware device\'s serial number' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l token-code -d 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l token-from -d 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l mfa-duration-seconds -l token-duration-seconds -d 'How long a session without a role lasts: 900 to 129600 [default: 43200]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l role-arn -l iam-role -d 'The role to assume' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l role-duration-seconds -d 'How long the role\'s credentials last: 900 to the role\'s maximum [default: 3600]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l role-session-name -d 'The name that CloudTrail shows [default: your user name]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l external-id -d 'The external id that the role\'s trust policy asks for' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l policy -d 'Narrow the role\'s credentials by a session policy: JSON, or file://PATH' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l policy-arn -d 'Narrow them by a managed policy; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l tag -d 'A session tag; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l transitive-tag -d 'The name of a session tag that goes on to the next role of a chain; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l source-identity -d 'Who you are behind the role, for CloudTrail and trust policies' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l from -d 'The password manager that holds the keys, as listed by `aws-auth backends`' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l item -d 'The item in it, in its own words: an entry, a folder, a title' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l min-ttl -d 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l profile -d 'The profile in ~/.aws/config whose settings to use' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l region -d 'The AWS region to ask, and to export [default: the profile\'s, AWS_REGION, else by the ARN]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l hide-code -d 'Do not show the digits while they are typed'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l no-input -d 'Never ask anything on the terminal: fail instead'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l no-role -d 'Stop at the MFA session, even where the item or the profile names a role'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l read-only -d 'Narrow them to what AWS\'s ReadOnlyAccess policy allows'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l no-cache -d 'Get new credentials even where some from an earlier run are still good, and keep none'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -l explain -d 'Show the calls that would be made and where each setting comes from; ask nobody anything'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -s v -l verbose -d 'Tell details on standard error'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand credential-process" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand unset" -l shell -d 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand unset" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand status" -l format -d 'Print json for programs' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand status" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand logout" -l from -d 'The password manager' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand logout" -l item -d 'The item in it' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand logout" -l profile -d 'The profile in ~/.aws/config' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand logout" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and not __fish_seen_subcommand_from list show check" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and not __fish_seen_subcommand_from list show check" -f -a "list" -d 'List the managers: where each manifest comes from and whether its program is found'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and not __fish_seen_subcommand_from list show check" -f -a "show" -d 'Print a manager\'s manifest'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and not __fish_seen_subcommand_from list show check" -f -a "check" -d 'Check a manifest file of your own, and the recorded answers beside it'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from check" -l item -d 'The item to ask for' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from check" -l param -d 'A setting of the manager, such as vault=Private; may be repeated' -r
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from check" -l live -d 'Ask the manager too, and say which fields the item has; no value is shown'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand backends; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand init" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand man" -s h -l help -d 'Print help'
complete -c aws-auth -n "__fish_aws_auth_using_subcommand completions" -s h -l help -d 'Print help'

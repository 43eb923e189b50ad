
use builtin;
use str;

set edit:completion:arg-completer[aws-auth] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'aws-auth'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'aws-auth'= {
            cand --serial-number 'Your MFA device: its ARN, or a hardware device''s serial number'
            cand --token-code 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]'
            cand --token-from 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints'
            cand --mfa-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --token-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --role-arn 'The role to assume'
            cand --iam-role 'The role to assume'
            cand --role-duration-seconds 'How long the role''s credentials last: 900 to the role''s maximum [default: 3600]'
            cand --role-session-name 'The name that CloudTrail shows [default: your user name]'
            cand --external-id 'The external id that the role''s trust policy asks for'
            cand --policy 'Narrow the role''s credentials by a session policy: JSON, or file://PATH'
            cand --policy-arn 'Narrow them by a managed policy; may be repeated'
            cand --tag 'A session tag; may be repeated'
            cand --transitive-tag 'The name of a session tag that goes on to the next role of a chain; may be repeated'
            cand --source-identity 'Who you are behind the role, for CloudTrail and trust policies'
            cand --from 'The password manager that holds the keys, as listed by `aws-auth backends`'
            cand --item 'The item in it, in its own words: an entry, a folder, a title'
            cand --param 'A setting of the manager, such as vault=Private; may be repeated'
            cand --min-ttl 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]'
            cand --profile 'The profile in ~/.aws/config whose settings to use'
            cand --region 'The AWS region to ask, and to export [default: the profile''s, AWS_REGION, else by the ARN]'
            cand --shell 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]'
            cand --format 'Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), ini (for ~/.aws/credentials)'
            cand --write-profile 'Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files'
            cand --hide-code 'Do not show the digits while they are typed'
            cand --no-input 'Never ask anything on the terminal: fail instead'
            cand --no-role 'Stop at the MFA session, even where the item or the profile names a role'
            cand --read-only 'Narrow them to what AWS''s ReadOnlyAccess policy allows'
            cand --no-cache 'Get new credentials even where some from an earlier run are still good, and keep none'
            cand --explain 'Show the calls that would be made and where each setting comes from; ask nobody anything'
            cand -v 'Tell details on standard error'
            cand --verbose 'Tell details on standard error'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand exec 'Run a command with the credentials in its environment, and nowhere else'
            cand serve 'Give credentials to every program of this shell through a local endpoint, always fresh'
            cand credential-process 'Print what credential_process in ~/.aws/config expects, for every program that uses an AWS SDK'
            cand unset 'Print the statements that clear the credentials from this shell'
            cand status 'Show the credentials this shell holds and those kept for the next run, without asking anybody'
            cand logout 'Forget the kept credentials: all, or those of one source'
            cand backends 'List the password managers known here'
            cand init 'Print a shell function, awsauth, that puts credentials into the shell: eval "$(aws-auth init bash)"'
            cand man 'Print the manual page, as in: aws-auth man | man -l -'
            cand completions 'Print the completions for a shell, to be put where it looks for them'
        }
        &'aws-auth;exec'= {
            cand --serial-number 'Your MFA device: its ARN, or a hardware device''s serial number'
            cand --token-code 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]'
            cand --token-from 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints'
            cand --mfa-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --token-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --role-arn 'The role to assume'
            cand --iam-role 'The role to assume'
            cand --role-duration-seconds 'How long the role''s credentials last: 900 to the role''s maximum [default: 3600]'
            cand --role-session-name 'The name that CloudTrail shows [default: your user name]'
            cand --external-id 'The external id that the role''s trust policy asks for'
            cand --policy 'Narrow the role''s credentials by a session policy: JSON, or file://PATH'
            cand --policy-arn 'Narrow them by a managed policy; may be repeated'
            cand --tag 'A session tag; may be repeated'
            cand --transitive-tag 'The name of a session tag that goes on to the next role of a chain; may be repeated'
            cand --source-identity 'Who you are behind the role, for CloudTrail and trust policies'
            cand --from 'The password manager that holds the keys, as listed by `aws-auth backends`'
            cand --item 'The item in it, in its own words: an entry, a folder, a title'
            cand --param 'A setting of the manager, such as vault=Private; may be repeated'
            cand --min-ttl 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]'
            cand --profile 'The profile in ~/.aws/config whose settings to use'
            cand --region 'The AWS region to ask, and to export [default: the profile''s, AWS_REGION, else by the ARN]'
            cand --serve 'Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs'
            cand --hide-code 'Do not show the digits while they are typed'
            cand --no-input 'Never ask anything on the terminal: fail instead'
            cand --no-role 'Stop at the MFA session, even where the item or the profile names a role'
            cand --read-only 'Narrow them to what AWS''s ReadOnlyAccess policy allows'
            cand --no-cache 'Get new credentials even where some from an earlier run are still good, and keep none'
            cand --explain 'Show the calls that would be made and where each setting comes from; ask nobody anything'
            cand -v 'Tell details on standard error'
            cand --verbose 'Tell details on standard error'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;serve'= {
            cand --serial-number 'Your MFA device: its ARN, or a hardware device''s serial number'
            cand --token-code 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]'
            cand --token-from 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints'
            cand --mfa-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --token-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --role-arn 'The role to assume'
            cand --iam-role 'The role to assume'
            cand --role-duration-seconds 'How long the role''s credentials last: 900 to the role''s maximum [default: 3600]'
            cand --role-session-name 'The name that CloudTrail shows [default: your user name]'
            cand --external-id 'The external id that the role''s trust policy asks for'
            cand --policy 'Narrow the role''s credentials by a session policy: JSON, or file://PATH'
            cand --policy-arn 'Narrow them by a managed policy; may be repeated'
            cand --tag 'A session tag; may be repeated'
            cand --transitive-tag 'The name of a session tag that goes on to the next role of a chain; may be repeated'
            cand --source-identity 'Who you are behind the role, for CloudTrail and trust policies'
            cand --from 'The password manager that holds the keys, as listed by `aws-auth backends`'
            cand --item 'The item in it, in its own words: an entry, a folder, a title'
            cand --param 'A setting of the manager, such as vault=Private; may be repeated'
            cand --min-ttl 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]'
            cand --profile 'The profile in ~/.aws/config whose settings to use'
            cand --region 'The AWS region to ask, and to export [default: the profile''s, AWS_REGION, else by the ARN]'
            cand --shell 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]'
            cand --hide-code 'Do not show the digits while they are typed'
            cand --no-input 'Never ask anything on the terminal: fail instead'
            cand --no-role 'Stop at the MFA session, even where the item or the profile names a role'
            cand --read-only 'Narrow them to what AWS''s ReadOnlyAccess policy allows'
            cand --no-cache 'Get new credentials even where some from an earlier run are still good, and keep none'
            cand --explain 'Show the calls that would be made and where each setting comes from; ask nobody anything'
            cand -v 'Tell details on standard error'
            cand --verbose 'Tell details on standard error'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;credential-process'= {
            cand --serial-number 'Your MFA device: its ARN, or a hardware device''s serial number'
            cand --token-code 'The six digits it shows now; - reads them from standard input [default: ask on the terminal]'
            cand --token-from 'Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints'
            cand --mfa-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --token-duration-seconds 'How long a session without a role lasts: 900 to 129600 [default: 43200]'
            cand --role-arn 'The role to assume'
            cand --iam-role 'The role to assume'
            cand --role-duration-seconds 'How long the role''s credentials last: 900 to the role''s maximum [default: 3600]'
            cand --role-session-name 'The name that CloudTrail shows [default: your user name]'
            cand --external-id 'The external id that the role''s trust policy asks for'
            cand --policy 'Narrow the role''s credentials by a session policy: JSON, or file://PATH'
            cand --policy-arn 'Narrow them by a managed policy; may be repeated'
            cand --tag 'A session tag; may be repeated'
            cand --transitive-tag 'The name of a session tag that goes on to the next role of a chain; may be repeated'
            cand --source-identity 'Who you are behind the role, for CloudTrail and trust policies'
            cand --from 'The password manager that holds the keys, as listed by `aws-auth backends`'
            cand --item 'The item in it, in its own words: an entry, a folder, a title'
            cand --param 'A setting of the manager, such as vault=Private; may be repeated'
            cand --min-ttl 'Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]'
            cand --profile 'The profile in ~/.aws/config whose settings to use'
            cand --region 'The AWS region to ask, and to export [default: the profile''s, AWS_REGION, else by the ARN]'
            cand --hide-code 'Do not show the digits while they are typed'
            cand --no-input 'Never ask anything on the terminal: fail instead'
            cand --no-role 'Stop at the MFA session, even where the item or the profile names a role'
            cand --read-only 'Narrow them to what AWS''s ReadOnlyAccess policy allows'
            cand --no-cache 'Get new credentials even where some from an earlier run are still good, and keep none'
            cand --explain 'Show the calls that would be made and where each setting comes from; ask nobody anything'
            cand -v 'Tell details on standard error'
            cand --verbose 'Tell details on standard error'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;unset'= {
            cand --shell 'Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;status'= {
            cand --format 'Print json for programs'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;logout'= {
            cand --from 'The password manager'
            cand --item 'The item in it'
            cand --profile 'The profile in ~/.aws/config'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;backends'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the managers: where each manifest comes from and whether its program is found'
            cand show 'Print a manager''s manifest'
            cand check 'Check a manifest file of your own, and the recorded answers beside it'
        }
        &'aws-auth;backends;list'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;backends;show'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;backends;check'= {
            cand --item 'The item to ask for'
            cand --param 'A setting of the manager, such as vault=Private; may be repeated'
            cand --live 'Ask the manager too, and say which fields the item has; no value is shown'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;init'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'aws-auth;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}

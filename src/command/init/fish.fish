function awsauth --description 'AWS credentials for this shell'
    set -l first "$argv[1]"
    if not string match -qr -- '^(-.*|unset|serve|)$' "$first"; or string match -qr -- '^--(format|shell|write-profile|help|version)' $argv
        command aws-auth $argv
        return
    end
    set -l names 'AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|CREDENTIAL_EXPIRATION|SESSION_EXPIRATION|PROFILE|DEFAULT_PROFILE|SECURITY_TOKEN)'
    if set -l universal (string match -r -- "^$names\$" (set -nU))
        echo "awsauth: a universal variable is in the way: set -eU $universal" >&2
        return 10
    end
    set -l fish_trace
    set -l verb
    if contains -- "$first" unset serve
        set verb $first
        set -e argv[1]
    end
    set -l statements (command aws-auth $verb --shell fish $argv)
    or return
    if string match -q -- 'if set *' "$statements[1]"
        string join \n -- $statements | source
    else if set -q statements[1]
        string join \n -- $statements
    end
end
complete -c awsauth -w aws-auth

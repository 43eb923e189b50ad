# Completions of aws-auth for fish: aws-auth itself says what can stand at the cursor.
function __aws_auth_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    if set -l at (contains -i -- -- $words)
        # What `exec` is to run has completions of its own.
        set -e words[1..$at]
        set -q words[1]; and set words (string escape -- $words)
        complete -C "$words $current"
        return
    end
    set -l found (command aws-auth complete fish $words "$current" 2>/dev/null)
    if test $status -ne 0
        __fish_complete_path "$current"
    else if set -q found[1]
        string join \n -- $found
    end
end
complete -c aws-auth -f -a '(__aws_auth_complete)'

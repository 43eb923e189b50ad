# Completions of aws-auth for bash 3.2 and newer: aws-auth itself says what can stand at the cursor.
_aws_auth() {
    local found line i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] || continue
        # What `exec` is to run: a command, with completions of its own where bash-completion is loaded.
        if declare -F _command_offset >/dev/null; then
            _command_offset $((i + 1))
        elif ((COMP_CWORD == i + 1)); then
            found=$(compgen -c -- "$2")
            while IFS= read -r line; do [[ -z $line ]] || COMPREPLY+=("$line"); done <<<"$found"
        fi
        return
    done
    found=$(command aws-auth complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null) || return
    # Where aws-auth has nothing to say, a file's name would be wrong.
    compopt +o bashdefault +o default 2>/dev/null
    while IFS= read -r line; do [[ -z $line ]] || COMPREPLY+=("$line"); done <<<"$found"
}
complete -F _aws_auth -o bashdefault -o default aws-auth

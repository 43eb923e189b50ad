def --env --wrapped awsauth [...args: string] {
    let first = $args | get 0? | default ''
    let shows = $args | any {|arg| $arg =~ '^(-h|-V|--(format|shell|write-profile|help|version|explain).*)$' }
    if $shows or not ($first =~ '^(-.*|unset|serve|)$') {
        ^aws-auth ...$args
    } else {
        let verb = if $first in [unset serve] { [$first] } else { [] }
        ^aws-auth ...$verb --shell nu ...($args | skip ($verb | length)) | from json | load-env
    }
}

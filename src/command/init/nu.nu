def --env --wrapped awsauth [...args: string] {
    let first = $args | get 0? | default ''
    let shows = $args | any {|arg| $arg =~ '^(-h|-V|--(format|write-profile|help|version|explain).*)$' }
    if $shows or not ($first =~ '^(-.*|unset|)$') {
        ^aws-auth ...$args
    } else {
        ^aws-auth ...$args --shell nu | from json | load-env
    }
}

use str
fn has {|words start| or (each {|word| str:has-prefix $word $start } $words) }
edit:add-var awsauth~ {|@args|
  var first = [$@args ''][0]
  var shows = (or (has $args --format) (has $args --shell) (has $args --write-profile) (has $args --help) (has $args --version))
  if (or $shows (not (or (eq $first '') (eq $first unset) (eq $first serve) (str:has-prefix $first -)))) {
    e:aws-auth $@args
  } else {
    tmp E:AWSAUTH_FUNCTION = elvish
    var verb = []
    if (or (eq $first unset) (eq $first serve)) { set verb = [$first]; set args = $args[1..] }
    var statements = (e:aws-auth $@verb --shell elvish $@args | slurp)
    if (str:has-prefix $statements unset-env) { eval $statements } else { print $statements }
  }
}
set edit:completion:arg-completer[awsauth] = $edit:completion:arg-completer[aws-auth]

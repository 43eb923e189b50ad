# Completions of aws-auth for elvish: aws-auth itself says what can stand at the cursor.
use str
set edit:completion:arg-completer[aws-auth] = {|@words|
  var after = (+ 1 (count [(each {|word| if (eq $word --) { break }; put $word } $words[..-1])]))
  if (< $after (count $words)) {
    # What `exec` is to run has completions of its own.
    edit:complete-sudo -- (all $words[$after..])
  } else {
    var found = []
    try {
      set found = [(e:aws-auth complete elvish $@words 2>/dev/null)]
    } catch {
      edit:complete-filename $words[-1]
    }
    for line $found {
      var word help = (str:split "\t" $line)
      edit:complex-candidate $word &code-suffix=' ' &display=(if (eq $help '') { put $word } else { put $word'  '$help })
    }
  }
}

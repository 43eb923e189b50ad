//! `NAME=value` lines, which a shell may source and other programs read as they are.

/// Appends a line. A value stands as it is wherever every shell that sources the line takes it so: programs that read
/// such files without a shell would take quotes for a part of it. What AWS gives is base64, and never needs any.
pub fn line(out: &mut String, name: &str, value: &str) {
    for part in [name, "="] {
        out.push_str(part);
    }
    if is_plain(value) {
        out.push_str(value);
    } else {
        out.push('\'');
        for (number, part) in value.split('\'').enumerate() {
            if number > 0 {
                out.push_str("'\\''");
            }
            out.push_str(part);
        }
        out.push('\'');
    }
    out.push('\n');
}

/// A shell expands `~`, and zsh `=` too, at the beginning of a value and after each `:` in it.
/// Source: <https://zsh.sourceforge.io/Doc/Release/Expansion.html#Filename-Expansion>
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_.:~,@%-".contains(&byte))
        && !value.split(':').any(|part| part.starts_with(['~', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_change_is_quoted() {
        let rows = [
            ("abc/+1==", "N=abc/+1==\n"),
            ("eu-west-1", "N=eu-west-1\n"),
            ("2030-01-02T03:04:05Z", "N=2030-01-02T03:04:05Z\n"),
            ("~root", "N='~root'\n"),
            ("=ls", "N='=ls'\n"),
            ("a:=ls", "N='a:=ls'\n"),
            ("a~b=~c", "N=a~b=~c\n"),
            ("a b", "N='a b'\n"),
            ("it's", "N='it'\\''s'\n"),
            ("", "N=\n"),
        ];
        for (value, expected) in rows {
            let mut out = String::new();
            line(&mut out, "N", value);
            assert_eq!(out, expected);
        }
    }
}

//! The text of an item in an answer that shows more of it: its label, when it was made.

use super::kind::Kind;
use super::manifest::Read;
use super::verdict::Refusal;
use crate::os::child::Answer;
use crate::secret::SecretBuffer;

/// The answer with the item's text alone on standard output, where the manifest says what stands around that. An answer
/// that shows no text has none; one that shows several items is refused.
pub fn cut(answer: Answer, read: &Read) -> Result<Answer, Refusal> {
    let Some([begins, ends]) = &read.between else { return Ok(answer) };
    if !answer.status.success() {
        return Ok(answer);
    }
    let shown = answer.stdout.as_bytes();
    let (begins, ends) = (format!("\n{begins}").into_bytes(), format!("\n{ends}").into_bytes());
    let text = match find(shown, &begins) {
        None => b"".as_slice(),
        Some(at) => {
            // Without its first newline the end of an empty text would not be seen.
            let text = &shown[at + begins.len()..];
            let whole = rfind(text, &ends).map_or(text, |end| &text[..end]);
            match find(whole, &ends) {
                Some(end) if find(&whole[end..], &begins).is_some() => return Err(Refusal::silent(Kind::Ambiguous)),
                _ => whole,
            }
        }
    };
    Ok(Answer { stdout: SecretBuffer::of(text), ..answer })
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|here| here == part)
}

fn rfind(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|here| here == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    fn text_of(shown: &str) -> Result<String, Kind> {
        let read = "argv = ['{entry}']\nshape = 'pairs'\nbetween = ['secret = ', 'created = ']";
        let answer = Answer {
            status: ExitStatus::from_raw(0),
            stdout: SecretBuffer::of(shown.as_bytes()),
            stderr: SecretBuffer::of(b""),
        };
        let cut = cut(answer, &toml::from_str(read).unwrap()).map_err(|refusal| refusal.kind)?;
        Ok(String::from_utf8(cut.stdout.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn the_text_of_one_item_is_whole_and_several_are_refused() {
        let rows = [
            ("[/1]\nlabel = a\nsecret = x\ncreated = 1\n", Ok("x")),
            ("[/1]\nlabel = a\nsecret = x\ny: z\n\ncreated = 1\nmodified = 2\n", Ok("x\ny: z\n")),
            ("[/1]\nlabel = a\nsecret = \ncreated = 1\n", Ok("")),
            ("[/1]\nlabel = a\nsecret = created = 9\nsecret = y\ncreated = 1\n", Ok("created = 9\nsecret = y")),
            ("[/1]\nlabel = a\nsecret = x\ncreated = of old\ny\ncreated = 1\n", Ok("x\ncreated = of old\ny")),
            ("[/1]\nlabel = a\ncreated = 1\n", Ok("")),
            ("", Ok("")),
            (
                "[/1]\nlabel = a\nsecret = x\ncreated = 1\n[/2]\nlabel = b\nsecret = y\ncreated = 2\n",
                Err(Kind::Ambiguous),
            ),
        ];
        for (shown, expected) in rows {
            assert_eq!(text_of(shown), expected.map(str::to_owned), "{shown:?}");
        }
    }
}

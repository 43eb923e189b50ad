//! Tables: a line of headings, then rows. The AWS console's CSV, what a spreadsheet makes of it, and tables in notes.

use super::name::{Class, Folded};
use crate::backend::field::Field;

/// The most columns of a table.
const COLUMNS: usize = 32;

/// The headings of a table.
pub struct Table {
    separator: char,
    /// The headings, as they are written.
    pub headings: Vec<String>,
    name: Option<usize>,
}

impl Table {
    /// The table that begins with this line: it has a column for key ids and one for secrets.
    #[must_use]
    pub fn begin(line: &str, folded: &mut Folded) -> Option<Self> {
        let separator = [',', ';', '\t', '|'].into_iter().find(|separator| line.contains(*separator))?;
        let cells = cells(line, separator);
        let mut has = |field| {
            cells.iter().any(|cell| {
                let meaning = Some(cell).filter(|cell| cell.len() <= 40).and_then(|cell| folded.meaning(None, cell));
                meaning.is_some_and(|meaning| meaning.field == field && meaning.class <= Class::Near)
            })
        };
        if cells.len() < 2 || !has(Field::AccessKeyId) || !has(Field::SecretAccessKey) {
            return None;
        }
        let names = ["profile", "username", "user", "name", "account", "accountname"];
        let name = names.iter().find_map(|name| cells.iter().position(|cell| folded.is(cell, name)));
        Some(Self { separator, headings: cells.into_iter().map(str::to_owned).collect(), name })
    }

    /// The cells of a row; none where the table has ended, no cells for a line that only looks well.
    #[must_use]
    pub fn row<'l>(&self, line: &'l str) -> Option<Vec<&'l str>> {
        if !line.contains(self.separator) {
            let is_rule = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '+' | '=' | '|' | ':' | ' '));
            return is_rule.then(Vec::new);
        }
        let cells = cells(line, self.separator);
        let is_rule = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | '+' | '=')));
        Some(if is_rule { Vec::new() } else { cells })
    }

    /// What tells a row from the others.
    #[must_use]
    pub fn name<'l>(&self, cells: &[&'l str]) -> Option<&'l str> {
        cells.get(self.name?).copied().filter(|name| !name.is_empty())
    }
}

/// The cells of a line, without the quotes around them. A quote inside, which is written twice, is left as it is: no value
/// of ours has one.
fn cells(line: &str, separator: char) -> Vec<&str> {
    let line = line.trim();
    let mut rest = if separator == '|' { line.trim_matches('|') } else { line };
    let mut cells = Vec::new();
    while cells.len() < COLUMNS {
        let quoted = rest.trim_start().strip_prefix('"').and_then(|inside| inside.split_once('"'));
        if let Some((cell, after)) = quoted {
            cells.push(cell.trim());
            match after.split_once(separator) {
                Some((_, next)) => rest = next,
                None => break,
            }
        } else if let Some((cell, next)) = rest.split_once(separator) {
            cells.push(bare(cell));
            rest = next;
        } else {
            cells.push(bare(rest));
            break;
        }
    }
    cells
}

fn bare(cell: &str) -> &str {
    cell.trim_matches([' ', '\t', '`', '*', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_by_its_headings() {
        let mut folded = Folded::new();
        let rows = [
            ("Access key ID,Secret access key", true),
            ("User name,Password,Access key ID,Secret access key,Console login link", true),
            ("\"User Name\";\"Access key ID\";\"Secret access key\"", true),
            ("| Access key ID | Secret access key |", true),
            ("Access key ID\tSecret access key", true),
            ("User name,Access key ID", false),
            ("User name,Secret access key", false),
            ("Access key ID,MFA serial", false),
            ("Secret access key,MFA serial", false),
            ("some words, and more", false),
            ("access_key_id=x", false),
        ];
        for (line, expected) in rows {
            assert_eq!(Table::begin(line, &mut folded).is_some(), expected, "{line}");
        }
        let table = Table::begin("User name,Access key ID,Secret access key", &mut folded).unwrap();
        assert_eq!(table.row("alice,\"K\",S"), Some(vec!["alice", "K", "S"]));
        assert_eq!(table.name(&["alice", "K", "S"]), Some("alice"));
        assert_eq!((table.row("and then words"), table.row("")), (None, None));
        assert_eq!(table.row("----+---"), Some(vec![]));
        assert_eq!((table.name(&["", "K", "S"]), table.name(&[])), (None, None));
        let table = Table::begin("|Access key ID|Secret access key|", &mut folded).unwrap();
        assert_eq!(table.row("|---|:--|"), Some(vec![]));
        assert_eq!(table.row("| K | `S` |"), Some(vec!["K", "S"]));
        let wide = |count: usize| vec!["x"; count].join("|");
        let columns =
            [COLUMNS - 1, COLUMNS, COLUMNS + 1, 2 * COLUMNS].map(|count| table.row(&wide(count)).unwrap().len());
        assert_eq!(columns, [COLUMNS - 1, COLUMNS, COLUMNS, COLUMNS]);
        assert_eq!(cells("|a|;b|", ';'), ["a", "b"]);
        assert_eq!(cells("a;\"|b|\";c", ';'), ["a", "|b|", "c"]);
    }
}

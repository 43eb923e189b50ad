//! Every value comes back byte for byte, whatever is in it, and nothing in it is ever executed.
//!
//! Each shell reads `VALUES` hostile values; `AWS_AUTH_TEST_VALUES=100000` makes it a long run, and
//! `AWS_AUTH_TEST_SEED` repeats one that failed.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use aws_auth::output::shell::Shell;

use crate::support::random::{CLASSICS, Random};
use crate::support::{Home, run, tools};

const VALUES: usize = 6_000;
/// Variables in one process. Some shells grow slow with more, and tcsh with less.
const fn batch(dialect: Shell) -> usize {
    if matches!(dialect, Shell::Csh) { 250 } else { 2_000 }
}
const SEED: u64 = 0x61_7773_2d61_7574;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// How a shell is started with a script, and how it prints a variable followed by a NUL; a shell whose variables are
/// better seen from a program it starts has a script for a file of statements instead.
struct Reader {
    program: &'static str,
    args: &'static [&'static str],
    dialect: Shell,
    print: fn(&str) -> String,
}

impl Reader {
    /// Out of csh's backquotes no end of a line comes back, and in the locale C not every character beyond ASCII.
    fn takes_any(&self) -> bool {
        self.dialect != Shell::Csh || (self.print)("").starts_with("source")
    }
}

fn printf(name: &str) -> String {
    format!("printf '%s\\0' \"${name}\"\n")
}

fn read_back(reader: &Reader) {
    let Some(program) = tools::need(reader.program) else { return };
    let seed = number("AWS_AUTH_TEST_SEED", SEED);
    let total = usize::try_from(number("AWS_AUTH_TEST_VALUES", VALUES as u64)).expect("a usize");
    // csh starts a program for each that is not plain
    let total = if reader.dialect == Shell::Csh { total / 20 } else { total };
    println!("seed {seed}, {total} values");
    let home = Home::new();
    let marker = home.rig("EXECUTED");
    let marker_text = marker.to_str().expect("the path is text").to_owned();
    let mut random = Random::new(seed);
    let mut classics = CLASSICS.iter();
    let size = batch(reader.dialect);
    for batch in 0..total.div_ceil(size) {
        let values: Vec<String> = (0..size.min(total - batch * size))
            .map(|_| classics.next().map_or_else(|| random.hostile(&marker_text), |&text| text.to_owned()))
            .map(|text| if reader.takes_any() { text } else { text.replace(|c: char| c == '\n' || !c.is_ascii(), "") })
            .collect();
        let names: Vec<String> = (0..values.len()).map(|number| format!("V{number}")).collect();
        let pairs: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
        let statements = reader.dialect.statements(&["STALE_ONE", "STALE_TWO"], &pairs);
        let file = home.rig("statements");
        std::fs::write(&file, statements.as_bytes()).expect("the statements");
        // both locales: in one of them bytes above 0x7f are no characters
        let locale = if batch % 2 == 0 { "C.UTF-8" } else { "C" };
        let got = match reader.dialect {
            Shell::Nushell => nu(&program, &file, &home, values.len()),
            Shell::Csh | Shell::Elvish | Shell::Xonsh => child(reader, &program, &file, &home, values.len(), locale),
            _ => posix(reader, &program, &file, &home, &names, locale),
        };
        assert_eq!(got.len(), values.len(), "{}: number of values", reader.program);
        for (index, (value, got)) in values.iter().zip(&got).enumerate() {
            assert_eq!(
                String::from_utf8_lossy(got),
                value.as_str(),
                "{}: value {index} of batch {batch}, seed {seed}, {locale}",
                reader.program
            );
        }
        assert!(!marker.exists(), "{}: something was executed in batch {batch}, seed {seed}", reader.program);
    }
}

fn posix(reader: &Reader, program: &Path, file: &Path, home: &Home, names: &[String], locale: &str) -> Vec<Vec<u8>> {
    let source = match reader.dialect {
        Shell::Fish => format!("source {}\n", file.display()),
        _ => format!("eval \"$(cat {})\"\n", file.display()),
    };
    let stale = match reader.dialect {
        Shell::Fish => "set -q STALE_ONE; and exit 9; set -q STALE_TWO; and exit 9\n",
        _ => "[ \"${STALE_ONE-unset}${STALE_TWO-unset}\" = unsetunset ] || exit 9\n",
    };
    let mut script = source + stale;
    for name in names {
        script.push_str(&(reader.print)(name));
    }
    let path = home.rig("script");
    std::fs::write(&path, script).expect("the script");
    let mut command = Command::new(program);
    command.args(reader.args).arg(&path).env_clear().envs(home.env());
    command.env("LC_ALL", locale).env("STALE_ONE", "x").env("STALE_TWO", "x");
    let out = run::output(&mut command);
    assert_eq!(out.last(), Some(&0), "{}: the last value is ended", reader.program);
    out[..out.len() - 1].split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

/// What a program finds that the shell starts after it has read the file: `print` is the script.
fn child(reader: &Reader, program: &Path, file: &Path, home: &Home, count: usize, locale: &str) -> Vec<Vec<u8>> {
    let path = home.rig("script");
    std::fs::write(&path, (reader.print)(file.to_str().expect("text"))).expect("the script");
    let mut command = Command::new(program);
    command.args(reader.args).arg(&path).env_clear().envs(home.env()).env("LC_ALL", locale);
    in_order(&run::output(command.env("STALE_ONE", "x").env("STALE_TWO", "x")), count)
}

/// What a program started by nushell finds in its environment: that is what AWS's tools will see.
fn nu(program: &Path, file: &Path, home: &Home, count: usize) -> Vec<Vec<u8>> {
    let script = format!("open --raw '{}' | from json | load-env\n^env -0\n", file.display());
    let path = home.rig("script.nu");
    std::fs::write(&path, script).expect("the script");
    let mut command = Command::new(program);
    // the launcher that npm installs needs node
    let path_of_node = format!("{}:{}", home.env()[std::ffi::OsStr::new("PATH")].display(), node());
    command.arg("--no-config-file").arg(&path).env_clear().envs(home.env()).env("PATH", path_of_node);
    let out = run::output(command.stdin(Stdio::null()).env("STALE_ONE", "x").env("STALE_TWO", "x"));
    in_order(&out, count)
}

/// The values of `V0`, `V1` and so on in what `env -0` printed.
fn in_order(out: &[u8], count: usize) -> Vec<Vec<u8>> {
    let found: HashMap<&[u8], &[u8]> = out
        .split(|byte| *byte == 0)
        .filter_map(|pair| pair.iter().position(|byte| *byte == b'=').map(|at| (&pair[..at], &pair[at + 1..])))
        .collect();
    assert!(!found.contains_key(&b"STALE_ONE"[..]) && !found.contains_key(&b"STALE_TWO"[..]), "a stale variable");
    let value = |name: String| found.get(name.as_bytes()).unwrap_or_else(|| panic!("no {name}")).to_vec();
    (0..count).map(|number| value(format!("V{number}"))).collect()
}

fn node() -> String {
    let node = tools::find("node").expect("nushell from npm needs node");
    node.parent().expect("a directory").display().to_string()
}

macro_rules! shells {
    ($($test:ident: $program:literal $args:expr, $dialect:ident, $print:expr;)+) => {$(
        #[test]
        fn $test() {
            read_back(&Reader { program: $program, args: &$args, dialect: Shell::$dialect, print: $print });
        }
    )+};
}

shells! {
    r07_bash_reads_back_every_value: "bash" ["--norc"], Posix, printf;
    r07_dash_reads_back_every_value: "dash" [], Posix, printf;
    r07_zsh_reads_back_every_value: "zsh" ["-f"], Posix, printf;
    r07_ksh93_reads_back_every_value: "ksh93" [], Posix, printf;
    r07_mksh_reads_back_every_value: "mksh" [], Posix, |name| format!("print -nr -- \"${name}\"; print -n '\\0'\n");
    r07_busybox_reads_back_every_value: "busybox" ["sh"], Posix, printf;
    r07_fish_reads_back_every_value: "fish" ["--no-config"], Fish, |name| format!("printf '%s\\0' ${name}\n");
    r07_tcsh_reads_back_every_value: "tcsh" ["-f"], Csh, |file| format!("source {file}\nenv -0\n");
    r07_r09_tcsh_reads_back_every_value_by_eval_in_quotes: "tcsh" ["-f"], Csh, |file| {
        format!("eval \"`cat {file}`\"\nenv -0\n")
    };
    r07_r09_tcsh_reads_back_every_value_by_bare_eval: "tcsh" ["-f"], Csh, |file| format!("eval `cat {file}`\nenv -0\n");
    r07_elvish_reads_back_every_value: "elvish" ["-norc"], Elvish, |file| format!("eval (slurp < {file})\ne:env -0\n");
    r07_xonsh_reads_back_every_value: "xonsh" ["--no-rc"], Xonsh, |file| {
        format!("execx(open('{file}').read())\nenv -0\n")
    };
    r13_nushell_reads_back_every_value: "nu" [], Nushell, printf;
}

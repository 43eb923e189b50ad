//! From arguments to an exit code.

use crate::aws_files::Files;
use crate::backend::{check, list};
use crate::cache::Cache;
use crate::cli::{Backends, BackendsAction, Cli, Command, Console, Exec, Print, Request, Serve};
use crate::console::{Page, browser};
use crate::error::{Class, Error};
use crate::exec::Program;
use crate::os::{guard, stdio};
use crate::output::{self, Format, Product};
use crate::profile::Profiles;
use crate::serve;
use crate::settings::{self, Settings};
use crate::shared_file::Target;
use crate::{completions, explain, flow, init, man, runtime, status, text};
use clap::Parser;
use std::ffi::OsString;
use std::time::Duration;

/// Runs the command line `argv`, whose first element is our own name. Returns the exit code.
#[must_use]
pub fn run(argv: &[OsString]) -> u8 {
    watch(argv);
    let result = match argv {
        [_, command, asked @ ..] if command == completions::COMMAND => complete(asked),
        _ => match Cli::try_parse_from(argv) {
            Ok(cli) => dispatch(cli),
            Err(error) if error.use_stderr() => Err(usage(&error)),
            Err(help) => output::print(help.to_string()).map(|()| 0),
        },
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            guard::restore_terminal();
            tell(&error);
            fail(error.class().code())
        }
    }
}

/// Says what went wrong: for a person in two lines, for a program that keeps what we say in one.
pub fn tell(error: &Error) {
    stdio::say(&if stdio::is_brief() { format!("{error:#}") } else { error.to_string() });
}

/// Says by standard output, where a shell may be reading it, that the run has failed.
#[must_use]
pub fn fail(code: u8) -> u8 {
    let statement = guard::take_statement(code);
    if !statement.is_empty() {
        let _ = stdio::write_stdout(statement.as_bytes());
    }
    code
}

/// Prepares for an early end. The form of the output must be known before the command line is understood, because a
/// wrong command line is told in that form too.
fn watch(argv: &[OsString]) {
    let words: Vec<&str> =
        argv.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let value = |flag: &str| {
        let next = words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1)).copied();
        next.or_else(|| words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('=')))
    };
    let writes = words.iter().any(|word| *word == "--write-profile" || word.starts_with("--write-profile="));
    let plain = writes
        || matches!(
            words.first(),
            Some(
                &("exec"
                    | "console"
                    | "credential-process"
                    | "backends"
                    | "completions"
                    | "complete"
                    | "man"
                    | "status"
                    | "logout")
            )
        );
    if words.first() == Some(&"credential-process") {
        stdio::be_brief();
    }
    let form = match value("--format") {
        Some("env" | "json" | "process" | "ini") => Some(Format::Json),
        _ => value("--shell").and_then(crate::shell::Shell::named).map(Format::Shell),
    };
    let replaced = words.first() == Some(&"exec");
    guard::watch(
        replaced,
        Box::new(move |code| {
            if plain || stdio::stdout_is_terminal() {
                return String::new();
            }
            form.unwrap_or_else(|| Format::Shell(crate::shell::Shell::of_caller())).failure(code)
        }),
    );
}

/// Does what was asked for; gives the exit code.
fn dispatch(cli: Cli) -> Result<u8, Error> {
    let done = match cli.command {
        None => match &cli.print.write_profile {
            Some(name) => write_profile(&cli.request, name),
            None => credentials(&cli.request, &cli.print),
        },
        Some(Command::Exec(exec)) if exec.serve => return serve_command(&exec),
        Some(Command::Exec(exec)) => execute(&exec.request, &exec.command),
        Some(Command::Serve(serve)) => return serve_shell(&serve),
        Some(Command::Console(console)) => show_console(&console),
        Some(Command::CredentialProcess(request)) => match runtime::wait(product(&request, settings::MIN_TTL_OF_SDKS))?
        {
            None => Ok(()),
            Some(product) => output::deliver(&product.render(Format::Process)).map(|()| product.delivered()),
        },
        Some(Command::Unset(dialect)) => output::print(output::unset(settings::shell(dialect.shell.as_deref())?)),
        Some(Command::Status { format }) => output::print(status_text(format.as_deref())?),
        Some(Command::Logout { from, item, profile }) => {
            output::print(logout(&Request { from, item, profile, ..Request::default() })?)
        }
        Some(Command::Backends(backends)) => output::print(backends_text(backends)?),
        Some(Command::Init { shell }) => output::print(init::script(&shell)?),
        Some(Command::Man) => output::print(man::PAGE),
        Some(Command::Completions { shell }) => output::print(completions::script(&shell)?),
    };
    done.map(|()| 0)
}

/// What can stand at the cursor, for a completion script. Not a command of people's, so clap does not know it.
fn complete(asked: &[OsString]) -> Result<u8, Error> {
    completions::answer(asked, Files::read).map_or(Ok(completions::ELSEWHERE), |text| output::print(text).map(|()| 0))
}

fn backends_text(backends: Backends) -> Result<String, Error> {
    match backends.action {
        None | Some(BackendsAction::List) => Ok(list::table()),
        Some(BackendsAction::Show { name }) => list::show(&name),
        Some(BackendsAction::Check { file, live: false, .. }) => check::file(&file),
        Some(BackendsAction::Check { file, item, params, .. }) => check::live(&file, item.as_deref(), &params),
    }
}

fn status_text(format: Option<&str>) -> Result<String, Error> {
    let cache = Cache::open(true, Duration::ZERO);
    let mut entries = cache.entries();
    // A session that is all that was wanted is kept as the session and as the result.
    entries.sort_by(|one, other| one.credentials.access_key_id.as_str().cmp(other.credentials.access_key_id.as_str()));
    entries.dedup_by(|one, other| one.credentials.access_key_id == other.credentials.access_key_id);
    entries.sort_by(|one, other| one.label.cmp(&other.label));
    match format {
        None => status::text(&entries, cache.is_open(), false),
        Some("json") => status::text(&entries, cache.is_open(), true),
        Some(_) => Err(Error::new(Class::Usage, "--format of status knows json only")
            .hint("leave it out to read the status yourself")),
    }
}

fn logout(request: &Request) -> Result<String, Error> {
    let cache = Cache::open(true, Duration::ZERO);
    let all = request.from.is_none() && request.profile.is_none();
    let count = if all {
        cache.clear()
    } else {
        let (settings, _) = settings_of(request, Duration::ZERO)?;
        cache.forget(&settings.source.to_string())
    };
    Ok(match count {
        0 => "Nothing was kept.\n".to_owned(),
        1 => "One set of credentials was kept, and is forgotten.\n".to_owned(),
        count => format!("{count} sets of credentials were kept, and are forgotten.\n"),
    })
}

/// The settings and profiles that a command line leads to; `least` is the time that kept credentials must be good for
/// where it says none.
fn settings_of(request: &Request, least: Duration) -> Result<(Settings, Profiles), Error> {
    Settings::gather(request, Files::read()?, least)
}

/// Serves credentials to the shell that called.
fn serve_shell(serve: &Serve) -> Result<u8, Error> {
    let shell = settings::shell(serve.dialect.shell.as_deref())?;
    let code = serve::for_shell(shell, || settings_of(&serve.request, settings::MIN_TTL_OF_SDKS))?;
    Ok(if code == 0 { 0 } else { fail(code) })
}

/// Serves credentials to one command.
fn serve_command(exec: &Exec) -> Result<u8, Error> {
    let Some((name, arguments)) = exec.command.split_first() else { return Ok(0) };
    let program = Program::find(name)?;
    serve::for_command(&program, arguments, settings_of(&exec.request, settings::MIN_TTL_OF_SDKS)?)
}

fn show_console(console: &Console) -> Result<(), Error> {
    let wanted = Page::new(console.service.as_deref(), console.console_duration_seconds)?;
    runtime::wait(async {
        let (mut settings, profiles) = settings_of(&console.request, settings::MIN_TTL)?;
        wanted.check(&mut settings)?;
        let Some(product) = get(&settings, &profiles).await? else { return Ok(()) };
        let url = wanted.url(&product, settings.region.as_deref()).await?;
        if console.print {
            output::deliver(&format!("{}\n", *url))?;
        } else {
            browser::open(&url).await?;
        }
        product.delivered();
        Ok(())
    })
}

fn credentials(request: &Request, print: &Print) -> Result<(), Error> {
    let format = settings::format(print)?;
    let Some(product) = runtime::wait(product(request, settings::MIN_TTL))? else { return Ok(()) };
    output::deliver(&product.render(format))?;
    product.delivered();
    if stdio::stdout_is_terminal() && matches!(format, Format::Shell(_)) {
        stdio::say("aws-auth: to use these in this shell: eval \"$(aws-auth …)\", in fish: aws-auth … | source");
    }
    Ok(())
}

/// Gets what the command line asks for, or none where only the plan is wanted, which is shown.
async fn product(request: &Request, least: Duration) -> Result<Option<Product>, Error> {
    fault_for_tests();
    let (settings, profiles) = settings_of(request, least)?;
    get(&settings, &profiles).await
}

fn write_profile(request: &Request, name: &str) -> Result<(), Error> {
    runtime::wait(async {
        let (settings, profiles) = settings_of(request, settings::MIN_TTL)?;
        let mut target = Target::new(name, &profiles)?;
        if let Some(product) = get(&settings, &profiles).await? {
            stdio::say(&target.write(&product)?);
            product.delivered();
        }
        Ok(())
    })
}

async fn get(settings: &Settings, profiles: &Profiles) -> Result<Option<Product>, Error> {
    if settings.explain {
        let keeps = settings.cache && Cache::open(true, Duration::ZERO).is_open();
        // Not on standard output, where a shell would take it for statements.
        stdio::say(explain::text(settings, keeps)?.trim_end());
        return Ok(None);
    }
    // Boxed: with the SDK's own, these futures are nested deeper than the compiler looks.
    Box::pin(flow::run(settings, profiles, None)).await.map(Some)
}

fn execute(request: &Request, command: &[OsString]) -> Result<(), Error> {
    let Some((name, arguments)) = command.split_first() else { return Ok(()) };
    let program = Program::find(name)?;
    let product = runtime::wait(product(request, settings::MIN_TTL))?;
    let Some(product) = product else { return Ok(()) };
    // Afterwards there is nobody to do it.
    product.delivered();
    Err(program.replace_us(arguments, &product))
}

/// A wrong command line, in clap's words, with whatever looks like a key or a code hidden.
fn usage(error: &clap::Error) -> Error {
    let told = error.render().to_string();
    let told = told.strip_prefix("error: ").unwrap_or(&told);
    let lines: Vec<_> =
        told.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("For more")).collect();
    let first = match lines.as_slice() {
        [] => "the command line cannot be understood".to_owned(),
        // What is missing stands in the next line.
        [first, second, ..] if first.ends_with(':') => format!("{first} {second}"),
        [first, ..] => (*first).to_owned(),
    };
    let tip = lines.iter().find_map(|line| line.strip_prefix("tip: "));
    let hint = tip.map_or_else(|| "the options are shown by: aws-auth --help".to_owned(), text::quote);
    Error::new(Class::Usage, text::quote(&first)).hint(hint)
}

/// Lets a test see what a fault of ours does. Not in the program that people get.
fn fault_for_tests() {
    assert!(
        !(cfg!(debug_assertions) && crate::environment::os("AWS_AUTH_TEST_PANIC").is_some()),
        "a fault asked for by a test"
    );
}

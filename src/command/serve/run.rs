//! How long a server serves: on a terminal, or behind the back of a shell.

use super::before;
use super::detach::{self, Server};
use super::endpoint::Endpoint;
use super::handover::Handover;
use super::rooted;
use super::running::{Ended, Running};
use super::service::Service;
use super::stock::Set;
use super::supply::{Supply, Wish};
use crate::aws_files::Profiles;
use crate::cli::Request;
use crate::command::exec::Program;
use crate::command::{fetch, told};
use crate::credentials::Whose;
use crate::error::{Error, internal};
use crate::flow::{Again, Delivery};
use crate::os::moment::Moment;
use crate::os::process::Lasting;
use crate::os::{guard, process, runtime, stdio};
use crate::output::shell::Shell;
use crate::output::variables::{Beside, For};
use crate::output::{self, Product};
use crate::sessions::{Entry, Least};
use crate::settings::{self, Found, Settings};
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;
use std::time::Duration;

/// What to do where a code is needed and the server has nobody to ask.
const AGAIN: &str = "run this again, evaluated by the shell as before: aws-auth serve …";
/// How long ago a program may have asked whom the end of its server concerns: SDKs ask again 15 minutes before the end.
const RECENT: Duration = Duration::from_mins(15);

/// On a terminal it serves until ^C; else a server goes on behind the shell that reads the statements, until that ends.
/// Gives the exit code.
pub fn for_shell(shell: impl Fn(Option<&Found>) -> Result<Shell, Error>, request: &Request) -> Result<u8, Error> {
    if stdio::stdout_is_terminal() {
        return on_a_terminal(shell, request);
    }
    // Known before anybody is asked.
    let reader = detach::shell()?;
    let Some((settings, profiles)) = judged(request)? else { return Ok(0) };
    let shell = shell(settings.shell.as_ref())?;
    let rooted = rooted::request(request, &settings, &profiles);
    // The person is here now; later nobody may be.
    let (wish, first) = first(settings, profiles)?;
    let handover = handover(rooted, wish, &first);
    let (server, uri, token) = Server::start(&reader, &handover, &rooted::environment())?;
    first.product.tell_changes();
    let changes = first.product.changes(For::Endpoint);
    output::deliver(&output::leading_to_endpoint(shell, &Endpoint::leading_to(uri, token), &changes))?;
    server.go()?;
    first.delivered();
    told::arrival(&first.product);
    if stdio::stderr_is_terminal() {
        stdio::note("aws-auth: a server renews them for the programs of this shell, and ends with it");
    }
    end_of_this_shell();
    Ok(0)
}

/// What the server is given. Keys from our environment only where no session can get the same again, and where a code
/// that it would take can be had.
fn handover(request: Request, wish: Wish, first: &Delivery) -> Handover {
    let (product, origin) = (&first.product, &first.origin);
    let code_can_be_had = origin.typed.is_none() || wish.settings.token_from.is_some();
    let at_hand = first.at_hand.clone().filter(|_| !origin.by_session && code_can_be_had);
    let key = first.at_hand.as_ref().map(|at_hand| at_hand.keys.access_key_id.as_str().to_owned());
    let entry = Entry::new(&product.credentials, "", origin.device.as_ref(), String::new());
    Handover {
        request,
        first: Entry { role: product.role.clone(), ..entry },
        kept: origin.kept,
        again: Again { key, at_hand, typed: origin.typed.clone(), ..wish.again },
    }
}

fn on_a_terminal(shell: impl Fn(Option<&Found>) -> Result<Shell, Error>, request: &Request) -> Result<u8, Error> {
    let Some((settings, profiles)) = judged(request)? else { return Ok(0) };
    let shell = shell(settings.shell.as_ref())?;
    let (wish, first) = first(settings, profiles)?;
    runtime::wait(async {
        let endpoint = Endpoint::open()?;
        first.product.tell_changes();
        let changes = first.product.changes(For::Endpoint);
        output::deliver(&output::leading_to_endpoint(shell, &endpoint.variables(), &changes))?;
        first.delivered();
        told::arrival(&first.product);
        stdio::say("aws-auth: serving credentials; paste these lines into another shell, and end this with ^C");
        stdio::no_more_notes();
        let supply = supply(wish, first);
        tokio::spawn(Arc::clone(&supply).keep_up());
        endpoint.serve(Service::new(supply, None)).await;
        Ok(0)
    })
}

/// The server that goes on alone: what the hidden command does.
pub fn stay(shell: &OsStr) -> Result<u8, Error> {
    let shell = shell.to_str().and_then(Lasting::parse);
    let shell = shell.ok_or_else(|| internal("the server has no shell to follow"))?;
    runtime::wait(async {
        let (endpoint, supply) = prepared().inspect_err(detach::refuse)?;
        let [(_, uri), (_, token)] = endpoint.variables();
        if !detach::ready(&uri, &token).map_err(|error| internal(error.to_string()))? {
            return Ok(0);
        }
        tokio::spawn(Arc::clone(&supply).keep_up());
        let service = Service::new(supply, Some(shell.clone()));
        tokio::spawn(endpoint.serve(Arc::clone(&service)));
        let followed = Arc::clone(&service);
        tokio::spawn(async move {
            let _ = tokio::task::spawn_blocking(move || shell.wait_for_end()).await;
            followed.end();
        });
        service.over().await;
        Ok(0)
    })
}

fn prepared() -> Result<(Endpoint, Arc<Supply>), Error> {
    let handover = detach::receive()?;
    let (settings, profiles) = settings(&handover.request)?;
    let first = handover.first.fresh(Moment::now(), Least::default());
    let first = first.ok_or_else(|| internal("what was handed to the server has ended"))?;
    let whose = Whose::of(first.role.as_ref(), first.serial.as_ref());
    let profile = profiles.selected().map(str::to_owned);
    let product =
        Product { credentials: first.credentials, role: first.role, whose, profile, beside: Beside::default() };
    let set = Set::new(product, handover.kept, settings.min_ttl);
    let wish = Wish { settings, profiles, again: handover.again, hint: Some(AGAIN) };
    Ok((Endpoint::open()?, Supply::new(wish, set)))
}

/// Ends the server that the variables of this shell lead to, if it follows this very shell: there is another one now, or
/// other credentials, or none. A shell that has only inherited or pasted the variables ends no other's.
pub fn end_of_this_shell() {
    let Some(running) = Running::of_environment() else { return };
    let ended = detach::this_shell().and_then(|shell| running.end(&shell));
    if let Some(Ended { asked: Some(ago) }) = ended
        && ago < RECENT
    {
        stdio::note(&format!(
            "aws-auth: this shell's server has ended; a program took credentials from it {} s ago, and gets no new ones",
            ago.as_secs()
        ));
    }
}

/// Those that serve other shells of this user: their numbers, and the shells'.
#[must_use]
pub fn of_other_shells() -> Vec<(u32, Lasting)> {
    let own = detach::this_shell();
    let all = process::with_first_word(detach::COMMAND);
    let all = all.into_iter().filter_map(|(pid, rest)| Some((pid, Lasting::parse(&rest)?)));
    all.filter(|(_, shell)| Some(shell) != own.as_ref()).collect()
}

fn settings(request: &Request) -> Result<(Settings, Profiles), Error> {
    fetch::settings(request, settings::LEAST_TTL_OF_SDKS)
}

/// The same for what is to be served: programs must come to ask. None where only the plan is wanted, which is shown.
fn judged(request: &Request) -> Result<Option<(Settings, Profiles)>, Error> {
    let (settings, profiles) = settings(request)?;
    before::check(&settings, &profiles)?;
    Ok((!fetch::is_only_explained(&settings, &profiles)?).then_some((settings, profiles)))
}

/// Gets the first credentials, before there is anything to serve: a thread of its own would have memory of its own for as
/// long as the process lives.
fn first(settings: Settings, profiles: Profiles) -> Result<(Wish, Delivery), Error> {
    let mut wish = Wish { settings, profiles, again: Again::default(), hint: None };
    let first = wish.get()?;
    Ok((wish, first))
}

fn supply(wish: Wish, first: Delivery) -> Arc<Supply> {
    let set = Set::new(first.product, first.origin.kept, wish.settings.min_ttl);
    Supply::new(wish, set)
}

/// Serves for as long as the command runs, and ends as it ends: with its exit code, or by the signal that ended it.
pub fn for_command(program: &Program, arguments: &[OsString], request: &Request) -> Result<u8, Error> {
    let Some((settings, profiles)) = judged(request)? else { return Ok(0) };
    let (wish, first) = first(settings, profiles)?;
    let runtime = runtime::new()?;
    let ended = runtime.block_on(async {
        // Afterwards the terminal is the command's.
        first.product.tell_changes();
        first.delivered();
        told::arrival(&first.product);
        let changes = first.product.changes(For::Program);
        stdio::no_more_notes();
        let supply = supply(wish, first);
        let endpoint = Endpoint::open()?;
        let variables = endpoint.variables();
        let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
        guard::restore_terminal();
        let child = guard::start_command(|| program.start(arguments, &changes, variables))?;
        tokio::spawn(Arc::clone(&supply).keep_up());
        tokio::spawn(endpoint.serve(Service::new(supply, None)));
        let ended = tokio::task::spawn_blocking(move || process::wait_and_stop_with(&child)).await;
        let status = ended.map_err(|error| internal(error.to_string()))?;
        status.map_err(|error| internal(format!("the command could not be waited for: {error}")))
    });
    guard::stop_asking();
    // The thread that asked may still wait for the answer.
    runtime.shutdown_background();
    let status = ended?;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ok(u8::try_from(code).unwrap_or(1)),
        (None, signal) => Ok(guard::die_like_the_command(signal.unwrap_or_default())),
    }
}

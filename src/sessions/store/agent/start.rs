//! Starting the agent: by one run of many, and so that it holds nothing of that run.

use super::place::Place;
use crate::os::{detached, environment, local, lock};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Instant;

/// The verb that the agent's process is run with; not for people.
pub const VERB: &str = "agent";
/// What it says when it can be asked.
const READY: &str = "ready";
/// The longest reason it gives.
const REASON: usize = 1024;

/// All that the agent has of the environment: by these a CI runner knows, and ends, what a job has left behind.
/// Sources: <https://github.com/actions/runner/blob/main/src/Runner.Listener/JobDispatcher.cs>,
/// <https://www.jenkins.io/doc/book/using/spawning-processes-from-build/>
const MARKS: [&str; 3] = ["RUNNER_TRACKING_ID", "BUILD_ID", "JENKINS_NODE_COOKIE"];

/// Makes that there is an agent at `place`: the first of many that come at once starts it, and the others find it.
pub fn at(place: &Place, deadline: Instant) -> Result<(), String> {
    place.make()?;
    let starting = place.starting();
    let tell = |error: io::Error| format!("{}: {error}", crate::text::quote(&starting.to_string_lossy()));
    let turn = lock::open(&starting).map_err(tell)?;
    // Given back when this ends.
    if !lock::hold(&turn, deadline).map_err(tell)? {
        return Err("another run is starting it, and does not come to an end".into());
    }
    if local::connect_to_ours(&place.socket(), deadline).is_ok() {
        return Ok(());
    }
    let tell = |error: io::Error| format!("{}: {error}", crate::text::quote(&place.socket().to_string_lossy()));
    let environment: BTreeMap<OsString, OsString> =
        MARKS.iter().filter_map(|name| Some((OsString::from(name), environment::os(name)?))).collect();
    let ourselves = detached::ourselves().map_err(tell)?;
    let socket = place.socket();
    let words = [OsStr::new(VERB), socket.as_os_str()];
    let link = detached::start_linked(&ourselves, &words, &environment).map_err(tell)?;
    match listen(link.from, deadline).map_err(tell)?.as_str() {
        READY => Ok(()),
        "" => Err(tell(io::Error::other("the agent ended at once"))),
        why => Err(tell(io::Error::other(crate::text::quote(why)))),
    }
}

/// What the new process says, to its end, for so long.
fn listen(mut from: impl AsFd + Read, deadline: Instant) -> io::Result<String> {
    let mut said = Vec::new();
    loop {
        let left = Timespec::try_from(deadline.saturating_duration_since(Instant::now())).ok();
        match poll(&mut [PollFd::new(&from, PollFlags::IN)], left.as_ref()) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let mut buffer = [0; 256];
        match from.read(&mut buffer)? {
            0 => return Ok(String::from_utf8_lossy(&said).into_owned()),
            count if said.len() < REASON => said.extend_from_slice(&buffer[..count]),
            _ => {}
        }
    }
}

/// Whether the agent that holds this lock ends by `deadline`.
pub fn wait_for_end(path: &Path, deadline: Instant) -> bool {
    lock::open(path).and_then(|file| lock::hold(&file, deadline)).unwrap_or(false)
}

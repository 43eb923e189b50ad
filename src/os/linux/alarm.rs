//! A time that passes, also while the machine sleeps.

use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use rustix::time::{timerfd_create, timerfd_settime};
use std::io;
use std::time::Duration;
use tokio::io::unix::AsyncFd;

/// Waits for so long, and wakes once: the runtime's own timers wake up to three times in a minute, to sort themselves.
/// Source: <https://man7.org/linux/man-pages/man2/timerfd_create.2.html>
pub async fn wait(duration: Duration) {
    if timer(duration).await.is_err() {
        tokio::time::sleep(duration).await;
    }
}

async fn timer(duration: Duration) -> io::Result<()> {
    let timer = timerfd_create(TimerfdClockId::Boottime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
    // Nothing would disarm it.
    let duration = duration.max(Duration::from_nanos(1));
    let value = Timespec::try_from(duration).map_err(io::Error::other)?;
    let once = Itimerspec { it_interval: Timespec::default(), it_value: value };
    timerfd_settime(&timer, TimerfdTimerFlags::empty(), &once)?;
    #[expect(deprecated, reason = "what takes its place is unsafe, for descriptors that somebody else may close")]
    let timer = AsyncFd::new(timer)?;
    timer.readable().await.map(drop)
}

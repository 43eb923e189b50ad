"""The session agent beside the kernel's keyring: what a hit costs, what starting it adds, what it holds."""

import subprocess
from pathlib import Path

import stopwatch
from report import Figure

SESSIONS = 20


def agent(stage, emulator, times):
    """All in one run; the user whose sessions these are is asked for no code, so that a run is nothing but a run."""
    bob = emulator.of("BOB")
    keys = {"AWS_AUTH_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_AUTH_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
    to = {"AWS_ENDPOINT_URL": emulator.values["URL"], "AWS_CA_BUNDLE": emulator.values["CA"]}
    env = stage.fresh(stage.env | keys | to)
    argv = ["aws-auth", "--from", "env", "--no-mfa"]

    def run(store, *more):
        return stopwatch.run([*argv, *more], env | {"AWS_AUTH_STORE": store})

    def started():
        stopwatch.run(["aws-auth", "logout"], env | {"AWS_AUTH_STORE": "agent"})
        return run("agent")

    with_start, without = stopwatch.in_turn(times * 2, started, lambda: run("none"))
    added = stopwatch.median(with_start, "wall") - stopwatch.median(without, "wall")
    yield Figure("session agent: what starting it adds to a run", added, "ms", below=10)
    by_agent, by_keyring = stopwatch.in_turn(times * 5, lambda: run("agent"), lambda: run("keyring"))
    hit, keyring = stopwatch.median(by_agent, "wall"), stopwatch.median(by_keyring, "wall")
    yield Figure("  kept credentials from it, whole process", hit, "ms", below=4)
    yield Figure("  the same beside the keyring's", hit / keyring, "times", below=2)
    for number in range(SESSIONS):
        run("agent", "--mfa-duration-seconds", str(3600 + number))
    yield Figure(f"  its memory with {SESSIONS} sessions", resident(), "MB", below=6)
    stopwatch.run(["aws-auth", "logout"], env | {"AWS_AUTH_STORE": "agent"})
    stopwatch.run(["aws-auth", "logout"], env | {"AWS_AUTH_STORE": "keyring"})


def resident():
    """What the agent that was started last holds of the memory, in MB."""
    pid = subprocess.run(["pgrep", "-n", "-f", "aws-auth agent "], capture_output=True, text=True, check=True).stdout
    status = Path(f"/proc/{pid.strip()}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

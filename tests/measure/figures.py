"""Each figure: what is run beside what, and what is taken from it."""

import datetime
import json
import re
import shutil
import statistics
import subprocess
from pathlib import Path

import stopwatch
import terminal
from relay import Relay
from report import Figure
from stage import PASSPHRASE

SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"

# The pipeline that people paste together, as the documentation of the original has it: in one shell, each value from
# the manager, the code, one call, three fields. $1 is the code, which both sides are given, because nobody can type
# equally fast twice.
KEYS = """
export AWS_ACCESS_KEY_ID="$(pass show aws-access-key-id)"
export AWS_SECRET_ACCESS_KEY="$(pass show aws-secret-access-key)"
serial="$(pass show aws-mfa-arn)"
"""
CALL = """
session="$(aws sts get-session-token --serial-number "$serial" --token-code "$1" --duration-seconds 43200)"
export AWS_ACCESS_KEY_ID="$(jq -r .Credentials.AccessKeyId <<<"$session")"
export AWS_SECRET_ACCESS_KEY="$(jq -r .Credentials.SecretAccessKey <<<"$session")"
export AWS_SESSION_TOKEN="$(jq -r .Credentials.SessionToken <<<"$session")"
"""
GOT_THEM = '[ "${#AWS_SESSION_TOKEN}" -gt 100 ]'
# Without the cache, which would make every run but the first another kind of run.
OURS = 'eval "$(aws-auth --from pass --no-role --no-cache {item} --token-code "$1")"\n'

ROUND_TRIP = 0.080


def beside_the_pipeline(stage, store, code, times):
    """Wall time: each side in a bash of its own, from its start to its end, the variables set."""

    def shell(script):
        return lambda: stopwatch.run(["bash", "-c", script + GOT_THEM, "bash", code()], stage.fresh(store))

    scripts = [KEYS + CALL, OURS.format(item=""), OURS.format(item="--item work")]
    programs = [*map(shell, scripts), lambda: stopwatch.run(["pass", "show", "work"], store)]
    return [stopwatch.median(runs, "wall") for runs in stopwatch.in_turn(times, *programs)]


def cpu_of_our_own(stage, store, person, code, times):
    """User and system time: aws-auth's own process without the manager's, and the pipeline's without the manager's.

    Ours is the process, all its threads, none of its children. The pipeline's is bash, aws and jq with the three values
    in variables already: everything but the manager.
    """
    given = store | {"AWS_ACCESS_KEY_ID": person["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": person["SECRET_ACCESS_KEY"],
                     "serial": person["MFA_SERIAL"]}
    ours, pipeline = stopwatch.in_turn(
        times,
        lambda: stopwatch.run(["aws-auth", "--from", "pass", "--no-role", "--no-cache", "--token-code", code()], stage.fresh(store)),
        lambda: stopwatch.run(["bash", "-c", CALL + GOT_THEM, "bash", code()], given),
    )
    return stopwatch.median(ours, "own_cpu"), stopwatch.median(pipeline, "all_cpu")


def with_pass(stage, emulator, times):
    """Against the pipeline, with a key that needs no passphrase, and with one whose passphrase the agent remembers."""
    person = emulator.of("ALICE")
    # TLS and as many certificates as a real system has, as for the real STS
    to = {"AWS_ENDPOINT_URL": emulator.values["URL"], "AWS_CA_BUNDLE": bundle(stage, emulator)[0]}
    open_key = stage.store("open", person) | to
    locked_key = stage.store("locked", person, PASSPHRASE) | to
    for name, store, targets, count in [
        ("pass, key without passphrase", open_key, (6, 18), times),
        ("pass, passphrase remembered", locked_key, (None, None), max(3, times // 2)),
    ]:
        pipeline, entries, item, show = beside_the_pipeline(stage, store, emulator.code, count)
        yield Figure(f"{name}: documented entries", entries, "ms", pipeline, at_least=targets[0])
        yield Figure(f"{name}: one item", item, "ms", pipeline, at_least=targets[1])
        yield Figure("  one `pass show` of it, which nobody can be faster than", show, "ms")
        if targets[0]:
            yield from kept(stage, store, emulator.code(), pipeline, times)
            yield doctor(stage, store, times)
    ours, pipeline = cpu_of_our_own(stage, open_key, person, emulator.code, times)
    yield Figure("processor time of our own, without the manager's", ours, "ms", pipeline, at_least=30)


def kept(stage, store, code, pipeline, times):
    """The whole process when a run before it has kept the session; the kernel forgets it after a quarter of an hour."""
    env = stage.fresh(store)
    argv = ["aws-auth", "--from", "pass", "--no-role", "--mfa-duration-seconds=900"]
    stopwatch.run([*argv, "--token-code", code], env)
    with_command = [argv[0], "exec", *argv[1:], "--", "true"]
    signed_in, by_sso = sign_in(stage, env), ["aws-auth", "--profile", "corp"]
    stopwatch.run(by_sso, signed_in)
    commands = [(argv, env), (with_command, env), (["true"], env), (by_sso, signed_in)]
    runs = stopwatch.in_turn(times * 5, *[lambda command=command: stopwatch.run(*command) for command in commands])
    alone, execs, command, sso = (stopwatch.median(one, "wall") for one in runs)
    yield Figure("pass, from the cache", alone, "ms", pipeline, at_least=200, below=4)
    yield Figure("  `exec -- true` from the cache, over `true` alone", execs - command, "ms", below=6)
    yield Figure("an SSO profile, from the cache", sso, "ms", alone, "pass, from the cache", at_least=0.9, below=4)


def doctor(stage, store, times):
    """All that doctor looks at, without the two calls of pass that it makes."""
    env = stage.fresh(store)
    commands = [["aws-auth", "doctor", "--from", "pass", "--item", "work"], ["pass", "show", "work"], ["pass", "version"]]
    runs = stopwatch.in_turn(times, *[lambda command=command: stopwatch.run(command, env) for command in commands])
    report, *calls = (stopwatch.median(one, "wall") for one in runs)
    return Figure("doctor, beyond what pass takes", report - sum(calls), "ms", below=1500)


def sign_in(stage, env):
    """A profile for SSO, and a stand-in for the CLI that holds its sign-in; from the cache, that is not asked."""
    directory = stage.directory / "signed-in"
    directory.mkdir()
    (directory / "config").write_text(
        "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n"
        "[profile corp]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = reader\n",
        encoding="ascii",
    )
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    answer = {"Version": 1, "AccessKeyId": "ASIAEXAMPLE000000001", "SecretAccessKey": "s" * 40,
              "SessionToken": "t" * 800, "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
    cli = directory / "aws"
    cli.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n", encoding="ascii")
    cli.chmod(0o755)
    return env | {"AWS_CONFIG_FILE": str(directory / "config"), "PATH": f"{directory}:{env['PATH']}"}


def over_tls(stage, emulator, times):
    """The whole process without a manager, over TLS on loopback."""
    bob = emulator.of("BOB")
    keys = {"AWS_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
    env = stage.env | keys | {"AWS_ENDPOINT_URL": emulator.values["URL"]}
    path, count = bundle(stage, emulator)
    one, many = {"AWS_CA_BUNDLE": emulator.values["CA"]}, {"AWS_CA_BUNDLE": path}
    # where nobody names a file, the system's file is read and its directory of the same certificates too
    system = {"SSL_CERT_FILE": path, "SSL_CERT_DIR": "/etc/ssl/certs"}
    ours = ["aws-auth", "--from", "env", "--no-cache"]

    def command(argv, trust):
        return lambda: stopwatch.run(argv, env | trust)

    runs = stopwatch.in_turn(times * 5, *[command(ours, trust) for trust in (one, many, system)])
    theirs = ["aws", "sts", "get-session-token"]
    peers = stopwatch.in_turn(max(3, times // 2), *[command(theirs, trust) for trust in (one, many)])
    mine, theirs = ([stopwatch.median(one, "wall") for one in both] for both in (runs, peers))
    yield Figure("--from env over TLS, 1 certificate trusted", mine[0], "ms", theirs[0], "aws sts", below=10)
    yield Figure(f"--from env over TLS, a bundle of {count}", mine[1], "ms", theirs[1], "aws sts", below=10)
    yield Figure(f"--from env over TLS, the system's own {count}", mine[2], "ms", theirs[1], "aws sts", below=10)


def bundle(stage, emulator):
    """The system's certificates and the emulator's, in one file, and their number."""
    path = stage.directory / "bundle.pem"
    texts = [Path(name).read_text(encoding="ascii") for name in (SYSTEM_CERTIFICATES, emulator.values["CA"])]
    path.write_text("".join(texts), encoding="ascii")
    return str(path), sum(text.count("BEGIN CERTIFICATE") for text in texts)


def over_a_distance(stage, emulator, times):
    """From Enter to the exports over a round trip of 80 ms, TLS."""
    relay = Relay(int(emulator.values["URL"].rpartition(":")[2]), ROUND_TRIP)
    person = emulator.of("ALICE")
    env = stage.env | {
        "AWS_ENDPOINT_URL": f"https://localhost:{relay.port}", "AWS_CA_BUNDLE": emulator.values["CA"], "TERM": "xterm",
        "AWS_AUTH_ACCESS_KEY_ID": person["ACCESS_KEY_ID"], "AWS_AUTH_SECRET_ACCESS_KEY": person["SECRET_ACCESS_KEY"],
        "AWS_AUTH_MFA_SERIAL": person["MFA_SERIAL"],
    }
    argv = ["aws-auth", "--from", "env", "--no-cache"]

    def typed(thinking):
        return statistics.median(
            terminal.from_enter_to_exports(argv, stage.fresh(env), emulator.code(), thinking) for _ in range(times)
        )

    yield Figure("Enter to exports, 80 ms away, typed after 1 s", typed(1), "ms", below=ROUND_TRIP * 1e3 + 5)
    yield Figure("  the same, typed at once: the connection is not there yet", typed(0), "ms")
    given = stopwatch.in_turn(times, lambda: stopwatch.run([*argv, "--token-code", emulator.code()], stage.fresh(env)))
    yield Figure("  whole run with --token-code: nothing to do meanwhile", stopwatch.median(given[0], "wall"), "ms")
    relay.close()


def weight(stage, emulator):
    """Memory, size, and what must not be in it."""
    bob = emulator.of("BOB")
    keys = {"AWS_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
    path, _ = bundle(stage, emulator)
    env = stage.env | keys | {"AWS_ENDPOINT_URL": emulator.values["URL"], "SSL_CERT_FILE": path}
    # GNU time, because a child of a large process is told to have been as large as its parent.
    argv = ["/usr/bin/time", "-f", "peak %M", "aws-auth", "--from", "env", "--no-cache"]
    told = subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stderr
    peak = int(re.search(r"peak (\d+)", told)[1]) * 1024 / 1e6
    yield Figure("peak memory, TLS and the system's certificates", peak, "MB", below=8)
    yield Figure("stripped program", (stage.programs / "aws-auth").stat().st_size / 1e6, "MB", below=6)
    if shutil.which("cargo"):
        tree = "cargo tree --workspace --locked --edges normal,build --prefix none -i aws-lc-sys"
        found = subprocess.run(tree.split(), capture_output=True, text=True, check=False).stdout
        yield Figure("aws-lc-sys in the tree", found.count("\n"), "crates", below=1)

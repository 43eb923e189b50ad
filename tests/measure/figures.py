"""Each figure: what is run beside what, and what is taken from it."""

import re
import shutil
import statistics
import subprocess

import stopwatch
import terminal
from relay import Relay
from report import Figure
from stage import PASSPHRASE

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
OURS = 'eval "$(aws-auth --from pass {item} --token-code "$1")"\n'

ROUND_TRIP = 0.080


def beside_the_pipeline(stage, store, code, times):
    """Wall time: each side in a bash of its own, from its start to its end, the variables set."""

    def shell(script):
        return lambda: stopwatch.run(["bash", "-c", script + GOT_THEM, "bash", code()], store)

    item = "--item work"
    scripts = [KEYS + CALL, OURS.format(item=""), OURS.format(item=item)]
    walls = [stopwatch.median(runs, "wall") for runs in stopwatch.in_turn(times, *map(shell, scripts))]
    return walls


def cpu_of_our_own(stage, store, person, code, times):
    """User and system time: aws-auth's own process without the manager's, and the pipeline's without the manager's.

    Ours is the process, all its threads, none of its children. The pipeline's is bash, aws and jq with the three values
    in variables already: everything but the manager.
    """
    given = store | {"AWS_ACCESS_KEY_ID": person["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": person["SECRET_ACCESS_KEY"],
                     "serial": person["MFA_SERIAL"]}
    ours, pipeline = stopwatch.in_turn(
        times,
        lambda: stopwatch.run(["aws-auth", "--from", "pass", "--token-code", code()], store),
        lambda: stopwatch.run(["bash", "-c", CALL + GOT_THEM, "bash", code()], given),
    )
    return stopwatch.median(ours, "own_cpu"), stopwatch.median(pipeline, "all_cpu")


def with_pass(stage, emulator, times):
    """Against the pipeline, with a key that needs no passphrase, and with one whose passphrase the agent remembers."""
    person = emulator.of("ALICE")
    to = {"AWS_ENDPOINT_URL": emulator.values["URL"]}
    open_key = stage.store("open", person) | to
    locked_key = stage.store("locked", person, PASSPHRASE) | to
    for name, store, targets, count in [
        ("pass, key without passphrase", open_key, (6, 18), times),
        ("pass, passphrase remembered", locked_key, (None, None), max(3, times // 2)),
    ]:
        pipeline, entries, item = beside_the_pipeline(stage, store, emulator.code, count)
        yield Figure(f"{name}: documented entries", entries, "ms", pipeline, at_least=targets[0])
        yield Figure(f"{name}: one item", item, "ms", pipeline, at_least=targets[1])
        single = stopwatch.in_turn(count, lambda store=store: stopwatch.run(["pass", "show", "work"], store))
        yield Figure(f"{name}: one `pass show`, for scale", stopwatch.median(single[0], "wall"), "ms")
    ours, pipeline = cpu_of_our_own(stage, open_key, person, emulator.code, times)
    yield Figure("processor time of our own, without the manager's", ours, "ms", pipeline, at_least=30)


def over_tls(stage, emulator, times):
    """The whole process without a manager, over TLS on loopback."""
    bob = emulator.of("BOB")
    keys = {"AWS_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
    env = stage.env | keys | {"AWS_ENDPOINT_URL": emulator.values["URL"]}
    one = emulator.values["CA"]
    many, count = bundle(stage, one)
    ours = [["aws-auth", "--from", "env"]] * 3
    trust = [{"AWS_CA_BUNDLE": one}, {"AWS_CA_BUNDLE": str(many)}, {"SSL_CERT_FILE": str(many)}]
    few = stopwatch.in_turn(max(3, times // 2), *[
        lambda bundle=bundle: stopwatch.run(["aws", "sts", "get-session-token"], env | bundle) for bundle in trust[:2]
    ])
    runs = stopwatch.in_turn(times * 5, *[
        lambda argv=argv, bundle=bundle: stopwatch.run(argv, env | bundle)
        for argv, bundle in zip(ours, trust, strict=True)
    ])
    walls = [stopwatch.median(one, "wall") for one in runs]
    peers = [stopwatch.median(one, "wall") for one in few]
    yield Figure("--from env, TLS, AWS_CA_BUNDLE of 1 certificate", walls[0], "ms", peers[0], "aws sts", below=10)
    yield Figure(f"--from env, TLS, AWS_CA_BUNDLE of {count}", walls[1], "ms", peers[1], "aws sts", below=10)
    yield Figure(f"--from env, TLS, the system's {count} (SSL_CERT_FILE)", walls[2], "ms", below=10)


def bundle(stage, ca):
    """The system's certificates and the emulator's, in one file, and their number."""
    text = open("/etc/ssl/certs/ca-certificates.crt", encoding="ascii").read() + open(ca, encoding="ascii").read()
    path = stage.directory / "bundle.pem"
    path.write_text(text)
    return path, text.count("BEGIN CERTIFICATE")


def over_a_distance(stage, emulator, times):
    """From Enter to the exports over a round trip of 80 ms, TLS."""
    relay = Relay(int(emulator.values["URL"].rpartition(":")[2]), ROUND_TRIP)
    person = emulator.of("ALICE")
    env = stage.env | {
        "AWS_ENDPOINT_URL": f"https://localhost:{relay.port}", "AWS_CA_BUNDLE": emulator.values["CA"], "TERM": "xterm",
        "AWS_AUTH_ACCESS_KEY_ID": person["ACCESS_KEY_ID"], "AWS_AUTH_SECRET_ACCESS_KEY": person["SECRET_ACCESS_KEY"],
        "AWS_AUTH_MFA_SERIAL": person["MFA_SERIAL"],
    }
    argv = ["aws-auth", "--from", "env"]

    def typed(thinking):
        return statistics.median(
            terminal.from_enter_to_exports(argv, env, emulator.code(), thinking) for _ in range(times)
        )

    yield Figure("Enter to exports, 80 ms away, typed after 1 s", typed(1), "ms", below=ROUND_TRIP * 1e3 + 5)
    yield Figure("  the same, typed at once", typed(0), "ms")
    given = stopwatch.in_turn(times, lambda: stopwatch.run([*argv, "--token-code", emulator.code()], env))
    yield Figure("  whole run with --token-code: nothing to do meanwhile", stopwatch.median(given[0], "wall"), "ms")
    relay.close()


def weight(stage, emulator):
    """Memory, size, and what must not be in it."""
    bob = emulator.of("BOB")
    keys = {"AWS_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
    many, _ = bundle(stage, emulator.values["CA"])
    env = stage.env | keys | {"AWS_ENDPOINT_URL": emulator.values["URL"], "SSL_CERT_FILE": str(many)}
    # GNU time, because a child of a large process is told to have been as large as its parent.
    told = subprocess.run(["/usr/bin/time", "-f", "peak %M", "aws-auth", "--from", "env"], env=env, capture_output=True,
                          text=True, check=True).stderr
    yield Figure("peak memory, TLS and the system's certificates", int(re.search(r"peak (\d+)", told)[1]) / 1e3, "MB", below=8)
    yield Figure("stripped program", (stage.programs / "aws-auth").stat().st_size / 1e6, "MB", below=6)
    if shutil.which("cargo"):
        tree = ["cargo", "tree", "--workspace", "--locked", "--edges", "normal,build", "--prefix", "none", "-i", "aws-lc-sys"]
        found = subprocess.run(tree, capture_output=True, text=True, check=False).stdout
        yield Figure("aws-lc-sys in the tree", found.count("\n"), "crates", below=1)

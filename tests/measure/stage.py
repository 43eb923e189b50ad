"""What is made for the run and removed after it: an STS, GnuPG keys, a pass store, a home without settings."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# What `pass show` of the documented names gives, and the same as one item.
ENTRIES = {
    "aws-access-key-id": "ACCESS_KEY_ID",
    "aws-secret-access-key": "SECRET_ACCESS_KEY",
    "aws-mfa-arn": "MFA_SERIAL",
}
ONE_ITEM = "{SECRET_ACCESS_KEY}\naccess key id: {ACCESS_KEY_ID}\nmfa serial: {MFA_SERIAL}\n"
PASSPHRASE = "correct horse battery staple"


class Emulator:
    """The STS of tests/emulator as a program; its devices' codes may be used again, or there would be two a minute."""

    def __init__(self, programs, *options):
        self.process = subprocess.Popen(
            [programs / "emulator", "--reuse-codes", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.values = {}
        while line := self.process.stdout.readline().rstrip("\n"):
            name, _, value = line.partition("=")
            self.values[name] = value

    def of(self, person):
        """A person's key, secret and MFA serial."""
        start = f"{person}_"
        return {name.removeprefix(start): value for name, value in self.values.items() if name.startswith(start)}

    def code(self, person="ALICE"):
        """What the person's MFA device shows."""
        print(person, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def end(self):
        """The emulator ends when its input does."""
        self.process.stdin.close()
        self.process.wait()


class Stage:
    """A directory, and everything that runs in it."""

    def __init__(self, programs):
        self.programs = programs
        self.directory = Path(tempfile.mkdtemp(prefix="aws-auth-bench-"))
        self.emulators = []
        self.keyrings = []
        (self.directory / "home").mkdir()
        path = f"{programs}:{os.environ['PATH']}"
        # No settings of the person who measures; no question to an instance's metadata service.
        self.env = {"PATH": path, "HOME": str(self.directory / "home"), "USER": "bench", "LANG": "C.UTF-8",
                    "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for emulator in self.emulators:
            emulator.end()
        for keyring in self.keyrings:
            for argument in (["--kill", "all"], ["--remove-socketdir"]):
                subprocess.run(["gpgconf", *argument], env=keyring, capture_output=True, check=False)
        shutil.rmtree(self.directory)

    def fresh(self, env):
        """The same environment for a run that no other run has told of its code: aws-auth sends none twice."""
        return env | {"XDG_RUNTIME_DIR": tempfile.mkdtemp(dir=self.directory)}

    def emulator(self, *options):
        """Starts an STS."""
        self.emulators.append(Emulator(self.programs, *options))
        return self.emulators[-1]

    def store(self, name, person, passphrase=""):
        """The environment of a pass store with both layouts of a person's keys; a passphrase is asked once, now."""
        root = self.directory / name
        root.mkdir()
        (root / "gnupg").mkdir(mode=0o700)
        env = self.env | {"GNUPGHOME": str(root / "gnupg"), "PASSWORD_STORE_DIR": str(root / "store")}
        self.keyrings.append(env)
        gpg = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase]
        # the kind of key that gpg makes unless it is told otherwise
        call([*gpg, "--quick-generate-key", f"{name}@example.com", "default", "default", "never"], env)
        call(["pass", "init", f"{name}@example.com"], env)
        for entry, value in ENTRIES.items():
            call(["pass", "insert", "--multiline", entry], env, person[value])
        call(["pass", "insert", "--multiline", "work"], env, ONE_ITEM.format_map(person))
        call(["gpgconf", "--kill", "all"], env)
        call([*gpg, "--decrypt", root / "store/work.gpg"], env)
        return env


def call(argv, env, text=None):
    """Runs a command that has to succeed; its output."""
    done = subprocess.run(argv, env=env, input=text or "", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench: {argv} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout

"""`serve`, asked by many clients at once."""

import subprocess
from pathlib import Path

from report import Figure

CLIENTS = 100
# What it takes to be asked: the variables are told, and the server lives until its command's input ends.
COMMAND = 'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI $AWS_CONTAINER_AUTHORIZATION_TOKEN"; cat'


class Server:
    """`exec --serve`, with credentials in its memory."""

    def __init__(self, stage, emulator):
        bob = emulator.of("BOB")
        keys = {"AWS_ACCESS_KEY_ID": bob["ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": bob["SECRET_ACCESS_KEY"]}
        env = stage.env | keys | {"AWS_ENDPOINT_URL": emulator.values["URL"], "AWS_CA_BUNDLE": emulator.values["CA"]}
        self.programs = stage.programs
        self.env = stage.env
        argv = ["aws-auth", "exec", "--serve", "--from", "env", "--no-cache", "--", "sh", "-c", COMMAND]
        self.process = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.uri, self.token = self.process.stdout.readline().split()

    def asked(self, requests, pause, clients=CLIENTS):
        """So many requests by each client, `pause` ms between them: median and 99th percentile in ms, requests per second."""
        argv = [self.programs / "clients", self.uri, str(clients), str(requests), str(pause)]
        env = self.env | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": self.token}
        told = subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout
        median, late, rate = map(float, told.split())
        return median / 1e3, late / 1e3, rate

    def memory(self):
        """What it holds of the memory, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

    def end(self):
        """It ends with its command."""
        self.process.stdin.close()
        self.process.wait()


def serving(stage, emulator, times):
    """From memory, to clients who ask ten times a second each, which is a thousand times as often as an SDK asks."""
    server = Server(stage, emulator)
    # each client's share of memory is there from the first round on
    server.asked(5, 0)
    before = server.memory()
    median, late, _ = server.asked(max(20, times * 5), 100)
    name = f"serve: an answer, {CLIENTS} clients ten times a second"
    yield Figure(name, median, "ms", below=1)
    yield Figure("  99 of 100 of them within", late, "ms")
    median, _, rate = server.asked(100, 0)
    yield Figure(f"  {CLIENTS} clients without a pause, {rate:.0f} answers a second", median, "ms")
    yield Figure("  memory that these 10,000 and more requests added", server.memory() - before, "MB", below=0.5)
    median, late, _ = server.asked(times * 100, 0, clients=1)
    yield Figure("  one client after another", median, "ms", below=0.5)
    yield Figure("  99 of 100 of them within", late, "ms", below=2)
    median, _, rate = server.asked(90_000 // 20, 0, clients=20)
    yield Figure(f"  20 clients without a pause, {rate:.0f} answers a second", median, "ms")
    yield Figure("  memory after 100,000 requests", server.memory(), "MB", below=8)
    server.end()

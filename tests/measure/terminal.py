"""A program on a terminal of its own, its standard output captured as `eval "$(…)"` does, and a person who types."""

import os
import pty
import select
import time


def from_enter_to_exports(argv, env, code, thinking):
    """Types the code `thinking` seconds after the prompt; the milliseconds from Enter until all output has arrived."""
    out, into = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(into, 1)
        os.closerange(3, 256)
        os.execvpe(argv[0], argv, env)
    os.close(into)
    wait_for(terminal, b": ", b"MFA code for")
    time.sleep(thinking)
    os.write(terminal, code.encode())
    time.sleep(0.005)
    started = time.perf_counter()
    os.write(terminal, b"\n")
    text = b""
    while piece := os.read(out, 65536):
        text += piece
    took = time.perf_counter() - started
    os.close(out)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    if status != 0 or b"AWS_SESSION_TOKEN" not in text:
        raise SystemExit(f"bench: {argv} ended with {status} at the prompt")
    return took * 1e3


def wait_for(terminal, end, start):
    """Reads the terminal until `end` was seen after `start`."""
    seen = b""
    while end not in seen.partition(start)[2]:
        ready, _, _ = select.select([terminal], [], [], 30)
        if not ready:
            raise SystemExit(f"bench: no prompt came, but {seen!r}")
        seen += os.read(terminal, 4096)

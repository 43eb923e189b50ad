"""How long a program takes, and how much of the processor it uses itself.

A process and the programs it starts are told apart by the kernel's own clocks: the clock of a process counts all its
threads and none of its children, in nanoseconds, and can be read until the process is reaped.
"""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Run:
    """One run of a program, in milliseconds."""

    wall: float
    own_cpu: float  # of the process itself
    all_cpu: float  # and of everything it has started and waited for


def run(argv, env):
    """Runs a program to its end; one that fails ends the benchmark."""
    started = time.perf_counter()
    # pipes, as `$(…)` has them; what is said fits into one, so nobody has to read meanwhile
    child = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - started
    own = time.clock_gettime(process_clock(child.pid))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    complaint = child.stderr.read().decode(errors="replace")
    child.stderr.close()
    child.stdout.close()
    if child.returncode != 0:
        raise SystemExit(f"bench: {argv} ended with {child.returncode}:\n{complaint}")
    return Run(wall * 1e3, own * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3)


def process_clock(pid):
    """clock_getcpuclockid(3), which Python does not have: CPUCLOCK_SCHED of the process."""
    return (~pid << 3) | 2


def in_turn(times, *programs):
    """Runs each program so many times, in turn: the machine's moods fall on all alike. A first run does not count."""
    runs = [[] for _ in programs]
    for turn in range(times + 1):
        for kept, program in zip(runs, programs, strict=True):
            one = program()
            if turn:
                kept.append(one)
    return runs


def median(runs, what):
    """The median of one of the figures of many runs."""
    return statistics.median(getattr(one, what) for one in runs)

"""Runs every measurement once and prints the table: see tests/bench."""

import argparse
import os
import platform
import signal
import sys
from pathlib import Path

import figures
import report
from agent import agent
from serving import serving
from stage import Stage


def main():
    """From arguments to a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    times = 5 if options.quick else 20
    busy = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors ({platform.machine()}), load {busy:.1f}, {times} rounds", file=sys.stderr)
    found = []
    # as an interrupt does: what was made is removed on the way out
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with Stage(options.programs.resolve()) as stage:
        sts = stage.emulator("--tls")
        for measured in (
            figures.with_pass(stage, sts, times),
            figures.over_tls(stage, sts, times),
            figures.over_a_distance(stage, sts, times),
            agent(stage, sts, times),
            serving(stage, sts, times),
            figures.weight(stage, sts),
        ):
            for figure in measured:
                print(f"  {figure.name}", file=sys.stderr)
                found.append(figure)
    print(report.table(found, options.markdown))


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)

#!/usr/bin/python3
"""Kills commands before each of their calls that change a machine or a site: crash_walk.py [PHASE...].

The calls are those of a first, unharmed run (harness/tracer.py says which count). After each kill the machine must show
the old or the new state and run what it ran; then the same command, run again, must end as the unharmed run did, with
nothing left over. At some points the second run is killed, too, or another command follows instead. What is looked at
is in harness/aftermath.py, and for what publishes a site in harness/crash_site.py.
"""

import argparse
import dataclasses
import multiprocessing
import signal
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness import crash, crash_site  # noqa: E402 (the path comes first)


PHASES = [*crash.PHASES, *crash_site.PHASES]


def home(phase):
    """The module that knows a phase."""
    return crash_site if phase in crash_site.PHASES else crash


def chosen(walk, stride, seen):
    """Every `stride`-th point of a phase, and one for each call name not in `seen` yet; the deepest look at one."""
    if stride == 1:
        return walk
    points = walk[stride // 2::stride]
    seen.update(point.call for point in points)
    for point in walk:
        if point.call not in seen:
            seen.add(point.call)
            points.append(point)
    deep = [point for point in walk if point.deep]
    points = [dataclasses.replace(point, deep=False) for point in points]
    return points + deep[len(deep) // 2:][:1]


def visit(point):
    """A point's kills: their number and the complaints."""
    try:
        return home(point.phase).visit(point)
    except Exception:
        return 1, [f"{point}: {traceback.format_exc()}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stride", type=int, default=1, metavar="N", help="every N-th point only, and each call name")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes that walk side by side")
    parser.add_argument("--at", type=int, metavar="N", help="this point only, of each phase")
    parser.add_argument("phases", nargs="*", metavar="PHASE", help=", ".join(PHASES))
    arguments = parser.parse_args()
    began = time.monotonic()
    phases = arguments.phases or PHASES
    for module in {home(phase) for phase in phases}:
        module.prepare()
    walk, seen = [], set()
    for phase in phases:
        points = home(phase).points(phase)
        if arguments.at:
            selected = [point for point in points if point.number == arguments.at]
        else:
            selected = chosen(points, arguments.stride, seen)
        print(f"{phase:16} {len(points):4} calls, {len(selected):4} visited", flush=True)
        walk += selected
    kills, broken = 0, 0
    # The terminal's Ctrl-C is for this process alone; what the others started ends with them.
    ignoring = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with multiprocessing.Pool(arguments.jobs) as pool:
        signal.signal(signal.SIGINT, ignoring)
        try:
            for count, complaints in pool.imap_unordered(visit, walk):
                kills += count
                broken += bool(complaints)
                for complaint in complaints:
                    print(f"BROKEN {complaint}", flush=True)
        except KeyboardInterrupt:
            pool.terminate()
            print(f"interrupted after {kills} kill points")
            return 130
    print(f"{kills} kill points, {broken} left broken ({time.monotonic() - began:.0f} s)")
    return 1 if broken or not kills else 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs `agentpack inspect` and `verify` on thousands of bad files: exit code, time, memory, and what was said."""

import concurrent.futures
import functools
import json
import multiprocessing
import os
import re
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass

from . import product

# Of processor time: how fast the machine is at the moment is not what is judged. Whoever waits is stopped later.
SECONDS = 10
PATIENCE = 60
# Kibibytes, as getrusage(2) counts them.
MEMORY = 256 * 1024
WORKERS = 2


@dataclass
class Case:
    """A bad file.

    `reason` is a part of what `verify` must say. `harmless`: no reader can see the difference, so verify may accept it.
    """

    name: str
    data: bytes
    reason: str = ""
    harmless: bool = False
    suffix: str = ""


@dataclass
class Outcome:
    code: int
    out: bytes
    err: str
    memory: int
    seconds: float


@functools.cache
def launchers():
    """Small processes that run the tool: a child's most memory counts from the fork, with what its parent has."""
    return concurrent.futures.ProcessPoolExecutor(WORKERS, multiprocessing.get_context("forkserver"))


def observe(*arguments):
    """Runs the tool; a negative code is the signal that ended it, or that of the time limit."""
    command = [str(word) for word in (product.PROGRAMS / "agentpack", *arguments)]
    settings = {"PATH": os.environ["PATH"], "HOME": str(product.scratch()), "LC_ALL": "C.UTF-8"}
    return launchers().submit(launch, command, settings).result()


def launch(command, settings):
    """Runs a command in one of the small processes."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=settings)
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Outcome(process.returncode, out.read(), err.read().decode(errors="replace"), usage.ru_maxrss,
                       usage.ru_utime + usage.ru_stime)


def complaints(outcome):
    """What is wrong with any run, whatever the file."""
    if outcome.code < 0:
        yield f"ended by {signal.Signals(-outcome.code).name}: {outcome.err[-300:]}"
    elif outcome.code not in (0, 1, 2):
        yield f"exit {outcome.code}: {outcome.err[-300:]}"
    if outcome.memory > MEMORY:
        yield f"took {outcome.memory // 1024} MiB"
    if outcome.seconds > SECONDS:
        yield f"took {outcome.seconds} s"
    if outcome.code > 0:
        if not outcome.err.startswith("error: "):
            yield f"no error: {outcome.err!r}"
        if outcome.code == 2 and not re.search(r"\bbytes? \d+", outcome.err):
            yield f"an error without an offset: {outcome.err!r}"


def judge(case):
    """The complaints about one case."""
    with tempfile.NamedTemporaryFile(dir=product.scratch(), suffix=case.suffix) as file:
        file.write(case.data)
        file.flush()
        inspected = observe("inspect", "--json", file.name)
        yield from (f"inspect: {text}" for text in complaints(inspected))
        if inspected.code == 0:
            try:
                json.loads(inspected.out)
            except ValueError as error:
                yield f"inspect: not JSON: {error}"
        verified = observe("verify", file.name)
        yield from (f"verify: {text}" for text in complaints(verified))
        if verified.code == 0 and not case.harmless:
            yield f"verify: accepted: {verified.out.decode(errors='replace')}"
        if verified.code == 0 and inspected.code != 0:
            yield f"verify accepted what inspect refused: {inspected.err}"
        if case.reason and case.reason not in verified.err:
            yield f"verify: expected {case.reason!r}, found {verified.err!r}"


def examine(cases):
    """The complaints about all cases, a line each."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        found = pool.map(lambda case: [f"{case.name}: {text}" for text in judge(case)], cases)
    return [line for lines in found for line in lines]

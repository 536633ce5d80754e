"""Running a program and measuring it."""

import os
import pty
import select
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Run:
    """Seconds of wall time, and the most memory of the process in bytes."""

    seconds: float
    memory: int


def run(command, **options):
    """Runs a program, which must succeed."""
    began = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        **options)
    err = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{err.decode(errors='replace')[-2000:]}")
    return Run(seconds, usage.ru_maxrss * 1024)


def alternate(commands, rounds, *, before=None, after=None):
    """Runs several programs in turn; returns the median of the seconds of each."""
    seconds = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if before:
                before()
            seconds[name].append(run(command).seconds)
            if after:
                after()
    return {name: statistics.median(values) for name, values in seconds.items()}


def first_output(command, rounds):
    """The median of the seconds from start to the first byte on a terminal."""
    values = []
    for _ in range(rounds):
        master, slave = pty.openpty()
        began = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        select.select([master], [], [], 10)
        values.append(time.monotonic() - began)
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
    return statistics.median(values)


def size(path):
    """Bytes of a file."""
    return os.stat(path).st_size


def empty(folder):
    """Makes a directory empty and lets the disk finish."""
    shutil.rmtree(folder, ignore_errors=True)
    os.sync()

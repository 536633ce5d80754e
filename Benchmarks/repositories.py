#!/usr/bin/python3
"""Compares `agentpack repo` with what repositories are usually made with: apt-ftparchive, reprepro, aptly, createrepo_c.

repositories.py [--peers] [COUNT...]: repositories of so many packages, 1000, 10000 and 100000 unless said otherwise;
`--peers` leaves agentpack out. Each program makes the repository from nothing, adds one package, and is asked once more
where nothing has changed. All sign, and write the same indexes as far as they can: plain, gzip and xz for APT (aptly has
no xz), gzip for YUM, one codename and one architecture, by hash where they can.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests" / "EndToEnd")]

import many  # noqa: E402 (the path comes first)
import measure  # noqa: E402

from harness import peers, product, site  # noqa: E402

COUNTS = (1_000, 10_000, 100_000)
STEPS = ("from nothing", "one more", "no change")
# What holds at the largest size: seconds and bytes of ours.
LIMITS = {(".deb", "one more"): 3, (".deb", "no change"): 0.5, (".rpm", "one more"): 5, (".rpm", "no change"): 2,
          (".deb", "verify"): 10, (".rpm", "verify"): 10}
MEMORY = 400_000_000
FASTER = 5
KINDS = {".deb": ("APT", peers.APT_MAKERS), ".rpm": ("YUM", peers.YUM_MAKERS)}


class Series:
    """Several commands that are measured as one: their seconds together, the most memory of any."""

    def __init__(self):
        self.seconds, self.memory = 0.0, 0

    def run(self, commands, **options):
        for command in commands:
            done = measure.run(command, **options)
            self.seconds += done.seconds
            self.memory = max(self.memory, done.memory)
        return self


def peer(kind, folder, packages, suffix):
    """The steps of one program: a dictionary from step to `Series`."""
    maker = kind(folder, packages.keys["apt" if suffix == ".deb" else "rpm"])

    def run(commands):
        os.sync()
        return Series().run(commands, env=maker.environment)
    found = {"from nothing": run(maker.build(packages.files(suffix)))}
    found["one more"] = run(maker.add(packages.further(suffix)))
    found["no change"] = run(maker.again())
    return found


def ours(packages, suffix):
    """The same of agentpack, and what verifying takes."""
    one = {".deb": {"codenames": ("bookworm",), "yum": False}, ".rpm": {"codenames": ()}}[suffix]
    published = site.Site(keys=packages.keys, **one)

    def run(verb, *words):
        os.sync()
        return Series().run([[product.PROGRAMS / "agentpack", "repo", verb, *words]])

    def publish(*files):
        return run("publish", "--unlisted", *published.place, *published.signing, *files)
    found = {"from nothing": publish(packages.files(suffix)[0].parent)}
    found["one more"] = publish(packages.further(suffix))
    found["no change"] = publish(packages.further(suffix))
    found["verify"] = run("verify", *published.place, "--metadata-only")
    return found


def compare(counts=COUNTS, *, with_ours=True):
    """Measures; returns the rows of a table."""
    rows = []
    for count in counts:
        packages = many.Packages(count)
        for suffix, (name, makers) in KINDS.items():
            found = {}
            for program, kind in makers.items():
                with tempfile.TemporaryDirectory(prefix="agentpack-bench-", dir="/var/tmp") as folder:
                    found[program] = peer(kind, Path(folder) / "peer", packages, suffix)
                _print(count, name, program, found[program])
            if with_ours:
                mine = ours(packages, suffix)
                _print(count, name, "agentpack", mine)
                rows += table(count, name, suffix, mine, found)
    return rows


def _print(count, name, program, steps):
    text = ", ".join(f"{step} {_s(done.seconds)} {_mb(done.memory)}" for step, done in steps.items())
    print(f"{count} {name} {program}: {text}", flush=True)


def table(count, name, suffix, mine, found):
    """A row for each step and program, as `run.page` shows them; the limits hold at the largest size."""
    largest = count == max(COUNTS)
    for step in STEPS:
        best = min(steps[step].seconds for steps in found.values())
        for program, steps in found.items():
            other = steps[step]
            limit = None
            if largest:
                limit = 1 / FASTER if step == "one more" and other.seconds == best else 1
            yield _row(f"{count} packages, {name}, {step}, to {program}", mine[step], other, limit)
    for step, limit in [(step, limit) for (kind, step), limit in LIMITS.items() if kind == suffix]:
        value = mine[step].seconds
        yield (f"{count} packages, {name}, {step}, seconds", _s(value), "", f"{value:.2f}",
               f"≤ {limit:.2f}" if largest else "", _verdict(value, limit) if largest else "")
    most = max(mine[step].memory for step in ("one more", "no change"))
    yield (f"{count} packages, {name}, the most memory for one more or no change", _mb(most), _mb(max(
        steps[step].memory for steps in found.values() for step in ("one more", "no change"))), "",
        f"≤ {_mb(MEMORY)}" if largest else "", _verdict(most, MEMORY) if largest else "")


def _row(what, mine, other, limit):
    ratio = mine.seconds / other.seconds
    return (what, f"{_s(mine.seconds)}, {_mb(mine.memory)}", f"{_s(other.seconds)}, {_mb(other.memory)}", f"{ratio:.3f}",
            "" if limit is None else f"≤ {limit:.3f}", "" if limit is None else _verdict(ratio, limit))


def _verdict(value, limit):
    return "yes" if value <= limit else "**no**"


def _s(seconds):
    return f"{seconds:.2f} s"


def _mb(count):
    return f"{count / 1_000_000:.0f} MB"


def section(rows):
    """What the page says of repositories."""
    return [
        "## Repositories", "",
        "Small packages with some thirty files each, made for this. Each program signs and writes the same indexes as far "
        "as it can (aptly has no xz, reprepro no indexes by hash). Seconds are those of a whole command, memory the most of "
        "any process of it.", "",
        "| what | agentpack | other | ratio | limit | within |", "|---|---|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows), "",
    ]


def missing():
    """The programs that aren't installed."""
    return [name for name in ("apt-ftparchive", "reprepro", "aptly", "createrepo_c") if not shutil.which(name)]


def main():
    words = [word for word in sys.argv[1:] if word != "--peers"]
    if missing():
        raise SystemExit(f"{', '.join(missing())} is missing: run 'make deps'")
    counts = [int(word) for word in words] or COUNTS
    rows = compare(counts, with_ours="--peers" not in sys.argv[1:])
    print("\n".join(section(rows)) if rows else "")
    return 1 if any(row[-1] == "**no**" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

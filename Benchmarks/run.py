#!/usr/bin/python3
"""Compares agentpack with makeself, dpkg-deb, rpmbuild and nfpm, in one run and as ratios, and writes Documentation/benchmarks.md.
What it publishes is compared with others' in repositories.py, which this runs as well.

run.py [--quick]: quick leaves out the 1 GB payload and the repositories, and writes no page.
"""

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure  # noqa: E402 (the path comes first)
import payload  # noqa: E402
import peers  # noqa: E402
import repositories  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[1]
PROGRAMS = REPOSITORY / ".build" / "release"
MEGABYTE = 1_000_000


class Bench:
    """One run: its directory, and the rows of the table."""

    def __init__(self, folder):
        self.folder = folder
        self.rows = []
        self.number = 0

    def row(self, what, ours, theirs, value, limit, form="{:.3f}"):
        verdict = "" if limit is None else ("yes" if value <= limit else "**no**")
        shown = "" if limit is None else "≤ " + form.format(limit)
        self.rows.append((what, ours, theirs, form.format(value), shown, verdict))
        print(f"{what}: {ours} | {theirs} | {form.format(value)} {shown} {verdict}", flush=True)

    def build(self, product, *options, formats="bin"):
        """Builds artifacts; returns the first one's path and the measured run."""
        self.number += 1
        out = self.folder / f"out{self.number}"
        cache = ["--cache", self.folder / "cache"] if not {"--no-cache", "--cache"} & set(options) else []
        command = [PROGRAMS / "agentpack", "build", "--format", formats, "--out", out, *cache, *options]
        run = measure.run(command, cwd=product)
        suffix = formats.split(",")[0]
        # The installer's other name is a link to the same file.
        made = max(out.glob(f"*.{suffix}"), key=lambda path: len(path.name))
        return made, run

    def makeself(self, product, compression):
        archive = self.folder / f"makeself-{compression}.run"
        command = ["makeself", "--quiet", f"--{compression}", "--nox11", product / "tree", archive, "bench", "true"]
        return archive, measure.run(command)

    def compare_builds(self, product):
        (self.folder / "cache").mkdir(mode=0o700)
        installer, cold = self.build(product)
        xz, xz_run = self.makeself(product, "xz")
        gzip, gzip_run = self.makeself(product, "gzip")
        setup = measure.size(PROGRAMS / "setup")
        self.row("build, cold cache, to makeself --xz", _s(cold.seconds), _s(xz_run.seconds),
                 cold.seconds / xz_run.seconds, 0.5)
        self.row("build, cold cache, to makeself --gzip", _s(cold.seconds), _s(gzip_run.seconds),
                 cold.seconds / gzip_run.seconds, None)
        self.row("size, to makeself --xz plus setup", _mb(measure.size(installer)), _mb(measure.size(xz) + setup),
                 measure.size(installer) / (measure.size(xz) + setup), 1.01)
        self.row("size, to makeself --gzip plus setup", _mb(measure.size(installer)), _mb(measure.size(gzip) + setup),
                 measure.size(installer) / (measure.size(gzip) + setup), None)
        self.change_a_jar(product)
        _, warm = self.build(product)
        self.row("build, warm cache, one changed jar, to makeself --xz", _s(warm.seconds), _s(xz_run.seconds),
                 warm.seconds / xz_run.seconds, 0.03)
        return installer, xz, gzip

    def change_a_jar(self, product):
        jars = [path for path in (product / "tree/lib").iterdir() if path.stat().st_size <= 1.5 * MEGABYTE]
        jar = max(jars, key=lambda path: path.stat().st_size)
        data = bytearray(jar.read_bytes())
        data[len(data) // 2] ^= 1
        jar.write_bytes(data)
        print(f"changed {jar.name}, {_mb(len(data))}")

    def compare_packages(self, product):
        """Every format alone and all together, beside the programs that usually make them."""
        tree = product / "tree"
        others = peers.Peers(self.folder, tree)
        deb, deb_run = others.dpkg_deb()
        rpm, rpm_run = others.rpmbuild()
        _, run_run = others.makeself()
        together = deb_run.seconds + rpm_run.seconds + run_run.seconds
        cache = self.folder / "packages-cache"
        cache.mkdir(mode=0o700)
        options = ("--cache", cache)
        _, cold = self.build(product, *options, formats="deb,rpm,bin")
        self.row("deb, rpm and bin, cold, to dpkg-deb, rpmbuild and makeself one after the other", _s(cold.seconds),
                 _s(together), cold.seconds / together, 0.25)
        self.row("peak memory of it, to dpkg-deb", _mb(cold.memory), _mb(deb_run.memory),
                 cold.memory / deb_run.memory, 1.2)
        our_deb, alone_deb = self.build(product, "--no-cache", formats="deb")
        our_rpm, alone_rpm = self.build(product, "--no-cache", formats="rpm")
        peer_files = {"dpkg-deb": (deb, deb_run), "rpmbuild": (rpm, rpm_run)}
        for kind in ("deb", "rpm"):
            peer_files[f"nfpm {kind}"] = others.nfpm(kind)
        for name, (file, run) in peer_files.items():
            ours, alone = (our_deb, alone_deb) if name.endswith("deb") else (our_rpm, alone_rpm)
            limit = 1 if name.startswith("nfpm") else None
            self.row(f"{ours.suffix[1:]} alone, cold, to {name}", _s(alone.seconds), _s(run.seconds),
                     alone.seconds / run.seconds, limit)
            self.row(f"size of the {ours.suffix[1:]}, to {name}", _mb(measure.size(ours)), _mb(measure.size(file)),
                     measure.size(ours) / measure.size(file), 1)
        _, warm = self.build(product, *options, formats="deb,rpm,bin")
        self.row("deb, rpm and bin, warm, nothing changed, to the three", _s(warm.seconds), _s(together),
                 warm.seconds / together, None, "{:.4f}")
        self.change_a_jar(product)
        _, changed = self.build(product, *options, formats="deb,rpm,bin")
        self.row("deb, rpm and bin, warm, one changed jar, to the three", _s(changed.seconds), _s(together),
                 changed.seconds / together, 0.015, "{:.4f}")

    def compare_extraction(self, installer, xz, gzip):
        target = self.folder / "extracted"
        stream = self.folder / "payload.xz"
        _cut_payload(installer, stream)
        commands = {
            "ours": [installer, "--extract", target],
            "makeself --xz": [xz, "--quiet", "--noexec", "--nox11", "--target", target],
            "makeself --gzip": [gzip, "--quiet", "--noexec", "--nox11", "--target", target],
            "decode only": ["sh", "-c", f"xz -dc -T0 '{stream}' >/dev/null"],
        }
        times = measure.alternate(
            commands, 5, before=lambda: measure.empty(target), after=os.sync)
        for name, limit in (("makeself --xz", 0.85), ("makeself --gzip", None), ("decode only", None)):
            self.row(f"verify and extract, to {name}", _s(times["ours"]), _s(times[name]), times["ours"] / times[name],
                     limit)

    def compare_verification(self, installer):
        data = installer.stat().st_size
        commands = {"ours": [installer, "--check"], "openssl": ["openssl", "dgst", "-sha256", installer]}
        times = measure.alternate(commands, 15)
        self.row(f"verify {_mb(data)}, to openssl dgst -sha256", _s(times["ours"]), _s(times["openssl"]),
                 times["ours"] / times["openssl"], 1.3)
        began = measure.first_output([installer], 15)
        self.row("start to first output, milliseconds", f"{began * 1000:.1f} ms", "", began * 1000, 50, "{:.1f}")

    def compare_memory(self):
        small, large = (payload.product(self.folder / name, copies=copies) for name, copies in (("p1", 1), ("p10", 10)))
        for formats in ("bin", "deb,rpm,bin"):
            _, first = self.build(small, "--no-cache", formats=formats)
            _, second = self.build(large, "--no-cache", formats=formats)
            self.row(f"peak memory of {formats}, 1 GB payload to 100 MB payload", _mb(second.memory),
                     _mb(first.memory), second.memory / first.memory, 1.1)


def _cut_payload(installer, stream):
    """Writes the installer's payload, one xz stream, to a file (layout: Documentation, .bin format)."""
    data = installer.read_bytes()
    head, length = (int.from_bytes(data[-256 + at:-256 + at + 8], "little") for at in (24, 32))
    stream.write_bytes(data[head:head + length])


def _s(seconds):
    return f"{seconds:.3f} s"


def _mb(count):
    return f"{count / MEGABYTE:.2f} MB"


def page(rows, published):
    """The page's text; `published` are the rows of the repositories."""
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`. Ratios are what counts; the seconds are those of one machine on one day.", "",
        f"Machine: {_processor()}, {os.cpu_count()} cores, Linux {platform.release()}, {_system()}.",
        f"Payload: a jlinked Java runtime and Debian's jars, {_tree_size()} in {_tree_count()} files. The product has no "
        "agent, so that packages hold the payload alone, as those of the others do; the start program of a product with "
        "an agent adds 4 MB to each.", "",
        "| what | agentpack | other | ratio | limit | within |", "|---|---|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows), "",
        "Times of verification and extraction are medians of alternating runs, extraction with `sync` after each; "
        "*decode only* is `xz -dc -T0` of the same payload to `/dev/null`, which nothing that decodes can beat.", "",
        *repositories.section(published),
    ]
    return "\n".join(lines)


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _system():
    facts = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return facts.get("PRETTY_NAME", "unknown").strip('"')


def _files():
    return [path for path in payload.tree().rglob("*") if path.is_file() and not path.is_symlink()]


def _tree_size():
    return _mb(sum(path.stat().st_size for path in _files()))


def _tree_count():
    return len(_files())


def main():
    quick = "--quick" in sys.argv[1:]
    missing = [program for program in ("makeself", "jlink", "dpkg-deb", "rpmbuild") if not shutil.which(program)]
    missing += repositories.missing()
    if missing:
        raise SystemExit(f"{', '.join(missing)} is missing: run 'make deps'")
    with tempfile.TemporaryDirectory(prefix="agentpack-bench-", dir="/var/tmp") as folder:
        bench = Bench(Path(folder))
        product = payload.product(bench.folder / "product")
        installer, xz, gzip = bench.compare_builds(product)
        bench.compare_verification(installer)
        bench.compare_extraction(installer, xz, gzip)
        bench.compare_packages(product)
        if not quick:
            bench.compare_memory()
            published = repositories.compare()
            (REPOSITORY / "Documentation").mkdir(exist_ok=True)
            (REPOSITORY / "Documentation/benchmarks.md").write_text(page(bench.rows, published))
            bench.rows += published
    return 1 if any(row[-1] == "**no**" for row in bench.rows) else 0


if __name__ == "__main__":
    sys.exit(main())

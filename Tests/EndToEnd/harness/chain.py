"""The test product as two native packages in three versions, with scripts of its own that fail where a test says so."""

import functools
import random
import re

from . import acme, overlay, product

# The steps at which a product's own scripts run, by their keys in the manifest.
STEPS = ("before_install", "after_install", "before_remove", "after_remove")
# A step fails while this directory has a file of its name.
FAILURES = "/etc/e2e-failures"
NAMES = ("acme-agent", "acme-agent-data")
VERSIONS = ("1.0.0", "2.0.0", "3.0.0")
# What dpkg and rpm call files that they have not put in place yet, or not removed.
UNFINISHED = re.compile(r".*(\.dpkg-(new|tmp|old|dist)|;[0-9a-f]{8}|\.rpm(new|save|orig))")
# Files that the running agent and the package managers write, and files that the tests bring.
LIVE = re.compile(r"/var/opt/acme-agent/(logs|state)(/.*)?|/run/.*|/tmp/.*|/srv/.*|/var/lib/(dpkg|rpm|systemd)/.*|"
                  r"/var/(log|cache)/.*|/var/lib/rpm.*")


def edit(version):
    """What makes the test product one of these, for `product.prepare`."""
    def change(folder):
        data = random.Random(version)
        for number in range(12):
            path = folder / f"data/{number}/{data.randrange(3)}.txt"
            path.parent.mkdir(parents=True)
            path.write_text(" ".join(str(data.randrange(10**6)) for _ in range(4_000)))
        (folder / f"data/only-in-{version}/deep").mkdir(parents=True)
        (folder / f"data/only-in-{version}/deep/file").write_text(version)
        (folder / f"agent/lib/only-in-{version}").write_text(version)
        program = folder / "agent/bin/acme-agent"
        program.write_text(program.read_text().replace("trap", f'echo {version} > "$state/version"\ntrap', 1))
        (folder / "packaging").mkdir()
        for step in STEPS:
            (folder / f"packaging/{step}.sh").write_text(
                f'if [ -e {FAILURES}/{step} ]; then\n    echo "{step} fails as it shall" >&2\n    exit 1\nfi\n')
        scripts = "    scripts:\n" + "".join(f"      {step}: packaging/{step}.sh\n" for step in STEPS)
        manifest = folder / "product.yaml"
        text = manifest.read_text()
        assert text.count("  - name: acme-agent\n") == 1 and text.count("agent:\n  command") == 1
        agent = "  - name: acme-agent\n"
        text = text.replace(agent, f"{agent}    depends: [acme-agent-data]\n{scripts}")
        text = text.replace("agent:\n  command", "  - name: acme-agent-data\n    contents:\n"
                            "      - { source: data/, to: share }\nagent:\n  command")
        manifest.write_text(text)
    return change


@functools.cache
def artifacts(version):
    """All formats of one version, built once a process."""
    folder = product.prepare(product.scratch() / f"chain-{version}", version=version, edit=edit(version))
    return product.build_all(folder)


def state(host):
    """All that an installation is: every path of the product, or that was changed near it, with what is there."""
    found = {}
    for path, what in host.changes().items():
        if LIVE.fullmatch(path) or not ("acme-agent" in path or UNFINISHED.fullmatch(path)):
            continue
        found[path] = what
    return found


def differences(now, expected):
    """What differs between two states, a line each."""
    return [f"{path} is {now.get(path)}, expected {expected.get(path)}"
            for path in sorted(now.keys() | expected.keys()) if now.get(path) != expected.get(path)]


def tree(host, path="/opt"):
    """Everything below a directory, with modes, owners and contents."""
    top = host.inside(path)
    return {str(below.relative_to(top)): overlay.describe(below) for below in top.rglob("*")}

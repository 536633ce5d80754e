#!/usr/bin/python3
"""Wraps the reference agent, installs it on a booted machine, connects, updates and removes it, and shows all of it."""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness.network_agent import CONFIGURATION, NAME, UNINSTALL, VERSIONS  # noqa: E402 (the path comes first)
from harness.walkthrough import Walkthrough  # noqa: E402


def say(text):
    """A heading of the demo."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}== {text}{plain}", flush=True)


class Screen:
    """Prints what the installer's terminal shows, a line at a time, in its last state: progress bars redraw theirs."""

    def __init__(self):
        self.line = ""

    def __call__(self, text):
        *lines, self.line = (self.line + text.replace("\r\n", "\n")).split("\n")
        for line in lines:
            print("    " + line.split("\r")[-1].replace("\033[K", ""), flush=True)


def show_list(walk):
    """The server's list of agents."""
    print(f"    {'NAME':<16} {'STATUS':<12} VERSION")
    for agent in walk.server.agents():
        print(f"    {agent['name']:<16} {agent['status']:<12} {agent['version'] or '-'}", flush=True)


def require(condition, what):
    """Ends the demo when something isn't as promised."""
    if not condition:
        raise SystemExit(f"the demo failed: {what}")


def main():
    if os.geteuid() != 0:
        raise SystemExit("the demo boots a machine in a container: run it as root, 'sudo make demo'")
    began = time.monotonic()
    first, second = VERSIONS
    with Walkthrough() as walk:
        say(f"Build {NAME} {first} and {second} from one manifest")
        walk.build()
        for version, path in walk.installers.items():
            print(f"    {version}: {path.name}, {path.stat().st_size / 1e6:.1f} MB")

        say("Boot a Debian machine with systemd; beside it a management server and a proxy that asks for a password")
        walk.start_machine()

        say("The administrator adds an agent on the server and copies its installation token")
        walk.new_token()
        show_list(walk)
        require(walk.status()[0] == "Pending", "the new agent is not Pending")

        say(f"On the machine: sudo ./{NAME}.bin (the demo types the answers)")
        walk.install(first, walk.questions(), show=Screen())

        say("The server's list")
        walk.wait_for("Connected", first)
        show_list(walk)
        before = walk.settings()

        say(f"Version {second} comes out: sudo ./{NAME}.bin again")
        walk.install(second, walk.update_questions(), show=Screen())

        say("The server's list")
        walk.wait_for("Connected", second)
        show_list(walk)
        require(walk.settings() == before, f"the update changed {CONFIGURATION}")
        print(f"    {CONFIGURATION} is what it was")

        say(f"Remove it: sudo {UNINSTALL} --purge --yes")
        result = walk.uninstall()
        print("    " + result.said.strip().replace("\n", "\n    "))
        require(result.code == 0, f"uninstall ended with {result.code}")
        left = [path for path in walk.host.changes() if NAME in path and not path.startswith("/root/")]
        require(not left, f"it left {left}")
        walk.wait_for("Offline")
        show_list(walk)
        walk.host.power_off()
    print(f"\nThe demo ended well: built, installed, connected, updated, removed, in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()

"""The package managers, in an administrator's words: what is typed for each of them, and what they ask."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Manager:
    """One package manager: the lines that are typed, with `{}` for files or names.

    `asks` is the question before something is done where it asks one, with its answer.
    """

    name: str
    suffix: str
    install: str
    upgrade: str
    downgrade: str
    remove: str
    purge: str | None = None
    asks: tuple[str, str] | None = None

    def line(self, action, words):
        """The line to type for an action: install, upgrade, downgrade, remove, purge."""
        return f"sudo {getattr(self, action).format(' '.join(map(str, words)))}"

    def talk(self, action):
        """What converses with the line, None where nothing is asked; APT asks nothing when files are named."""
        if self.asks is None or (self.name == "apt" and action not in ("remove", "purge")):
            return None
        question, answer = self.asks

        def talk(terminal):
            terminal.expect(question)
            # Nobody answers at once; zypper drops what is typed before it has shown all of its question.
            time.sleep(0.5)
            terminal.line(answer)

        return talk


MANAGERS = {manager.name: manager for manager in (
    Manager("apt", ".deb", "apt-get install {}", "apt install --only-upgrade {}",
            "apt-get install --allow-downgrades --yes {}", "apt remove {}", "apt purge {}",
            (r"Do you want to continue\? \[Y/n\]|Continue\? \[Y/n\]", "y")),
    Manager("dpkg", ".deb", "dpkg --install {}", "dpkg --install {}", "dpkg --install {}", "dpkg --remove {}",
            "dpkg --purge {}"),
    Manager("dnf", ".rpm", "dnf install {}", "dnf upgrade {}", "dnf downgrade {}", "dnf remove {}",
            asks=(r"Is this ok \[y/N\]: ", "y")),
    Manager("zypper", ".rpm", "zypper --no-refresh install --allow-unsigned-rpm {}",
            "zypper --no-refresh install --allow-unsigned-rpm {}",
            "zypper --no-refresh install --oldpackage --allow-unsigned-rpm {}", "zypper remove {}",
            asks=(r"Continue\? [^\n]*\(y[^\n]*: ", "y")),
)}

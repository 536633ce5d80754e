"""A program on a pseudo-terminal of its own, driven as a person would."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import time

import pexpect
from pexpect import fdpexpect


# Makes the program the leader of the terminal's session. Without it nsenter, which waits outside, would get Ctrl-C too
# and end before the program does.
LEADER = ("/usr/bin/setsid", "--ctty")


def _heed_interrupts():
    """A run in the background of a shell ignores SIGINT, and what it starts would ignore it as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A started program and its terminal; a context manager.

    The slave side stays open here, so its settings can be compared after the program ended. `transcript` is
    everything that the terminal showed. `watch` is the `secrecy.Watch` that follows the program.
    """

    def __init__(self, command, *, env, rows=30, columns=100, timeout=20, watch=None):
        self._master, self._slave = pty.openpty()
        self._open = [self._master, self._slave]
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings_before = termios.tcgetattr(self._slave)
        words = watch.launch(command) if watch else command
        self.process = subprocess.Popen(
            words, stdin=self._slave, stdout=self._slave, stderr=self._slave, env=env, start_new_session=True,
            preexec_fn=_heed_interrupts)
        if watch:
            watch.follow(self.process, words)
        self.transcript = ""
        self._screen = fdpexpect.fdspawn(self._master, encoding="utf-8", codec_errors="replace", timeout=timeout)
        self._screen.logfile_read = self

    def write(self, text):
        """Called by pexpect with everything that the terminal shows."""
        self.transcript += text
        if self.echo_to is not None:
            self.echo_to(text)

    def flush(self):
        """Called by pexpect; nothing is buffered here."""

    # Set to a function to see everything as it comes.
    echo_to = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def expect(self, *patterns, timeout=-1):
        """Waits for one of some regular expressions; returns its index. The program's end is an error."""
        try:
            return self._screen.expect(list(patterns), timeout=timeout)
        except (pexpect.TIMEOUT, pexpect.EOF):
            raise AssertionError(f"expected {patterns}, the terminal showed:\n{self.transcript}") from None

    @property
    def match(self):
        """The match of the last `expect`."""
        return self._screen.match

    def send(self, text):
        """Types text."""
        self._screen.send(text)

    def line(self, text=""):
        """Types a line and Enter."""
        self._screen.send(text + "\r")

    def converse(self, steps):
        """For each (pattern, answer): waits for the pattern, then types the answer and Enter."""
        for pattern, answer in steps:
            self.expect(pattern)
            self.line(answer)

    def page_to(self, pattern):
        """Turns the pages of a long text until the question after it shows, which is left to `converse`."""
        while self.peek(pattern, r"-- \d+ % --") == 1:
            self._screen.expect(r"-- \d+ % --")
            self.send(" ")

    def peek(self, *patterns):
        """Waits for one of some regular expressions without consuming it; returns its index."""
        return self.expect(*[f"(?={pattern})" for pattern in patterns])

    def interrupt(self):
        """Presses Ctrl-C."""
        self._screen.send("\x03")

    def wait(self, timeout=60):
        """Reads on until the program ends; returns its exit code."""
        limit = time.monotonic() + timeout
        while self.process.poll() is None:
            self._drain(0.05)
            if time.monotonic() > limit:
                raise AssertionError(f"still running after {timeout} s, the terminal showed:\n{self.transcript}")
        self._drain(0)
        return self.process.returncode

    def is_restored(self):
        """Whether the terminal's settings are those it had before the program started."""
        return termios.tcgetattr(self._slave) == self.settings_before

    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def _drain(self, seconds):
        while True:
            try:
                self._screen.expect(r".+", timeout=seconds)
            except (pexpect.TIMEOUT, pexpect.EOF):
                return

    def hang_up(self):
        """Breaks the connection to the terminal."""
        os.close(self._master)
        self._open.remove(self._master)

    def close(self):
        """Kills the program if it still runs, and closes the terminal."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for descriptor in self._open:
            os.close(descriptor)
        self._open = []

"""An administrator at a shell: an ordinary account that may use sudo, typing commands on a terminal as a manual has them."""

USER = "admin"
HOME = f"/home/{USER}"
# Shows how the command before it ended.
PROMPT = "<$?> $ "
PROMPT_PATTERN = r"<(\d+)> \$ "


class Shell:
    """The shell of such an account, which is made where the machine has none; a context manager.

    It starts in the account's home directory. `heard`, a function, gets everything that the terminal shows.
    """

    def __init__(self, host, *, heard=None):
        if not host.exists(HOME):
            _make_account(host)
        words = ["/usr/bin/env", "--ignore-environment", f"HOME={HOME}", f"USER={USER}", f"LOGNAME={USER}",
                 "PATH=/usr/local/bin:/usr/bin:/bin", "TERM=xterm", "LANG=C.UTF-8", f"PS1={PROMPT}"]
        self.terminal = host.spawn(
            "runuser", "-u", USER, "--", *words, "sh", "-c", 'cd && exec sh -i', rows=30, columns=100, timeout=60)
        self.terminal.echo_to = heard
        self.terminal.expect(PROMPT_PATTERN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.terminal.close()

    def type(self, command, *, talk=None, code=0):
        """Types a command and waits for its end; returns what it showed.

        `talk` is a function that converses with the command on the terminal. An exit code other than `code` is an
        error; None takes any, which `code` then is.
        """
        start = len(self.terminal.transcript)
        self.terminal.line(command)
        if talk is not None:
            talk(self.terminal)
        self.terminal.expect(PROMPT_PATTERN, timeout=180)
        self.code = int(self.terminal.match.group(1))
        shown = self.terminal.transcript[start:].replace("\r\n", "\n")
        if code is not None and self.code != code:
            raise AssertionError(f"`{command}` ended with {self.code}, expected {code}; the terminal showed:\n{shown}")
        return shown


def _make_account(host):
    result = host.run("useradd", "--create-home", "--shell", "/bin/sh", USER)
    if result.code != 0:
        raise RuntimeError(f"useradd: {result}")
    host.write(f"/etc/sudoers.d/{USER}", f"{USER} ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
    # Debian's installer does this; sudo looks the machine's own name up.
    name = host.run("hostname").out.strip()
    host.write("/etc/hosts", host.read("/etc/hosts") + f"127.0.1.1 {name}\n")

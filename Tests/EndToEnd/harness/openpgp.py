"""OpenPGP keys as vendors have them, made by GnuPG in homes of their own."""

import atexit
import functools
import subprocess

from . import product


class Key:
    """A key and the GnuPG home that holds it."""

    def __init__(self, home, fingerprint):
        self.home, self.fingerprint = home, fingerprint
        self.public = home / "public.asc"

    @property
    def options(self):
        """What `agentpack build` needs to sign with it."""
        return ["--gpg-key", self.fingerprint, "--gpg-home", self.home]

    def gpg(self, *words, **options):
        """Runs gpg in the home."""
        command = ["gpg", "--homedir", self.home, "--batch", "--no-tty", *words]
        return subprocess.run(command, check=True, capture_output=True, **options).stdout


@functools.cache
def key(name):
    """A key that fits all clients: RSA-4096 that signs itself, SHA-512, no expiry; made once a process."""
    home = product.scratch() / f"gnupg-{name}"
    home.mkdir(mode=0o700)
    atexit.register(subprocess.run, ["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True)
    made = Key(home, None)
    made.gpg("--pinentry-mode", "loopback", "--passphrase", "", "--cert-digest-algo", "SHA512", "--quick-generate-key",
             f"{name} <{name}@example.invalid>", "rsa4096", "sign,cert", "never")
    lines = made.gpg("--with-colons", "--list-secret-keys", text=True).splitlines()
    made.fingerprint = next(line.split(":")[9] for line in lines if line.startswith("fpr:"))
    made.public.write_bytes(made.gpg("--armor", "--export", made.fingerprint))
    return made

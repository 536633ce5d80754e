"""OpenPGP keys as vendors have them, made by GnuPG in homes of their own."""

import atexit
import functools
import itertools
import subprocess

from . import product

# When a key was made that has expired since.
LONG_AGO = "20200101T000000"
_numbers = itertools.count()


class Key:
    """A key and the GnuPG home that holds it."""

    def __init__(self, home, fingerprint, name="public"):
        self.home, self.fingerprint = home, fingerprint
        self.public = home / f"{name}.asc"

    @property
    def options(self):
        """What `agentpack build` needs to sign with it."""
        return ["--gpg-key", self.fingerprint, "--gpg-home", self.home]

    def export(self):
        """Writes the public key, as it is by now, armored."""
        self.public.write_bytes(self.gpg("--armor", "--export", self.fingerprint))

    def gpg(self, *words, **options):
        """Runs gpg in the home."""
        command = ["gpg", "--homedir", self.home, "--batch", "--no-tty", *words]
        return subprocess.run(command, check=True, capture_output=True, **options).stdout

    def signature(self, path, *words):
        """The armored detached signature of a file."""
        return self.gpg("--armor", "--local-user", self.fingerprint, *words, "--output", "-", "--detach-sign", path)

    def clear_signed(self, path, *words):
        """A file's text with the signature around it."""
        return self.gpg("--armor", "--local-user", self.fingerprint, *words, "--output", "-", "--clear-sign", path)


@functools.cache
def key(name):
    """A key that fits all clients: RSA-4096 that signs itself, SHA-512, no expiry; made once a process."""
    return _made(name, "never")


@functools.cache
def expired(name):
    """Such a key that has expired, as those know who have its `public`. Its owner goes on signing with it.

    A signature of the time before would be good for some: sqv takes the time that the signature says.
    """
    made = _made(name, "1y", since=LONG_AGO)
    made.gpg("--quick-set-expire", made.fingerprint, "0")
    return made


def ring(keys):
    """A new home with several keys, secret ones."""
    home = _home(f"ring-{next(_numbers)}")
    words = ["--pinentry-mode", "loopback", "--passphrase", "", "--export-secret-keys"]
    for made in keys:
        subprocess.run(["gpg", "--homedir", home, "--batch", "--no-tty", "--import"], check=True, capture_output=True,
                       input=made.gpg(*words, made.fingerprint))
    return home


def armored(keys):
    """Several public keys in one armor."""
    home = _home(f"ring-{next(_numbers)}")
    command = ["gpg", "--homedir", home, "--batch", "--no-tty"]
    subprocess.run([*command, "--import", *[made.public for made in keys]], check=True, capture_output=True)
    return subprocess.run([*command, "--armor", "--export"], check=True, capture_output=True).stdout


def _home(name):
    home = product.scratch() / f"gnupg-{name}"
    home.mkdir(mode=0o700)
    return ends(home)


def ends(home):
    """Has the programs that GnuPG starts for a home end with this process; returns the home."""
    atexit.register(subprocess.run, ["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True)
    return home


def _made(name, expiry, since=None):
    clock = ["--faked-system-time", since] if since else []
    return generate(name, expires=expiry, options=["--cert-digest-algo", "SHA512", *clock])


def generate(name, algorithm="rsa4096", *, expires="never", options=("--cert-digest-algo", "SHA512"), home=None):
    """A new key without passphrase, in a home of its own or in that of another key."""
    made = Key(home or _home(name), None, name)
    made.gpg("--pinentry-mode", "loopback", "--passphrase", "", *options, "--quick-generate-key",
             f"{name} <{name}@example.invalid>", algorithm, "sign,cert", expires)
    lines = made.gpg("--with-colons", "--list-secret-keys", f"{name}@example.invalid", text=True).splitlines()
    made.fingerprint = next(line.split(":")[9] for line in lines if line.startswith("fpr:"))
    made.export()
    return made


def sign_package(file, made):
    """Signs an RPM package with a key, as rpm itself does it, in the place of signatures that it has."""
    _rpmsign(made.home, "--define", f"_gpg_name {made.fingerprint}", "--define", "__gpg /usr/bin/gpg", "--resign", file)


def remove_signature(file):
    """Removes the signatures from an RPM package."""
    _rpmsign(product.scratch(), "--delsign", file)


def _rpmsign(home, *words):
    command = ["rpmsign", "--define", f"_gpg_path {home}", "--define", "_signature gpg", *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"rpmsign: {done.stdout}{done.stderr}")

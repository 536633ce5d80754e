"""What can be wrong with a site around its repositories; the functions take its top and its prefix."""

from . import openpgp, trees
from .planted import Fault, removed, there


def below(*names):
    return lambda top, prefix: there(next(iter(sorted((top / prefix).glob("/".join(names)))), top / "nothing"))


def site_file(get, damage):
    def plant(top, prefix):
        path = get(top, prefix)
        damage(path)
        return str(path.relative_to(top))
    return plant


def stranger_in_place(path):
    path.write_bytes(openpgp.key("stranger").public.read_bytes())


SITE = [
    Fault("apt-sign.gpg another key", site_file(below("apt-sign.gpg"), stranger_in_place), "key"),
    Fault("apt-sign.gpg missing", site_file(below("apt-sign.gpg"), removed), "missing"),
    Fault("the RPM key another key", site_file(below("rpm-sign*"), stranger_in_place), "key"),
    Fault("the .repo file missing", site_file(below("*.repo"), removed), "missing"),
    Fault("the .repo file without its checks", site_file(below("*.repo"), lambda path: path.write_text(
        path.read_text().replace("gpgcheck=1", "gpgcheck=0"))), "repo|gpgcheck"),
    Fault("an installer, one bit", site_file(below("*", "*", "*.bin"), trees.flip), "hash|digest|sum|signature"),
    Fault("an installer's sum missing", site_file(below("*", "*", "*.bin.sha256"), removed), "missing"),
    Fault("an installer's signature, one bit", site_file(below("*", "*", "*.bin.asc"), trees.flip), "signature"),
    Fault("the documented installer missing", site_file(below("*.bin"), removed), "missing"),
    Fault("the landing page missing", lambda top, prefix: site_file(lambda *_: there(top / "index.html"), removed)(
        top, prefix), "missing"),
]

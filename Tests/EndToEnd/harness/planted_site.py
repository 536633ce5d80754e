"""What can be wrong with a site around its repositories; the functions take its top and its prefix."""

from . import openpgp, trees
from .planted import Fault, removed, there, unreadable


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


def landing_page(damage):
    return lambda top, prefix: site_file(lambda *_: there(top / "index.html"), damage)(top, prefix)


def edited(old, new):
    """A text that is there replaced by another one."""
    def damage(path):
        text = path.read_text()
        assert old in text, f"{path} has no {old}"
        path.write_text(text.replace(old, new))
    return damage


def in_store(get):
    """What lies in the directory behind the public one, named as reports name it."""
    def plant(top, _):
        site = top.resolve().parents[1]
        path = get(site / "store")
        return str(path.relative_to(site))
    return plant


def left_in_store(store):
    path = next(iter(sorted(store.glob("deb/**/*.deb")))).with_name("left_1.0-1_amd64.deb")
    path.write_bytes(b"left")
    path.chmod(0o644)
    return path


def private_in_store(store):
    path = next(iter(sorted(store.glob("rpm/*.rpm"))))
    path.chmod(0o640)
    return path


def mirror_list(top, _):
    path = there(top / "yum/x86_64/mirrorlist")
    path.write_text("https://mirror.invalid/\n")
    return str(path.relative_to(top))


def snapshot(top, _):
    path = there(next(iter(sorted(top.glob("yum/x86_64/snapshots/*/repodata/repomd.xml"))), top / "nothing"))
    path.unlink()
    return str(path.relative_to(top))


def added(name):
    """A file that nobody published."""
    def plant(top, _):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("somebody's")
        return name
    return plant


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
    Fault("the landing page missing", landing_page(removed), "missing"),
    Fault("the landing page naming what isn't there", landing_page(edited("apt-sign.gpg\"", "apt-sign.old\"")), "missing"),
    Fault("the landing page not readable", landing_page(unreadable), "mode"),
    Fault("a directory that others write", lambda top, prefix: site_file(lambda *_: top / prefix, lambda path: path.chmod(
        0o777))(top, prefix), "mode"),
    Fault("a package not readable", in_store(private_in_store), "mode"),
    Fault("a list of mirrors with another", mirror_list, "mirrorlist"),
    Fault("a snapshot without repomd.xml", snapshot, "missing"),
    Fault("another file", added("tools/run.sh"), "unknown", "warning"),
    # As a publisher leaves it that was killed: no client is told of it.
    Fault("a package in the store that nothing offers", in_store(left_in_store), "orphan", "warning"),
]

"""inspect and verify on nine hundred bad installers and packages: an error with an offset, within bounds."""

import functools
import shutil
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import crafted_bin, crafted_deb, crafted_rpm, examiner, product
from harness.examiner import Case
from harness.mutations import mutations

OTHERS = {
    "nothing": (b"", "it is empty"), "a shell script": (b"#!/bin/sh\nexit 0\n", "a script for /bin/sh"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "gzip data"), "zeros": (bytes(5000), "zeros"), "text": (b"hello\n", "text"),
    "a page": (b"<!DOCTYPE html><html></html>", "an HTML or XML page"),
    "an ELF file": (b"\x7fELF\2\1" + bytes(500), "an ELF file without a plan"),
    "an ar archive": (
        b"!<arch>\nfoo.o/          0           0     0     100644  2         `\nxx", "doesn't begin with debian-binary"),
    "makeself": (b"#!/bin/sh\n# This script was generated using Makeself 2.4.5\n", "made by makeself"),
    "debian-binary, cut off": (b"!<arch>\ndebian-binary", ""), "the magic of an rpm": (b"\xed\xab\xee\xdb", ""),
    "the magic of a trailer": (bytes(100) + b"AGENTPACK-SETUP\0" + bytes(240), ""),
}


@functools.cache
def built():
    """The test product as installer and packages."""
    folder = product.prepare(product.scratch() / "malformed")
    out = folder / "dist"
    result = product.agentpack("build", "--format", "bin,deb,rpm", "--out", out, cwd=folder)
    assert result.code == 0, result
    return {kind: max(out.glob(f"*.{kind}"), key=lambda path: len(path.name)) for kind in ("bin", "deb", "rpm")}


@functools.cache
def foreign(kind):
    """A small package made by dpkg-deb or rpmbuild."""
    folder = Path(tempfile.mkdtemp(dir=product.scratch()))
    (folder / "root/opt/demo").mkdir(parents=True)
    (folder / "root/opt/demo/file").write_text("content\n")
    if kind == "deb":
        (folder / "root/DEBIAN").mkdir()
        (folder / "root/DEBIAN/control").write_text(crafted_deb.CONTROL)
        (folder / "root/DEBIAN/md5sums").write_text(crafted_deb.SUMS)
        command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-b", folder / "root", folder / "demo.deb"]
    else:
        (folder / "demo.spec").write_text(
            "Name: demo\nVersion: 1\nRelease: 1\nSummary: demo\nLicense: MIT\n%define __os_install_post %{nil}\n"
            "%description\ndemo\n%files\n/opt/demo\n")
        command = ["rpmbuild", "-bb", "--quiet", "--target", "x86_64", "--buildroot", folder / "root",
                   "--define", f"_topdir {folder}/top", "--define", "_rpmfilename ../../demo.rpm",
                   "--define", "_binary_payload w9.gzdio", folder / "demo.spec"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    shutil.rmtree(folder / "root", ignore_errors=True)
    return (folder / f"demo.{kind}").read_bytes()


def uncovered_deb(data):
    """Which bytes of a .deb nobody checks: times, owners and modes of members, and gzip's header."""
    places = set()
    position = 8
    while position < len(data):
        size = int(data[position + 48:position + 58])
        places.update(range(position + 16, position + 48))
        content = position + 60
        if data[content:content + 2] == b"\x1f\x8b":
            places.update(range(content + 4, content + 10))
        if data[position:position + 13] == b"debian-binary":
            # A later version 2 is one, too.
            places.add(content + 2)
        position = content + size + size % 2
    return places.__contains__


def tag_numbers(data):
    """Where the numbers of an .rpm's signature header's tags are."""
    count, = struct.unpack_from(">I", data, 96 + 8)
    return {place + byte for place in range(112, 112 + 16 * count, 16) for byte in range(4)}


def uncovered_rpm(data):
    """Which bytes of an .rpm nobody checks: the numbers of the signature header's tags, unknown ones among which are no
    error; `verify` says so."""
    return tag_numbers(data).__contains__


def crafted(traps):
    return [Case(name, data, reason) for name, data, reason in traps]


class Corpus(unittest.TestCase):
    def examine(self, cases, least):
        cases = list(cases)
        self.assertGreaterEqual(len(cases), least)
        self.assertEqual(examiner.examine(cases), [])

    def accept(self, files):
        for name, data in files.items():
            with self.subTest(file=name), tempfile.NamedTemporaryFile(dir=product.scratch()) as file:
                file.write(data)
                file.flush()
                for command in (["inspect", "--json"], ["inspect", "--files", "--scripts"], ["verify"]):
                    outcome = examiner.observe(*command, file.name)
                    self.assertEqual((outcome.code, list(examiner.complaints(outcome))), (0, []), outcome.err)

    def check_built(self, kind, uncovered):
        """Good packages of ours, and changes of them."""
        data = built()[kind].read_bytes()
        self.accept({kind: data})
        # They are large, so a few of each kind.
        few = mutations(f"our {kind}", data, 2, uncovered=uncovered(data), flips=6, cuts=3, bits=4, words=2)
        self.examine(few, 25)


class Debs(Corpus):
    def test_good(self):
        self.accept({"crafted": crafted_deb.package(), "of dpkg-deb": foreign("deb")})

    def test_crafted(self):
        self.examine(crafted(crafted_deb.traps()), 90)

    def test_changed(self):
        for seed, data in enumerate((foreign("deb"), crafted_deb.package())):
            self.examine(mutations(f"deb {seed}", data, seed, uncovered=uncovered_deb(data)), 90)

    def test_built(self):
        self.check_built("deb", uncovered_deb)

    def test_a_very_long_list_takes_bounded_memory(self):
        with tempfile.NamedTemporaryFile(dir=product.scratch()) as file:
            file.write(crafted_deb.package(data=crafted_deb.many(100_000)))
            file.flush()
            for command in (["inspect", "--json"], ["inspect", "--files"], ["verify"], ["diff", file.name]):
                with self.subTest(command=command):
                    outcome = examiner.observe(*command, file.name)
                    self.assertEqual((outcome.code, list(examiner.complaints(outcome))), (0, []))


class RPMs(Corpus):
    def test_good(self):
        self.accept({"crafted": crafted_rpm.package(), "of rpmbuild": foreign("rpm")})

    def test_crafted(self):
        self.examine(crafted(crafted_rpm.traps()), 150)

    def test_changed(self):
        for seed, data in enumerate((foreign("rpm"), crafted_rpm.package())):
            self.examine(mutations(f"rpm {seed}", data, seed, uncovered=uncovered_rpm(data)), 90)

    def test_built(self):
        self.check_built("rpm", uncovered_rpm)

    def test_what_nothing_covers_is_not_called_whole(self):
        for data in (foreign("rpm"), crafted_rpm.package()):
            accepted = 0
            for place in sorted(tag_numbers(data)):
                changed = bytearray(data)
                changed[place] ^= 1
                with tempfile.NamedTemporaryFile(dir=product.scratch()) as file:
                    file.write(changed)
                    file.flush()
                    outcome = examiner.observe("verify", file.name)
                if outcome.code == 0:
                    accepted += 1
                    self.assertIn(b"Proven: the file is whole but for what is not proven above.", outcome.out, place)
            self.assertGreater(accepted, 0)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        sizes = {1028: None, 5008: (crafted_rpm.INT64, [4096, 3 << 30, 4])}
        self.examine([Case("a file of 3 GiB in some bytes", crafted_rpm.package(fields=sizes), "may unpack to")], 1)

    def test_texts_cannot_command_a_terminal(self):
        evil = "\x1b[2J\x9b\u202e\u2028"
        data = crafted_rpm.package(fields={
            1004: (crafted_rpm.I18N, [f"a{evil}"]), 1014: (crafted_rpm.STRING, evil), 1023: (crafted_rpm.STRING, evil),
            1085: (crafted_rpm.STRING, evil), 1039: (crafted_rpm.STRINGS, [evil] * 3)})
        with tempfile.NamedTemporaryFile(dir=product.scratch()) as file:
            file.write(data)
            file.flush()
            for command in (["inspect", "--files", "--scripts"], ["inspect", "--json"], ["verify"], ["diff", file.name]):
                with self.subTest(command=command):
                    outcome = examiner.observe(*command, file.name)
                    self.assertEqual(outcome.code, 0, outcome.err)
                    self.assertNotIn(b"\x1b", outcome.out)
                    if "--json" not in command:
                        self.assertNotIn("\u202e".encode(), outcome.out)
                        self.assertNotIn("\u2028".encode(), outcome.out)


class Installers(Corpus):
    def test_good(self):
        data = built()["bin"].read_bytes()
        self.accept({"built": data, "crafted": crafted_bin.Installer(data).make()})

    def test_crafted(self):
        self.examine(crafted(crafted_bin.traps(built()["bin"].read_bytes())), 85)

    def test_changed(self):
        data = crafted_bin.Installer(built()["bin"].read_bytes()).make()
        self.examine(mutations("bin", data, 1), 90)

    def test_other_files(self):
        self.examine((Case(name, data, reason) for name, (data, reason) in OTHERS.items()), 12)

"""The scripts of Documentation/ci-publishing.md do what the document says of them."""

import json
import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import yaml

from harness import process, product

DOCUMENT = (product.REPOSITORY / "Documentation" / "ci-publishing.md").read_text()
KEEP = "public, max-age=31536000, immutable"

# `aws s3 sync` and `cp`: filters apply in their order, the last one that matches decides (AWS CLI reference, s3, "Use
# of Exclude and Include Filters"). Each object that is written goes to a log.
AWS = r'''#!/usr/bin/python3
import fnmatch, json, os, shutil, sys
from pathlib import Path
words = sys.argv[1:]
assert words[0] == "s3", words
verb, rest, options, filters = words[1], [], {}, []
words = words[2:]
while words:
    word = words.pop(0)
    if word in ("--include", "--exclude"): filters.append((word == "--include", words.pop(0)))
    elif word == "--cache-control": options["cache"] = words.pop(0)
    elif word in ("--recursive", "--size-only", "--delete"): options[word] = True
    else: rest.append(word)
source, goal = rest
bucket = Path(os.environ["BUCKET"])
assert goal.startswith("s3://there"), goal
goal = bucket / goal[len("s3://there"):].lstrip("/")
def wanted(path):
    answer = True
    for include, pattern in filters:
        if fnmatch.fnmatchcase(path, pattern): answer = include
    return answer
def write(file, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, path)
    with open(os.environ["LOG"], "a") as log:
        print(json.dumps({"path": str(path.relative_to(bucket)), "cache": options.get("cache")}), file=log)
if verb == "cp" and not options.get("--recursive"):
    write(source, goal)
else:
    assert verb == "sync" or options.get("--recursive"), sys.argv
    files = sorted(os.path.relpath(os.path.join(top, name), source)
                   for top, _, names in os.walk(source, followlinks=True) for name in names)
    for path in files:
        there = goal / path
        same = there.exists() and there.stat().st_size == os.stat(os.path.join(source, path)).st_size
        if wanted(path) and not (verb == "sync" and "--size-only" in options and same):
            write(os.path.join(source, path), there)
    if "--delete" in options:
        for there in sorted(goal.rglob("*")):
            path = str(there.relative_to(goal))
            if there.is_file() and wanted(path) and path not in files: there.unlink()
'''

# A machine of its own: what is at SITE there is another directory.
SSH = r'''#!/bin/sh
shift
exec unshare --mount sh -c 'mount --bind "$THERE" "$SITE" && cd / && eval "$1"' sh "$*"
'''


def scripts():
    """The document's shell scripts, by the name in their first line."""
    found = re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return {re.match(r"# (\S+\.sh)", text)[1]: text for text in found}


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="agentpack-ci-")))
        self.site = self.folder / "site"
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        for name, text in scripts().items():
            (self.folder / name).write_text(text)

    def program(self, name, text):
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)

    def run_script(self, name, *words, **variables):
        settings = {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(self.folder), "SITE": str(self.site)}
        return process.run(["sh", self.folder / name, *words], cwd=self.folder, env=settings | variables)

    def publish(self, number):
        """A generation as `agentpack repo publish` leaves it."""
        digest = f"{number:x}" * 64
        public = self.site / "generations" / f"{number:06}"
        store = self.site / "store"
        for channel in ("", "channels/beta/"):
            files = {
                "apt-trixie/dists/trixie/InRelease": number, "apt-trixie/dists/trixie/Release": number,
                "apt-trixie/dists/trixie/Release.gpg": number,
                "apt-trixie/dists/trixie/main/binary-amd64/Packages": number,
                "apt-trixie/dists/trixie/main/binary-amd64/Packages.gz": number,
                f"apt-trixie/dists/trixie/main/binary-amd64/by-hash/SHA256/{digest}": number,
                "yum/x86_64/repodata/repomd.xml": number, "yum/x86_64/repodata/repomd.xml.asc": number,
                "yum/x86_64/repodata/repomd.xml.key": 0, f"yum/x86_64/repodata/{digest}-primary.xml.gz": number,
                f"yum/x86_64/snapshots/{number}/repodata/repomd.xml": number, "yum/x86_64/mirrorlist": number,
                "scm/linux/agent.repo": 0, "scm/linux/agent.bin": number, "scm/linux/apt-sign.gpg": 0,
                f"scm/linux/agent/{number}.0/agent-{number}.0.bin": number,
                f"scm/linux/agent/{number}.0/agent-{number}.0.bin.asc": number, "index.html": number,
            }
            for path, content in files.items():
                file = public / channel / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"{content}")
                # A rollback publishes what is older than what was there.
                os.utime(file, (10**9 - number, 10**9 - number))
            (store / "deb/main/a/agent").mkdir(parents=True, exist_ok=True)
            (store / "rpm").mkdir(parents=True, exist_ok=True)
            (store / f"deb/main/a/agent/agent_{number}.0_amd64.deb").write_text("deb")
            (store / f"rpm/agent-{number}.0.x86_64.rpm").write_text("rpm")
            for link, target in (("apt-trixie/pool", store / "deb"), ("yum/x86_64/Packages", store / "rpm")):
                link = channel + link
                (public / link).symlink_to(os.path.relpath(target, (public / link).parent))
        staged = self.site / "public.staged"
        staged.symlink_to(f"generations/{number:06}")
        staged.rename(self.site / "public")

    @staticmethod
    def content(folder):
        """Every file below a directory, links followed, with its text."""
        return {os.path.relpath(os.path.join(top, name), folder): Path(top, name).read_text()
                for top, _, names in os.walk(folder, followlinks=True) for name in names}

    def test_shells_and_shellcheck_take_them(self):
        self.assertEqual(set(scripts()), {"keys.sh", "release.sh", "to-server.sh", "to-s3.sh"})
        for name in scripts():
            with self.subTest(script=name):
                # The files that scripts read are beside them; SITE comes from the environment.
                result = process.run(["shellcheck", "--shell=sh", "--external-sources", "--exclude=SC2154", name],
                                     cwd=self.folder)
                self.assertEqual((result.code, result.out), (0, ""))

    def test_the_pipelines_run_the_scripts_one_at_a_time(self):
        github, gitlab = [yaml.safe_load(text) for text in
                          re.findall(r"^```yaml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)]
        for name, job in github["jobs"].items():
            with self.subTest(github=name):
                self.assertEqual(job["concurrency"], {"group": "dist-site", "cancel-in-progress": False})
                lines = "".join(step.get("run", "") for step in job["steps"])
                self.assertEqual("release.sh" in lines, name == "publish")
                self.assertIn("to-server.sh", lines)
                self.assertNotIn("secrets.", lines)
        for name in ("publish", "refresh"):
            with self.subTest(gitlab=name):
                job = gitlab[gitlab[name]["extends"]] | gitlab[name]
                self.assertEqual(job["resource_group"], "dist-site")
                self.assertEqual("release.sh" in "".join(job["script"]), name == "publish")
                self.assertIn("to-server.sh", job["script"][-1])

    def test_the_home_of_the_keys_is_private_and_ends_with_the_job(self):
        self.program("gpg", "#!/bin/sh\nstat -c '%a %n' \"$GNUPGHOME\"\ncat\n")
        self.program("gpgconf", "#!/bin/sh\nexit 0\n")
        (self.folder / "job.sh").write_text(
            "set -eu\n. ./keys.sh\nstat -c '%a %n' \"$GNUPGHOME/installer.key\"\nenv | grep KEY || true\n")
        keys = {"APT_SIGNING_KEY": "apt key\nof two lines", "RPM_SIGNING_KEY": "rpm key", "INSTALLER_KEY": "ed25519"}
        result = self.run_script("job.sh", **keys)
        self.assertEqual(result.code, 0, result)
        home, *imported, private = result.out.splitlines()
        self.assertEqual(imported, ["apt key", "of two lines", "rpm key"])
        self.assertTrue(home.startswith("700 ") and private == f"600 {home[4:]}/installer.key", result)
        self.assertFalse(Path(home[4:]).exists())

    def test_a_web_server_gets_everything_before_it_switches(self):
        there = self.folder / "there"
        there.mkdir()
        self.program("ssh", SSH)
        # What is served while files arrive is the old state, whole.
        self.program("rsync", f"""#!/bin/sh
/usr/bin/rsync "$@" || exit
case " $* " in
    *" --server "*) ;;
    *) {{ readlink "$THERE/public" || echo -; }} >> {self.folder}/served ;;
esac
""")
        for number in (1, 2):
            self.publish(number)
            (self.folder / "served").unlink(missing_ok=True)
            result = self.run_script("to-server.sh", "host", THERE=str(there))
            self.assertEqual(result.code, 0, result)
            before = "generations/000001" if number == 2 else "-"
            self.assertEqual((self.folder / "served").read_text().split(), [before, f"generations/{number:06}"])
            self.assertEqual(self.content(there / "public"), self.content(self.site / "public"))
        shutil.rmtree(self.site / "generations/000001")
        self.assertEqual(self.run_script("to-server.sh", "host", THERE=str(there)).code, 0)
        self.assertEqual(os.listdir(there / "generations"), ["000002"])

    def to_s3(self, **variables):
        (self.folder / "log").unlink(missing_ok=True)
        self.program("aws", AWS)
        result = self.run_script("to-s3.sh", "there", BUCKET=str(self.folder / "bucket"), LOG=str(self.folder / "log"),
                                 **variables)
        self.assertEqual(result.code, 0, result)
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def test_an_object_store_gets_what_indexes_lead_to_before_the_indexes(self):
        bucket = self.folder / "bucket"
        for number in (1, 2):
            self.publish(number)
            log = self.to_s3()
            there = self.content(bucket)
            for path, text in self.content(self.site / "public").items():
                self.assertEqual(there.get(path), text, path)
            self.assertTrue(all(entry["cache"] for entry in log))
            place = {entry["path"]: index for index, entry in enumerate(log)}
            self.assertEqual(len(place), len(log), "nothing is sent twice")
            digest = f"{number:x}" * 64
            for top in ("", "channels/beta/"):
                dists = f"{top}apt-trixie/dists/trixie"
                order = [
                    f"{top}apt-trixie/pool/main/a/agent/agent_{number}.0_amd64.deb",
                    f"{dists}/main/binary-amd64/Packages", f"{dists}/Release.gpg", f"{dists}/Release",
                    f"{dists}/InRelease",
                ]
                self.assertEqual(sorted(order, key=place.get), order)
                self.assertLess(place[f"{dists}/main/binary-amd64/by-hash/SHA256/{digest}"], place[order[1]])
                data = f"{top}yum/x86_64/repodata"
                self.assertLess(place[f"{data}/{digest}-primary.xml.gz"], place[f"{data}/repomd.xml"])
                package = place[f"{top}yum/x86_64/Packages/agent-{number}.0.x86_64.rpm"]
                self.assertLess(package, place[f"{data}/repomd.xml"])
                self.assertEqual(place[f"{data}/repomd.xml.asc"], place[f"{data}/repomd.xml"] + 1)
            for entry in log:
                lasting = re.search(
                    "/pool/|/by-hash/|/Packages/|/snapshots/|/[0-9a-f]{64}-|/agent/[0-9].0/", "/" + entry["path"])
                self.assertEqual(entry["cache"], KEEP if lasting else "no-cache", entry)

    def test_a_rollback_reaches_an_object_store(self):
        self.publish(2)
        self.to_s3()
        shutil.rmtree(self.site / "generations")
        self.publish(1)
        self.to_s3()
        bucket = self.folder / "bucket"
        self.assertEqual((bucket / "apt-trixie/dists/trixie/InRelease").read_text(), "1")
        # What clients may still be reading is there until it is pruned.
        old = bucket / "apt-trixie/dists/trixie/main/binary-amd64/by-hash/SHA256" / ("2" * 64)
        self.assertTrue(old.exists())
        self.to_s3(PRUNE="yes")
        self.assertFalse(old.exists())
        self.assertEqual((bucket / "apt-trixie/dists/trixie/InRelease").read_text(), "1")

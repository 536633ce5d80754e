"""What nginx and Caddy, configured as the site says, answer: what may be kept, what type it is, what isn't there."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import landing
from harness.web_servers import Caddy, Nginx

DIGEST = "0123456789abcdef" * 4
ASK_AGAIN = "no-cache"
KEEP = "public, max-age=31536000, immutable"

# Path, what caches are told, type.
FILES = [
    ("apt-trixie/dists/trixie/InRelease", ASK_AGAIN, "text/plain"),
    ("apt-trixie/dists/trixie/Release", ASK_AGAIN, "text/plain"),
    ("apt-trixie/dists/trixie/Release.gpg", ASK_AGAIN, "application/pgp-signature"),
    ("apt-trixie/dists/trixie/main/binary-amd64/Packages", ASK_AGAIN, "text/plain"),
    ("apt-trixie/dists/trixie/main/binary-amd64/Packages.gz", ASK_AGAIN, "application/gzip"),
    ("apt-trixie/dists/trixie/main/binary-amd64/Packages.xz", ASK_AGAIN, "application/x-xz"),
    (f"apt-trixie/dists/trixie/main/binary-amd64/by-hash/SHA256/{DIGEST}", KEEP, "application/octet-stream"),
    ("apt-trixie/pool/main/a/agent/agent_1.0+b~c-1_amd64.deb", KEEP, "application/vnd.debian.binary-package"),
    ("yum/x86_64/repodata/repomd.xml", ASK_AGAIN, "application/xml"),
    ("yum/x86_64/repodata/repomd.xml.asc", ASK_AGAIN, "application/pgp-signature"),
    ("yum/x86_64/repodata/repomd.xml.key", ASK_AGAIN, "application/pgp-keys"),
    (f"yum/x86_64/repodata/{DIGEST}-primary.xml.gz", KEEP, "application/gzip"),
    ("yum/x86_64/repodata/primary.xml.gz", ASK_AGAIN, "application/gzip"),
    ("yum/x86_64/Packages/agent-1.0-1.x86_64.rpm", KEEP, "application/x-rpm"),
    ("yum/x86_64/mirrorlist", ASK_AGAIN, "text/plain"),
    ("yum/x86_64/snapshots/7/repodata/repomd.xml", KEEP, "application/xml"),
    ("scm/linux/apt-sign.gpg", ASK_AGAIN, "application/pgp-keys"),
    ("scm/linux/rpm-sign.asc", ASK_AGAIN, "application/pgp-keys"),
    ("scm/linux/agent.repo", ASK_AGAIN, "text/plain"),
    ("scm/linux/agent.bin", ASK_AGAIN, "application/octet-stream"),
    ("scm/linux/agent/1.0/agent-1.0.bin", KEEP, "application/octet-stream"),
    ("scm/linux/agent/1.0/agent-1.0.bin.sha256", KEEP, "text/plain"),
    ("scm/linux/agent/1.0/agent-1.0.bin.asc", KEEP, "application/pgp-signature"),
    ("index.html", ASK_AGAIN, "text/html"),
]
FILES += [(f"channels/beta/{path}", *rest) for path, *rest in FILES]


class Rules:
    """What holds for every server; a class of tests each."""

    @classmethod
    def setUpClass(cls):
        cls.site = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="agentpack-site-")))
        os.chmod(cls.site, 0o755)
        given = landing.site()
        for name in ("nginx.conf", "Caddyfile"):
            shutil.copy(given / name, cls.site)
        cls.generation("1")
        cls.publish("1")
        cls.server = cls.enterClassContext(cls.make(cls.site))

    @classmethod
    def generation(cls, name):
        """A generation as a publish leaves it: packages are links into the store."""
        for path, *_ in FILES:
            file = cls.site / "generations" / name / path
            if "/pool/" in path:
                stored = cls.site / "store" / Path(path).name
                stored.parent.mkdir(parents=True, exist_ok=True)
                stored.write_text("stored")
                pool = cls.site / "generations" / name / path.split("/pool/")[0] / "pool"
                pool.parent.mkdir(parents=True, exist_ok=True)
                tree = cls.site / "store" / "deb" / path.split("/pool/")[1]
                tree.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(stored, tree)
                if not pool.is_symlink():
                    pool.symlink_to(os.path.relpath(cls.site / "store" / "deb", pool.parent))
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"generation {name} of {path}")
        (cls.site / "generations" / name / ".hidden").write_text("secret")
        (cls.site / "generations" / name / "scm/.git").mkdir(exist_ok=True)
        (cls.site / "generations" / name / "scm/.git/config").write_text("secret")

    @classmethod
    def publish(cls, name):
        link = cls.site / "public.new"
        link.symlink_to(f"generations/{name}")
        link.rename(cls.site / "public")

    def test_what_caches_are_told_and_types(self):
        for path, cache, kind in FILES:
            with self.subTest(path=path):
                status, headers, body = self.server.get("/" + path.replace("+", "%2B"))
                self.assertEqual(status, 200)
                self.assertEqual(headers.get("cache-control"), cache)
                self.assertEqual(headers["content-type"].split(";")[0], kind)
                self.assertEqual(headers.get("x-content-type-options"), "nosniff")
                self.assertNotIn("content-encoding", headers)
                self.assertTrue(body)

    def test_the_page_is_at_the_top(self):
        status, headers, body = self.server.get("/")
        self.assertEqual((status, headers["content-type"].lower(), headers["cache-control"]),
                         (200, "text/html; charset=utf-8", ASK_AGAIN))
        self.assertIn(b"index.html", body)

    def test_what_is_not_there_is_not_kept(self):
        for path in ("apt-trixie/pool/main/a/other.deb", f"yum/x86_64/repodata/{'f' * 64}-primary.xml.gz",
                     f"apt-trixie/dists/trixie/main/binary-amd64/by-hash/SHA256/{'f' * 64}", "other"):
            with self.subTest(path=path):
                status, headers, _ = self.server.get("/" + path)
                self.assertEqual(status, 404)
                self.assertNotIn("immutable", headers.get("cache-control", ""))

    def test_hidden_files_and_directories_stay_so(self):
        for path in (".hidden", "scm/.git/config", "%2ehidden", "scm/%2egit/config", "apt-trixie/pool/.x"):
            with self.subTest(path=path):
                status, _, body = self.server.get("/" + path)
                self.assertEqual(status, 404)
                self.assertNotIn(b"secret", body)
        for path in ("scm/linux/", "apt-trixie/pool/main/", "yum/"):
            with self.subTest(path=path):
                self.assertIn(self.server.get("/" + path)[0], (403, 404))

    def test_downloads_can_go_on(self):
        status, headers, body = self.server.get("/scm/linux/agent/1.0/agent-1.0.bin", Range="bytes=3-6")
        self.assertEqual((status, body), (206, b"erat"))
        self.assertEqual(headers["content-range"].split("/")[0], "bytes 3-6")
        self.assertEqual(headers["cache-control"], KEEP)

    def test_what_did_not_change_is_not_sent_again(self):
        _, headers, _ = self.server.get("/yum/x86_64/repodata/repomd.xml")
        status, _, body = self.server.get("/yum/x86_64/repodata/repomd.xml", If_None_Match=headers["etag"])
        self.assertEqual((status, body), (304, b""))

    def test_a_publish_is_seen_at_once(self):
        for name in ("2", "3"):
            self.generation(name)
            self.publish(name)
            for path in ("apt-trixie/dists/trixie/InRelease", "channels/beta/yum/x86_64/repodata/repomd.xml"):
                self.assertEqual(self.server.get("/" + path)[2].decode(), f"generation {name} of {path}")


class NginxRules(Rules, unittest.TestCase):
    @staticmethod
    def make(site):
        return Nginx(site)


class CaddyRules(Rules, unittest.TestCase):
    @staticmethod
    def make(site):
        return Caddy(site)

"""The landing page of a site that the tool published."""

import re
import unittest

from harness import landing, openpgp, process, published
from test_landing_page import Page


class Published(Page, unittest.TestCase):
    @classmethod
    def site(cls):
        return published.site()

    def test_links_lead_to_files_of_the_site(self):
        for page in ("index.html", "channels/beta/index.html"):
            with self.subTest(page=page):
                place = self.site() / "public" / page
                paths = landing.links(place.read_text())
                self.assertGreater(len(paths), 10)
                self.assertEqual([path for path in paths if not (place.parent / path).resolve().is_file()], [])

    def test_what_it_says_is_what_is_published(self):
        text = (self.site() / "public/index.html").read_text()
        for role in published.ROLES:
            digits = openpgp.key(role).fingerprint
            self.assertIn(" ".join(digits[i:i + 4] for i in range(0, 40, 4)), text)
        for file, digest in re.findall(r'download>([^<]+)</a></p>.*?<code>([0-9a-f]{64})</code>', text, re.DOTALL):
            places = ["find", "-L", self.site() / "public", "-name", file, "-exec", "sha256sum", "{}", "+"]
            sums = {line.split()[0] for line in process.run(places).out.splitlines()}
            self.assertEqual(sums, {digest}, file)
        self.assertIn("Older versions", text)

    def test_the_installer_is_there_with_what_verifies_it(self):
        text = (self.site() / "public/index.html").read_text()
        lines = re.findall(r"curl -fLO https://[^/]+/(\S+?)(?:\n|</code>)", text)
        self.assertEqual([path[path.rindex(".bin"):] for path in lines], [".bin", ".bin.sha256", ".bin.asc"])
        self.assertEqual([path for path in lines if not (self.site() / "public" / path).is_file()], [])
        folder = (self.site() / "public" / lines[0]).parent
        self.assertEqual(process.run(["sha256sum", "-c", lines[1].split("/")[-1]], cwd=folder).code, 0)

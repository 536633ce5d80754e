"""Contents of a published site: apt-file finds the package of a file, from one publication to the next."""

import unittest

from harness import site, site_clients
from harness.network_agent import NAME
from harness.site_server import SiteServer

JRE = f"{NAME}-jre"


class AptFile(site_clients.Apt):
    BASE = "bookworm-apt-file"

    def packages(self, path):
        """The packages that have a file, as apt-file knows after it asked the site."""
        self.must("apt-file", "update")
        result = self.run("apt-file", "search", "--fixed-string", path)
        return sorted(line.split(": ")[0] for line in result.out.splitlines())


class Contents(unittest.TestCase):
    def setUp(self):
        self.site = site.Site(codenames=("bookworm",), yum=False, contents=True)

    def publish(self, *packages):
        for name, version in packages:
            self.site.publish(site.small(version, name)[0])

    def test_apt_file(self):
        """Files come, and go with their package; all of it is found by hash."""
        self.publish((NAME, "1.0.0-1"))
        with SiteServer(self.site.public) as server, AptFile(server) as client:
            client.add()
            self.assertEqual(client.packages(f"/opt/{NAME}/file"), [NAME])
            self.assertEqual(client.packages(f"/opt/{JRE}/file"), [])
            self.publish((NAME, "1.1.0-1"), (JRE, "1.1.0-1"))
            self.assertEqual(client.packages(f"/opt/{JRE}/file"), [JRE])
            self.site.change("remove", NAME, "1.0.0-1")
            self.assertEqual(client.packages(f"/opt/{NAME}/file"), [NAME])
            self.site.change("remove", NAME)
            self.assertEqual(client.packages(f"/opt/{NAME}/file"), [])
            self.assertEqual(client.packages(f"/opt/{JRE}/file"), [JRE])
            requests = server.requests()
            self.assertEqual(server.failures(requests), [])
            main = "/apt-bookworm/dists/bookworm/main/"
            asked = {request["path"].removeprefix(main).split("/")[0] for request in requests
                     if request["path"].startswith(main)}
            self.assertEqual(asked, {"by-hash", "binary-amd64"})
        self.assertEqual(site.faults(self.site.verify("--json")), [])

    def test_the_target_that_apt_takes(self):
        """apt finds Contents as listed in Release, without which it says nothing."""
        self.publish((NAME, "1.0.0-1"))
        with SiteServer(self.site.public) as server, AptFile(server) as client:
            client.add()
            targets = client.must("apt-get", "indextargets", "--format", "$(IDENTIFIER) $(METAKEY)")
            self.assertIn("Contents-deb main/Contents-amd64", targets.out.splitlines())

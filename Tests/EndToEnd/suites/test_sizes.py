"""What must stay small."""

import unittest

from harness import product


class Sizes(unittest.TestCase):
    def test_setup(self):
        self.assertLessEqual((product.PROGRAMS / "setup").stat().st_size, 12 * 1024 * 1024)

    def test_setup_needs_no_library(self):
        from harness import process
        self.assertNotIn("INTERP", process.run(["readelf", "-lW", product.PROGRAMS / "setup"]).out)

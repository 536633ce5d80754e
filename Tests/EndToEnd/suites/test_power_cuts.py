"""Power cuts during an update on a virtual machine; `make power-cuts` tries all points, this the most telling ones."""

import concurrent.futures
import unittest

import power_cuts

CHOSEN = ["about to switch", "switched", "the service is being restarted", "done"]
# Calls that answer "done" and do nothing.
UNSYNCED = "fsync,fdatasync,syncfs:retval=0"


class PowerCuts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        points = {point.name: point for point in power_cuts.POINTS}
        cuts = power_cuts.PowerCuts()
        # A machine ends with the thread that started it: the pool is closed when all have ended.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            unsynced = pool.submit(cuts.cut, points["done a moment ago"], inject=UNSYNCED)
            trials = {name: pool.submit(cuts.cut, points[name]) for name in CHOSEN}
            cls.complaints = {name: trial.result() for name, trial in trials.items()}
            cls.complaints_unsynced = unsynced.result()

    def test_the_host_has_one_state_whole_and_the_next_run_completes(self):
        for name, complaints in self.complaints.items():
            with self.subTest(point=name):
                self.assertEqual(complaints, [])

    def test_it_is_the_syncing_that_keeps_it_whole(self):
        """The machine does lose what isn't synced, and that is noticed."""
        text = "\n".join(self.complaints_unsynced)
        self.assertIn("has 0 bytes", text)
        self.assertNotIn("the same command again", text, "and repaired")

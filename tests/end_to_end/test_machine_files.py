"""The machine files themselves: cited, complete, and each in use."""

import pathlib
import re
import unittest

import expected
from harness import MACHINES, read_machine


class MachineFiles(unittest.TestCase):
    def test_each_is_cited(self) -> None:
        for file in sorted(MACHINES.glob("*.json")):
            with self.subTest(file=file.name):
                machine = read_machine(file.stem)
                self.assertEqual(machine["id"], file.stem)
                self.assertTrue(machine["title"])
                self.assertTrue(machine["source"] and all(machine["source"]))

    def test_what_is_not_from_a_dump_is_marked(self) -> None:
        for file in sorted(MACHINES.glob("*.json")):
            machine = read_machine(file.stem)
            with self.subTest(file=file.name):
                marked = machine["marked"]
                self.assertTrue(marked["clocks"], "no driver answers rates")
                for gpu in machine["gpus"]:
                    self.assertLessEqual(set(marked["attributes"]), set(gpu["attributes"]))

    def test_each_is_used(self) -> None:
        folder = pathlib.Path(__file__).parent
        tests = "".join(file.read_text() for file in folder.glob("test_*.py"))
        used = set(expected.MACHINES) | set(re.findall(r'"([a-z0-9_]+)"', tests))
        self.assertEqual({file.stem for file in MACHINES.glob("*.json")} - used, set())


if __name__ == "__main__":
    unittest.main()

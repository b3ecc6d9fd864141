"""Every machine: features and verdicts as expected.py says, with the evidence that the words require."""

import unittest

import expected
from harness import read_machine, run


class Machines(unittest.TestCase):
    maxDiff = None

    def check(self, name: str) -> None:
        result = run(name, "--timeout", "60")  # the old assemblers take seconds, more where other tests run beside
        self.assertEqual(result.status, 0, result.errors)
        self.assertEqual(result.report["log"], [])
        self.check_fake(name, result)
        self.check_facts(name, result)
        statuses = result.by_status()
        not_launched = expected.MULTIMEM - expected.MACHINES[name]["unsupported"]
        self.assertEqual(statuses.pop("not_run", set()), expected.NO_PROBE | not_launched)
        self.assertEqual(statuses, expected.MACHINES[name])
        for row in result.gpu()["features"]:
            with self.subTest(feature=row["id"]):
                self.check_evidence(row)
        for backend, verdict in expected.BACKENDS.get(name, {}).items():
            with self.subTest(backend=backend):
                self.assertEqual(result.backend(backend)["verdict"], verdict)
                self.assertTrue(result.backend(backend)["reason"])
        self.check_driver_work(name, result)
        self.check_opcodes(name, result)

    def check_fake(self, name: str, result) -> None:
        self.assertEqual(result.report["driver"]["fake"], name)
        self.assertIn("driver: fake", result.text)
        self.assertIn("driver: fake", result.html)

    def check_facts(self, name: str, result) -> None:
        machine = read_machine(name)
        gpu = machine["gpus"][0]
        self.assertEqual(result.gpu()["name"], gpu["name"])
        self.assertEqual(result.gpu()["compute_capability"], gpu["compute_capability"])
        facts = {row["key"]: row for row in result.gpu()["facts"]}
        self.assertEqual(facts["total_global_mem_bytes"]["value"], gpu["total_bytes"])
        optin = facts["max_shared_memory_per_block_optin_bytes"]
        self.assertEqual(optin["value"], gpu["attributes"]["max_shared_memory_per_block_optin"])
        for row in facts.values():  # absent is null with a reason
            self.assertEqual(row["value"] is None, bool(row.get("absent")), row)

    def check_evidence(self, row: dict) -> None:
        kinds = {item["kind"] for item in row["evidence"] if not item["against"]}
        if row["status"] in ("supported", "emulated"):
            self.assertIn("verified", kinds)
        if row["status"] == "unsupported":
            self.assertEqual(kinds, set(), "nothing may speak for what is refused")
            self.assertEqual(row["reason"]["id"], "not_on_target")
            self.check_refusal(row)

    def check_opcodes(self, name: str, result) -> None:
        """Of every launched probe the opcode of the loaded image is read, whoever made that image."""
        rows = result.gpu()["features"]
        read = {row["id"] for row in rows if any(item["by"] == "blackwell-probe" for item in row["evidence"])}
        if name == "unknown_cc13":
            self.assertEqual(read, set(), "nobody knows the encodings of this architecture")
            return
        launched = {row["id"] for row in rows if row["status"] in ("supported", "emulated")}
        # Compiled whole, so that the driver's code of it is not at hand: linked texts lose setmaxnreg.
        if any("PTX" in item["text"] for row in rows for item in row["evidence"] if item["kind"] == "loaded"):
            launched.discard("setmaxnreg")
        self.assertEqual(launched - read, set())

    def check_refusal(self, row: dict) -> None:
        refusals = [item for item in row["evidence"] if "positive control" not in item["text"]]
        controls = [item for item in row["evidence"] if "positive control" in item["text"]]
        self.assertTrue(refusals and controls, row)
        if row["id"] in expected.INSTRUCTION:
            word, targets = expected.INSTRUCTION[row["id"]]
            self.assertTrue(any(word in item["text"] and ".target" in item["text"] for item in refusals), refusals)
            self.assertTrue(all(item["target"] in targets for item in controls), controls)

    def check_driver_work(self, name: str, result) -> None:
        """Accepted features come from cubins; the assembler is asked a handful of times, not once a feature."""
        if name in ("h100_r535", "h100_r570"):
            self.assertIn("cubin refused", result.trace)
            # What is loaded is what the driver's own assembler has just made.
            # Beside it the refused features are judged.
            events = [event for event in result.trace if not event.endswith(" refused") or event == "cubin refused"]
            for before, event in zip(events, events[1:]):
                if event == "cubin loaded":
                    self.assertRegex(before, "^assemble .* accepted$")
        elif name != "unknown_cc13":
            self.assertNotIn("cubin refused", result.trace)
            self.assertLessEqual(len(result.assemblies()), 8, result.assemblies())


for machine in expected.MACHINES:
    setattr(Machines, f"test_{machine}", lambda self, machine=machine: self.check(machine))

if __name__ == "__main__":
    unittest.main()

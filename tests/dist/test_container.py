"""The container recipe, carried out without a container engine: each instruction of the Dockerfile is done in a minimal
Debian. An instruction that is not understood here fails."""

import json
import pathlib
import re
import tempfile
import unittest

import outputs
from bare_root import BareRoot

RECIPE = outputs.REPOSITORY / "cmake" / "dist" / "container" / "Dockerfile"


def instructions(text: str, arguments: dict[str, str]) -> list[tuple[str, str]]:
    """(word, rest) of every line, with the build arguments put in."""
    values = dict(arguments)
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, rest = line.split(None, 1)
        if word == "ARG":
            name, _, default = rest.partition("=")
            values.setdefault(name, default)
            continue
        unknown = set(re.findall(r"\$\{(\w+)\}", rest)) - {name for name, value in values.items() if value}
        if unknown:
            raise AssertionError(f"{line}: {', '.join(sorted(unknown))} has no value")
        found.append((word, re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], rest)))
    return found


class Container(unittest.TestCase):
    def setUp(self):
        self.text = RECIPE.read_text()

    def test_the_archives_of_both_architectures_are_there(self):
        for arch in outputs.ARCHITECTURES:
            added = [rest for word, rest in instructions(self.text, {"VERSION": outputs.version(), "ARCH": arch})
                     if word == "ADD"]
            self.assertEqual(len(added), 1)
            self.assertTrue((outputs.outputs() / added[0].split()[0]).is_file(), added[0])

    def test_its_steps(self):
        version, see, environment, user, entry = outputs.version(), {}, {}, "", []
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        base = ""
        for word, rest in instructions(self.text, {"VERSION": version, "ARCH": outputs.HERE}):
            if word == "FROM":
                base = rest
            elif word == "ADD":
                name, target = rest.split()
                outputs.call(["tar", "-xzf", str(outputs.outputs() / name), "-C", scratch.name])
                for folder in pathlib.Path(scratch.name).iterdir():
                    see[f"{target.rstrip('/')}/{folder.name}"] = folder
            elif word == "ENV":
                name, _, value = rest.partition("=")
                environment[name] = value
            elif word == "USER":
                user = rest
            elif word == "ENTRYPOINT":
                entry = json.loads(rest)
            else:
                self.fail(f"this test does not know how to do {word}")
        self.assertEqual(base, "debian:12-slim")  # bookworm, as the root here
        self.assertEqual(len(see), 1)
        self.assertEqual(environment["NVIDIA_VISIBLE_DEVICES"], "all")
        self.assertEqual(set(environment["NVIDIA_DRIVER_CAPABILITIES"].split(",")), {"compute", "utility"})
        number, group = map(int, user.split(":"))
        self.assertGreater(min(number, group), 0, "the program would run as root")
        with BareRoot("bookworm", see, write=("/out",)) as root:
            said = root.run(*entry, "version", user=number, environment=environment)
            self.assertEqual(said.status, 0, str(said))
            self.assertIn(version, said.output)
            report = root.run(*entry, user=number, environment=environment)
            self.assertEqual(report.status, 0, str(report))
            written = root.run(*entry, "-o", "report.html", user=number, environment=environment, directory="/out")
            self.assertEqual(written.status, 0, str(written))
            self.assertIn(b"</html>", root.read("/out/report.html"))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The completion scripts and the man page against the program: each offers what --help lists, and nothing else.

    documents_test.py bash|zsh|fish|man PROGRAM DOCUMENTS     tests/cli/setup.sh installs what it needs

The scripts are run in their shells. What is expected comes from --help, from the error messages and from `list`, not
from what the scripts are generated from; so a new command or flag is tested without a word here.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import NoReturn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))

from tools import lacks  # noqa: E402  pylint: disable=wrong-import-position

WORDS = {"NAME", "WHEN", "WHAT", "SHELL", "RELEASE"}  # values that are one of a few words
FILES = {"FILE", "PATH"}


class Program:
    """What the program says of itself."""

    def __init__(self, path: str) -> None:
        self.path = path
        root = self.say("--help")
        self.commands = re.findall(r"^  (\w+) ", root.split("\nSubcommands:\n")[1].split("\n\n")[0], re.MULTILINE)
        self.help = {"": root} | {command: self.say(command, "--help") for command in self.commands}

    def say(self, *words: str) -> str:
        return subprocess.run([self.path, *words], capture_output=True, text=True, check=True).stdout

    def flags(self, command: str) -> dict[str, str]:
        """Flag -> what its value is called, "" where it takes none."""
        options = self.help[command].split("\nOptions:\n")[1].split("\n\n")[0]
        found: dict[str, str] = {}
        for names, value in re.findall(r"^  (-[-\w,]+)(?: ([A-Za-z]\S*))?", options, re.MULTILINE):
            found.update(dict.fromkeys(names.split(","), value))
        return found

    def argument(self, command: str) -> str:
        match = re.search(r"\nPositionals:\n  \w+ (\w+)", self.help[command])
        return match[1] if match else ""

    def ids(self, kind: str) -> list[str]:
        return [next(iter(row.values())) for row in json.loads(self.say("list", kind, "--format", "json"))]

    def values(self, command: str, flag: str, called: str) -> list[str] | None:
        """What the value of a flag, or of the argument where `flag` is empty, can be; None: anything."""
        if called == "sm_XX":
            rows = json.loads(self.say("matrix", "--toolkit", "all", "--format", "json"))
            return sorted({row["target"] for row in rows})
        if called.startswith("GLOB"):
            if flag == "--filter":
                return self.ids("kernels")
            return self.ids("probes") + (self.ids("kernels") + self.ids("surveys") if flag in ("--only", "--skip") else [])
        if called in ("NAME|FILE", "MODEL"):
            return self.ids("models")
        if called in WORDS:
            words = [word for word in (command, flag, "no-such-word") if word]
            done = subprocess.run([self.path, *words], capture_output=True, text=True, check=False)
            assert done.returncode == 2, done
            return re.search(r"(?:is not one of|it holds) (.*?)(?:;|\.? See|\n|$)", done.stderr)[1].split(", ")
        return None


class Bash:
    def __init__(self, documents: pathlib.Path, folder: pathlib.Path) -> None:
        self.script = documents / "blackwell-probe.bash"
        self.folder = folder

    def offers(self, *words: str) -> list[str]:
        """The last word is the one that is completed."""
        # As bash cuts them, with '=' among COMP_WORDBREAKS.
        cut = [piece for word in ("blackwell-probe", *words) for piece in re.split(r"(=)", word) if piece or word == ""]
        code = """source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                  $(complete -p blackwell-probe | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                  ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}" """
        found = run(["bash", "--norc", "-c", code, "bash", str(self.script), *cut], self.folder)
        # What stands before the '=' is another word to bash.
        front = words[-1].split("=")[0] + "=" if "=" in words[-1] else ""
        return [front + line for line in found]


class Zsh:
    """One interactive zsh for all lines: it takes long to start."""

    def __init__(self, documents: pathlib.Path, folder: pathlib.Path) -> None:
        shutil.copy(documents / "_blackwell-probe", folder.parent)
        self.shell = subprocess.Popen(["zsh", "-f", str(HERE / "complete.zsh"), str(folder.parent)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.Lock()

    def offers(self, *words: str) -> list[str]:
        with self.lock:
            self.shell.stdin.write(" ".join(("blackwell-probe", *words)) + "\n")
            self.shell.stdin.flush()
            found = []
            while (line := self.shell.stdout.readline()) != "\0\n":
                assert line, "zsh ended"
                found.append(line.removesuffix("\n"))
        # Where only flags can follow, zsh lists them before anything of them is typed.
        return [line for line in found if words[-1] != "" or not line.startswith("-")]


class Fish:
    def __init__(self, documents: pathlib.Path, folder: pathlib.Path) -> None:
        self.script = documents / "blackwell-probe.fish"
        self.folder = folder

    def offers(self, *words: str) -> list[str]:
        code = "source $argv[1]; complete -C $argv[2]"
        found = run(["fish", "--no-config", "-c", code, str(self.script), " ".join(("blackwell-probe", *words))],
                    self.folder)
        return [line.split("\t")[0] for line in found]


def run(command: list[str], folder: pathlib.Path) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


def check_shell(shell: Bash | Zsh | Fish, program: Program, syntax: list[str]) -> list[str]:
    subprocess.run(syntax, check=True)
    problems: list[str] = []
    asked: list[tuple[tuple[str, ...], list[str]]] = []

    def expect(words: tuple[str, ...], wanted: list[str]) -> None:
        asked.append((words, wanted))

    expect(("",), program.commands)
    for command in ["", *program.commands]:
        front = (command,) if command else ()
        flags = program.flags(command)
        assert {"-h", "--help"} < flags.keys() or command == "completion", flags
        expect((*front, "--"), [flag for flag in flags if flag.startswith("--")])
        if called := program.argument(command):
            values = program.values(command, "", called)
            expect((*front, ""), values if values is not None else ["a.json", "folder/"])
        for flag, called in flags.items():
            if not called:
                continue
            values = program.values(command, flag, called)
            if values is None:
                values = ["a.json", "folder/"] if called in FILES else []
            expect((*front, flag, ""), values)
            if flag.startswith("--") and values and called not in FILES:
                first = values[0][:2]
                expect((*front, f"{flag}={first}"), [f"{flag}={value}" for value in values if value.startswith(first)])
            if called.startswith(("GLOB", "sm_")):
                # After a comma, another one.
                expect((*front, flag, f"{values[0]},{values[1][:4]}"),
                       [f"{values[0]},{value}" for value in values if value.startswith(values[1][:4])])
    expect(("run", "--level", "quick", "--se"), ["--seed"])
    expect(("list", "--format", "csv", "ba"), ["backends"])
    expect(("run", "no-such"), [])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (words, wanted), found in zip(asked, pool.map(lambda one: shell.offers(*one[0]), asked)):
            # zsh does not offer again what was given before a comma.
            done = {words[-1].split(",")[0] + "," + words[-1].split(",")[0]} if "," in words[-1] else set()
            got = {line.removesuffix("/") for line in found} - done
            if got != {line.removesuffix("/") for line in wanted} - done:
                problems.append(f"{' '.join(words)!r}: offers {sorted(found)}, not {sorted(wanted)}")
    print(f"{len(asked)} lines completed")
    return problems


def check_man(page: pathlib.Path, program: Program) -> list[str]:
    problems = []
    for checker in (["mandoc", "-Tlint", "-W", "all"], ["man", "--warnings", "-E", "UTF-8", "-l"]):
        if shutil.which(checker[0]) is None:
            skip(f"{checker[0]} is not installed")
        done = subprocess.run([*checker, str(page)], capture_output=True, text=True, check=False)
        said = done.stderr + (done.stdout if checker[0] == "mandoc" else "")
        if done.returncode != 0 or said:
            problems.append(f"{checker[0]}: {said or done.returncode}")
    text = subprocess.run(["mandoc", "-Tascii", "-O", "width=200", str(page)], capture_output=True, text=True,
                          check=True).stdout
    text = re.sub(".\b", "", text)  # bold and underlined
    sections = dict(re.findall(r"^([A-Z ]+)\n((?:(?: .*)?\n)*)", text, re.MULTILINE))
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES",
              "SEE ALSO", "SWEEPS AND FACTS"]
    problems += [f"no section {name}" for name in wanted if not sections.get(name, "").strip()]
    parts = re.split(r"^   (?=\w)(.*)\n", sections["COMMANDS"], flags=re.MULTILINE)
    commands = dict(zip(parts[1::2], parts[2::2]))
    commands[""] = commands.pop("without a command")
    if set(commands) != {"", *program.commands}:
        problems.append(f"commands: {sorted(commands)}")
    for command in program.commands + [""]:
        terms = re.findall(r"^ {7}(-.*)$", commands.get(command, ""), re.MULTILINE)
        found = {}
        for term in terms:
            if term[6:7] == " " and " " in term[7:]:
                term = term[:6]  # so short that its text stands beside it
            names, _, value = term.partition(" ") if ", " not in term else re.match(r"(.*, \S+)( ?)(.*)", term).groups()
            found.update(dict.fromkeys(names.split(", "), value))
        if found != program.flags(command):
            problems.append(f"{command or 'without a command'}: {found} is not {program.flags(command)}")
    statuses = re.search(r"^Exit status: (.*)", program.help[""], re.MULTILINE)[1]
    for number, brief in re.findall(r"(\d+) ([^,]+)", statuses):
        if not re.search(rf"^ {{7}}{number} +{re.escape(brief)}\.", sections["EXIT STATUS"], re.MULTILINE):
            problems.append(f"exit status {number} {brief} is missing or differs")
    for kind in ("probes", "kernels", "surveys", "targets"):
        problems += [f"{name} is missing" for name in program.ids(kind) if not re.search(rf"\b{re.escape(name)}\b", text)]
    return problems


def skip(reason: str) -> NoReturn:
    lacks(f"{reason} (tests/cli/setup.sh installs it)")


def main() -> None:
    what, path, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    program = Program(path)
    assert "completion" in program.commands, program.commands
    if what == "man":
        problems = check_man(folder / "blackwell-probe.1", program)
    else:
        if shutil.which(what) is None:
            skip(f"{what} is not installed")
        with tempfile.TemporaryDirectory() as scratch:
            here = pathlib.Path(scratch) / "here"
            (here / "folder").mkdir(parents=True)
            (here / "a.json").touch()
            name = {"bash": "blackwell-probe.bash", "zsh": "_blackwell-probe", "fish": "blackwell-probe.fish"}[what]
            if (folder / name).read_text() != program.say("completion", what):
                sys.exit(f"{folder / name} is not what the program prints.")
            shell = {"bash": Bash, "zsh": Zsh, "fish": Fish}[what](folder, here)
            problems = check_shell(shell, program, [what, "-n", str(folder / name)])
    if problems:
        sys.exit("\n".join(problems))


main()

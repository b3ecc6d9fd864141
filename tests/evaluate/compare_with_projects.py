#!/usr/bin/env python3
"""The verdicts on targets against what projects and their users say is supported, which the catalogue does not hold.

    compare_with_projects.py PROGRAM           fails where a disagreement is not listed, or a listed one is gone
    compare_with_projects.py PROGRAM --write   lists today's, with what is known of each; new ones wait for a cause

claimed_support.json holds the words of documents, README files, build lists and reports. `needs` and `admits` were read
from the sources, and a verdict follows from them and from what assemblers take; so agreement is a finding. What differs
stands in disagreements.json, each read again by a person:

    ours                               the row, or a rule of the evaluator, is wrong or too coarse
    theirs                             the document is wrong, or says something else than the source that was cited
    gate_admits_what_hardware_lacks    "not supported", and the kernel starts all the same
    not_known                          needs, gate or a feature are not known to us: no agreement either
"""

from __future__ import annotations

import collections
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REPORT = HERE.parent.parent / "report"
LISTED = HERE / "disagreements.json"
TARGETS = ["sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_103", "sm_110", "sm_120", "sm_121"]
RUNS, REFUSES, FAILS = {"runs"}, {"no_hardware", "no_dispatch", "not_built"}, {"at_risk"}
# Y: accepted; f: by a fallback; o: by an option; n: rejected; b: passes the gate and is expected to fail.
MEANS = {"yes": RUNS, "partial": RUNS, "Y": RUNS, "f": RUNS, "o": RUNS, "no": REFUSES, "n": REFUSES, "b": FAILS}
NOT_SAID = {"unverified", "?", "-"}
CAUSES = ["ours", "theirs", "gate_admits_what_hardware_lacks", "not_known"]
KEYS = ["id", "targets", "ours", "theirs", "cause", "why"]
# What others found must not reach the data that verdicts are made from.
FORBIDDEN = ["compute_capabilities", "status_by_cc", "cc_detail", "claimed_support"]


def read_claims() -> dict[str, dict[str, str]]:
    claims = json.loads((HERE / "claimed_support.json").read_text(encoding="utf-8"))
    assert list(claims) == sorted(claims), "claimed_support.json is not sorted"
    for name, words in claims.items():
        assert list(words) == TARGETS, name
        assert set(words.values()) <= set(MEANS) | NOT_SAID, name
    return claims


def say(program: str, *arguments: str) -> list[dict]:
    return json.loads(subprocess.run([program, "list", "backends", *arguments, "--format", "json"], check=True,
                                     stdout=subprocess.PIPE, timeout=120).stdout)


def compare(program: str, claims: dict[str, dict[str, str]], counts: collections.Counter[str]) -> list[dict]:
    """What differs, sorted, with the reasons that the program gives."""
    kinds = {row["id"]: row["kind"] for row in say(program)}
    verdicts = {(row["id"], row["target"]): row for row in say(program, "--target", ",".join(TARGETS))}
    found: dict[tuple[str, str, str], dict] = {}
    for name, words in claims.items():
        assert name in kinds, f"{name} has a claim and no row in the catalogue"
        if kinds[name] != "kernel":
            counts["not compared: no kernel"] += len(TARGETS)
            continue
        for target, theirs in words.items():
            ours = verdicts[name, target]
            if theirs in NOT_SAID:
                counts["not compared: nothing is said"] += 1
            elif ours["verdict"] in MEANS[theirs]:
                counts["agree"] += 1
            else:
                entry = found.setdefault((name, ours["verdict"], theirs),
                                         {"id": name, "targets": [], "ours": ours["verdict"], "theirs": theirs,
                                          "reason": ours["reason"]})
                entry["targets"].append(target)
    return [found[key] for key in sorted(found)]


def key_of(entry: dict) -> tuple:
    return (entry["id"], entry["ours"], entry["theirs"], *entry["targets"])


def faults_of(entry: dict) -> list[str]:
    """What is wrong with a listed disagreement."""
    name = f"{entry.get('id')} ({entry.get('ours')}, {entry.get('theirs')})"
    if list(entry) != KEYS:
        return [f"{name}: the keys are {', '.join(KEYS)}"]
    faults = []
    if entry["cause"] not in CAUSES:
        faults.append(f"{name}: the cause is one of {', '.join(CAUSES)}")
    if (entry["cause"] == "not_known") != (entry["ours"] == "unknown"):
        faults.append(f"{name}: not_known is the cause where we say unknown, and only there")
    if entry["cause"] == "gate_admits_what_hardware_lacks" and not (
            entry["ours"] == "at_risk" and MEANS.get(entry["theirs"]) is REFUSES):
        faults.append(f"{name}: that cause is for at_risk where they say no")
    if not re.fullmatch(r"[A-Z0-9`'\"].{15,}\.", entry["why"]):
        faults.append(f"{name}: why is one sentence")
    return faults


def write(differences: list[dict], listed: list[dict]) -> None:
    """Keeps cause and words of what was listed before, also where its targets have changed."""
    known = {(entry["id"], entry["ours"], entry["theirs"]): entry for entry in listed}
    lines = []
    for entry in differences:
        old = known.get((entry["id"], entry["ours"], entry["theirs"]), {"cause": "?", "why": entry["reason"]})
        full = {**{key: entry[key] for key in KEYS[:4]}, "cause": old["cause"], "why": old["why"]}
        lines.append(json.dumps(full, ensure_ascii=False))
    LISTED.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def leaks(program: str) -> list[str]:
    """Traces of the claims in what verdicts are made from: the files of report/, and the data in the program."""
    binary = pathlib.Path(program).read_bytes()
    found = [f"{program} holds {word}" for word in FORBIDDEN if word.encode() in binary]
    for file in sorted(REPORT.rglob("*")):
        text = file.read_bytes() if file.is_file() else b""
        found += [f"{file} holds {word}" for word in FORBIDDEN if word.encode() in text]
        if file.parent != REPORT / "backends" or file.suffix != ".json":
            continue
        if text not in binary:
            found.append(f"{file} is not in {program} as it is: build it again")
        found += [f"{file}: the key {key}" for key in keys_of(json.loads(text))
                  if key == "status" or re.fullmatch(r"sm_\d+[af]?|\d+\.\d+", key)]
    return found


def main() -> None:
    program = sys.argv[1]
    counts: collections.Counter[str] = collections.Counter()
    differences = compare(program, read_claims(), counts)
    listed = json.loads(LISTED.read_text(encoding="utf-8")) if LISTED.exists() else []
    if sys.argv[2:] == ["--write"]:
        write(differences, listed)
        return
    problems = leaks(program)
    for entry in listed:
        problems += faults_of(entry)
    now = {key_of(entry): entry for entry in differences}
    then = [key_of(entry) for entry in listed if list(entry) == KEYS]
    if then != sorted(set(then)):
        problems.append(f"{LISTED.name} is not sorted, or lists something twice")
    problems += [f"not listed: {' '.join(key)}: {entry['reason']}" for key, entry in now.items() if key not in then]
    problems += [f"listed, and gone: {' '.join(key)}" for key in then if key not in now]
    for entry in listed:
        counts[f"differ, {entry.get('cause')}"] += len(entry.get("targets", []))
    for what, number in sorted(counts.items()):
        print(f"{number:5}  {what}")
    if problems:
        sys.exit("\n".join(problems) + "\n\nRead the row and its source again; --write lists what differs today.")


main()

#!/usr/bin/env python3
"""Validates reports against the shipped schema, twice: as shipped, and strictly (no key that it does not name).

usage: validate_report.py SCHEMA REPORT.json...
Exit status: 0 all valid, 1 one is not, 2 usage or jsonschema missing.
"""

import copy
import json
import sys


def closed(schema):
    """The schema with every object limited to the keys that it names."""
    schema = copy.deepcopy(schema)

    def walk(node):
        if isinstance(node, dict):
            if node.get("type") == "object" and "properties" in node:
                node["additionalProperties"] = False
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema)
    return schema


def main(arguments):
    try:
        import jsonschema
    except ImportError:
        print("the Python package jsonschema is missing (Debian: python3-jsonschema)", file=sys.stderr)
        return 2
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    failed = False
    for name in arguments[1:]:
        with open(name, encoding="utf-8") as file:
            report = json.load(file)
        for words, rules in (("", schema), (" strictly", closed(schema))):
            for error in jsonschema.Draft202012Validator(rules).iter_errors(report):
                place = "/".join(str(part) for part in error.absolute_path)
                print(f"{name}: not valid{words} at /{place}: {error.message[:300]}")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

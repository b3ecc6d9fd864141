"""Names of all tests here, one a line as module.Class.test: CMake registers each with CTest."""

import pathlib
import sys
import unittest


def names(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from names(item)
        else:
            if type(item).__name__ == "_FailedTest":
                sys.exit(f"{item}: {item._exception}")
            yield item.id()


folder = pathlib.Path(__file__).resolve().parent
print("\n".join(names(unittest.defaultTestLoader.discover(str(folder), pattern="test_*.py"))))

"""What a test does without the programs that it needs."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

SKIPPED = 77  # SKIP_RETURN_CODE of these tests


def lacks(what: str) -> NoReturn:
    """Ends the test as skipped; BP_REQUIRE_TOOLS=1, where all of them were installed: as failed."""
    required = os.environ.get("BP_REQUIRE_TOOLS") == "1"
    print(f"{'missing' if required else 'skipped'}: {what}")
    sys.exit(1 if required else SKIPPED)

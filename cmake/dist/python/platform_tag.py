"""Build hook: the wheel holds a program, so it is for one platform, whatever this machine is."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlatformTag(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        build_data["pure_python"] = False
        build_data["tag"] = os.environ["BP_WHEEL_TAG"]

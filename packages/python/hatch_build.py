"""Puts the binary into the wheel: the one that FAUXFORCE_BINARY names, else one that is built here."""

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "fauxforce.exe" if os.name == "nt" else "fauxforce"


class BinaryHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        if version == "editable":
            return
        named = os.environ.get("FAUXFORCE_BINARY")
        binary = Path(named) if named else self.built()
        if not binary.is_file():
            raise FileNotFoundError(f"there is no binary {binary}")
        build_data["force_include"][str(binary)] = f"fauxforce/_bin/{NAME}"
        # FAUXFORCE_WHEEL_PLATFORM: what a release knows of its binary, such as manylinux_2_17_x86_64.musllinux_1_1_x86_64.
        host = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = "py3-none-" + (os.environ.get("FAUXFORCE_WHEEL_PLATFORM") or host)
        build_data["pure_python"] = False

    def built(self) -> Path:
        """Builds the sources that an sdist carries, or those of the repository."""
        carried = Path(self.root, "rust")
        sources = carried if carried.is_dir() else Path(self.root).parent.parent
        subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "fauxforce"], cwd=sources, check=True)
        target = os.environ.get("CARGO_TARGET_DIR") or "target"
        return sources / target / "release" / NAME

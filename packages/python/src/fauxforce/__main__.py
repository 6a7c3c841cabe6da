"""The command: `fauxforce`, and `python -m fauxforce`."""

import os
import subprocess
import sys

from ._server import binary


def main() -> None:
    command = [str(binary()), *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


if __name__ == "__main__":
    main()

"""The server process."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, Union

from ._control import Control
from ._org import Org

PATIENCE = 30.0


class StartError(Exception):
    """The server did not start; the text is what it said."""


def binary() -> Path:
    """The program: FAUXFORCE_BINARY, the one in this package, else the one on PATH."""
    named = os.environ.get("FAUXFORCE_BINARY")
    if named:
        return Path(named)
    name = "fauxforce.exe" if os.name == "nt" else "fauxforce"
    inside = Path(__file__).with_name("_bin") / name
    if inside.is_file():
        return inside
    on_path = shutil.which(name)
    if on_path is None or Path(on_path).resolve() == Path(sys.argv[0]).resolve():
        raise StartError("there is no fauxforce in this package or on PATH; name it in FAUXFORCE_BINARY")
    return Path(on_path)


def _seed_folder(seed: str, scratch: Path) -> Path:
    """A folder of that name, else the preset of that name, written into a folder."""
    if Path(seed, "org.json").is_file() or os.sep in seed or not seed:
        return Path(seed)
    folder = scratch / "seed"
    command = [str(binary()), "seed", "init", str(folder), "--preset", seed]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise StartError(f"{seed!r} is neither a seed's folder nor a preset: {made.stderr.strip()}")
    return folder


class Server:
    """A running server. It ends with `stop()`, at the end of its `with` block, or with this process."""

    def __init__(
        self,
        facts: Dict[str, Any],
        process: Optional[subprocess.Popen[str]] = None,
        log: Optional[List[str]] = None,
        token: Optional[str] = None,
    ) -> None:
        self.facts = facts
        self.url: str = facts["url"]
        self._process = process
        self._log = log if log is not None else []
        self._token = token

    @classmethod
    def start(
        cls,
        seed: Union[str, Path, None] = None,
        *,
        deterministic: bool = True,
        jobs_at_once: bool = True,
        strict: bool = False,
        arguments: Sequence[str] = (),
        env: Optional[Mapping[str, str]] = None,
    ) -> Server:
        """Starts one on a free port. `seed` is a folder or the name of a preset; `arguments` are further flags of
        `fauxforce serve`."""
        scratch = Path(tempfile.mkdtemp(prefix="fauxforce-"))
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)
        ready = scratch / "ready.json"
        command = [str(binary()), "serve", "--port", "0", "--ready-file", str(ready)]
        if seed is not None:
            command += ["--seed", str(_seed_folder(os.fspath(seed), scratch))]
        command += ["--deterministic"] if deterministic else []
        command += ["--jobs-at-once"] if jobs_at_once else []
        command += ["--strict"] if strict else []
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("FAUXFORCE_")}
        process = subprocess.Popen(
            [*command, *arguments],
            env={**surroundings, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        log: List[str] = []
        threading.Thread(target=_read, args=(process, log), daemon=True).start()
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise StartError("".join(log).strip() or f"it ended with {process.returncode}")
            time.sleep(0.002)
        server = cls(json.loads(ready.read_text("utf-8")), process, log)
        atexit.register(server.stop)
        return server

    @classmethod
    def at(cls, url: str, control_token: Optional[str] = None) -> Server:
        """A server that runs already; `stop()` leaves it running."""
        facts = Control(url.rstrip("/"), control_token).json("GET", "worlds/main")
        return cls({**facts, "url": url.rstrip("/")}, token=control_token)

    @property
    def main(self) -> Org:
        """The world that it began with."""
        return Org(self.facts, self._token)

    @property
    def log(self) -> str:
        """What it has said so far."""
        return "".join(self._log)

    def fork(self, name: Optional[str] = None, *, from_: Optional[str] = None, ttl: Optional[int] = None) -> Org:
        """A copy of the world `main`, or of the world or checkpoint that `from_` names. It ends with `end()` or its `with`."""
        wish = {"name": name, "from": from_, "ttl": ttl}
        control = Control(self.url, self._token)
        facts = control.json("POST", "worlds", {key: value for key, value in wish.items() if value is not None})
        return Org(facts, self._token)

    def world(self, org: Mapping[str, Any], data: Optional[Mapping[str, Any]] = None, name: Optional[str] = None) -> Org:
        """A world of its own seed: `org` as in org.json, records by object."""
        wish: Dict[str, Any] = {"seed": {"org": org, "data": data or {}}}
        if name is not None:
            wish["name"] = name
        return Org(Control(self.url, self._token).json("POST", "worlds", wish), self._token)

    def stop(self) -> None:
        """Ends it, within a second."""
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.stop()


def _read(process: subprocess.Popen[str], log: List[str]) -> None:
    if process.stderr is not None:
        for line in process.stderr:
            log.append(line)


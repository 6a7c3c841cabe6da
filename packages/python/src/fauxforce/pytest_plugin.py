"""The pytest plugin: `fauxforce_server`, `org`, `@pytest.mark.fauxforce`."""

from __future__ import annotations

import shlex
from typing import Any, Dict, Generator, List, Optional

import pytest

from ._org import Org
from ._server import Server

#: How many refused requests the report of a failed test shows.
SHOWN = 5

_SERVERS = pytest.StashKey[Dict[Optional[str], Server]]()
_ORG = pytest.StashKey[Org]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fauxforce")
    group.addoption("--fauxforce-url", metavar="URL", help="use the server that runs at this URL")
    group.addoption("--fauxforce-seed", metavar="SEED", help="a seed's folder, or the name of a preset")
    parser.addini("fauxforce_seed", "a seed's folder, or the name of a preset")
    parser.addini("fauxforce_arguments", "further flags of `fauxforce serve`", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "fauxforce(seed=None, clock=None): the seed of the test's world, and the time that it begins at"
    )
    config.stash[_SERVERS] = {}


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in config.stash.get(_SERVERS, {}).values():
        server.stop()


def _server(config: pytest.Config, seed: Optional[str]) -> Server:
    """The server of a seed, started once for the session or for a worker of pytest-xdist."""
    servers = config.stash[_SERVERS]
    if seed not in servers:
        url = config.getoption("--fauxforce-url")
        if url and seed is None:
            servers[seed] = Server.at(url)
        else:
            servers[seed] = Server.start(seed, arguments=shlex.split(config.getini("fauxforce_arguments")))
    return servers[seed]


def _usual_seed(config: pytest.Config) -> Optional[str]:
    return config.getoption("--fauxforce-seed") or config.getini("fauxforce_seed") or None


@pytest.fixture(scope="session")
def fauxforce_server(pytestconfig: pytest.Config) -> Server:
    """A server that the tests of a session, or of a worker of pytest-xdist, share."""
    return _server(pytestconfig, _usual_seed(pytestconfig))


@pytest.fixture
def org(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Generator[Org, None, None]:
    """A world of the test's own: a fork of the server's world `main`."""
    marks: Dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("fauxforce"))):
        unknown = set(mark.kwargs) - {"seed", "clock"}
        if unknown or mark.args:
            pytest.fail(f"@pytest.mark.fauxforce takes seed= and clock=, not {sorted(unknown) or mark.args}", pytrace=False)
        marks.update(mark.kwargs)
    server = _server(pytestconfig, marks.get("seed") or _usual_seed(pytestconfig))
    with server.fork() as world:
        if marks.get("clock"):
            world.clock.set(marks["clock"])
            # The session that the world began with may have ended meanwhile.
            world.login()
        request.node.stash[_ORG] = world
        yield world


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, None]:
    result = yield
    report = result.get_result()
    world = item.stash.get(_ORG, None)
    if report.when == "call" and report.failed and world is not None:
        refused = _refused(world)
        if refused:
            report.sections.append((f"fauxforce: the last refused requests of {world.name}", "\n".join(refused)))


def _refused(world: Org) -> List[str]:
    """Oldest first; nothing if the server cannot tell."""
    try:
        entries = world.requests(limit=100)
    except Exception:
        return []
    lines = [line for line in map(_line, entries) if line]
    return lines[:SHOWN][::-1]


def _line(entry: Dict[str, Any]) -> str:
    """A refused request and its reasons; nothing for one that was not refused."""
    reasons = [
        f"{error['code']}: {error['message']}" + (f" ({error['why']})" if error.get("why") else "")
        for save in _saves(entry.get("saves") or [])
        for error in save.get("errors") or []
    ]
    reasons = reasons or [f"{row['code'] or row['name']}: when {row['when']}" for row in entry.get("errors") or []]
    if not reasons and (entry.get("status") or 0) < 400:
        return ""
    head = f"{entry.get('method')} {entry.get('path')} -> {entry.get('status')}"
    return "\n".join([head, *(f"    {reason}" for reason in dict.fromkeys(reasons))])


def _saves(saves: List[Dict[str, Any]]) -> Generator[Dict[str, Any], None, None]:
    """Saves and their effects."""
    for save in saves:
        yield save
        yield from _saves(save.get("effects") or [])

"""Speaks HTTP to a server on this machine: the control API below /_fauxforce/, and the org's own APIs."""

from __future__ import annotations

import http.client
import json
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlencode, urlsplit

Body = Union[None, bytes, str, Mapping[str, Any], List[Any]]


class ControlError(Exception):
    """The server has refused something; the text is its own sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Answer(NamedTuple):
    status: int
    headers: Dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text) if self.text.strip() else None


def send(
    base: str, method: str, path: str, body: Body = None, headers: Optional[Mapping[str, str]] = None, timeout: float = 130
) -> Answer:
    """One request. It goes past proxies that the environment names, and follows no redirects."""
    parts = urlsplit(base)
    sent = dict(headers or {})
    if isinstance(body, (Mapping, list)):
        body = json.dumps(body)
        sent.setdefault("Content-Type", "application/json")
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout)
    try:
        connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
        got = connection.getresponse()
        text = got.read().decode("utf-8", "replace")
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, text)
    finally:
        connection.close()


class Control:
    """The control API of one world."""

    def __init__(self, url: str, token: Optional[str] = None) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(
        self,
        method: str,
        path: str,
        body: Body = None,
        query: Optional[Mapping[str, Any]] = None,
        accept: Tuple[int, ...] = (),
    ) -> Answer:
        """An answer of 2xx, or one of those accepted; a refusal is a ControlError."""
        query = query or {}
        pairs = {name: value for name, value in query.items() if value is not None}
        target = f"/_fauxforce/{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        answer = send(self.url, method, target, body, self.headers)
        if answer.status < 300 or answer.status in accept:
            return answer
        try:
            sentence = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            sentence = f"{method} {target} was answered {answer.status}: {answer.text[:500]}"
        raise ControlError(answer.status, sentence)

    def json(
        self, method: str, path: str, body: Body = None, query: Optional[Mapping[str, Any]] = None
    ) -> Any:
        return self.ask(method, path, body, query).json()

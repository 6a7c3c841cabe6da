"""A world of a server, as a test sees it: its facts, its control API, its org."""

from __future__ import annotations

import base64
import subprocess
from importlib import import_module
from types import TracebackType
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Type, Union
from urllib.parse import quote, urlencode

from ._control import Answer, Body, Control, send

API = "/services/data/v60.0"


def _segment(name: str) -> str:
    return quote(name, safe="")


class _Listed(Sequence[Dict[str, Any]]):
    """What a path lists, asked for anew each time."""

    def __init__(self, control: Control, path: str) -> None:
        self._control = control
        self._path = path

    def _all(self) -> List[Dict[str, Any]]:
        return _list_in(self._control.json("GET", self._path))

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return iter(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def clear(self) -> None:
        self._control.ask("DELETE", self._path)


def _list_in(answer: Any) -> List[Dict[str, Any]]:
    """A list, or the one list that an object has."""
    if isinstance(answer, dict):
        answer = next((value for value in answer.values() if isinstance(value, list)), [])
    return list(answer or [])


class Mails(_Listed):
    """The mails that would have gone out, oldest first."""

    def to(self, address: str) -> List[Dict[str, Any]]:
        return [mail for mail in self if mail.get("to") == address]


class Requests(_Listed):
    """The journal: what was asked and answered, newest first. `org.requests(status=400)` asks for some."""

    def __call__(self, **filters: Any) -> List[Dict[str, Any]]:
        """Filters: after, surface, method, path, status, user, object, error, limit."""
        return _list_in(self._control.json("GET", self._path, query=filters))

    def one(self, id: Union[int, str]) -> Dict[str, Any]:
        return dict(self._control.json("GET", f"{self._path}/{_segment(str(id))}"))


class Faults(_Listed):
    """Injected faults: what goes wrong next."""

    def add(self, error: str, **fault: Any) -> Any:
        """Plants one: `org.faults.add("UNABLE_TO_LOCK_ROW", object="User", times=2)`."""
        return self._control.json("POST", self._path, {"error": error, **fault})

    def remove(self, number: int) -> None:
        self._control.ask("DELETE", f"{self._path}/{number}")


class Clock:
    """The world's clock."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def now(self) -> str:
        """ISO 8601, in UTC."""
        return str(self._control.json("GET", "clock")["now"])

    def _put(self, **keys: Any) -> str:
        return str(self._control.json("PUT", "clock", keys)["now"])

    def set(self, now: str) -> str:
        """`2026-03-01`, or with a time: `2026-03-01T12:00:00Z`."""
        return self._put(now=now if "T" in now else f"{now}T00:00:00Z")

    def advance(self, by: str) -> str:
        """`90s`, `15m`, `36h`, `7d`, or ISO 8601 such as `P1M`."""
        return self._put(advance=by)

    def freeze(self) -> str:
        return self._put(frozen=True)

    def run(self) -> str:
        return self._put(frozen=False)

    def step(self, step: str) -> str:
        """It stands, and moves so far with each call that writes something."""
        return self._put(step=step)


class Checkpoint:
    """A state of a world to come back to."""

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self.name = name

    def restore(self) -> None:
        self._control.ask("POST", f"checkpoints/{_segment(self.name)}/restore")

    def forget(self) -> None:
        self._control.ask("DELETE", f"checkpoints/{_segment(self.name)}")


class Posted(NamedTuple):
    """What a posted Response was answered: `ok` if it opened a session."""

    status: int
    location: str
    text: str

    @property
    def ok(self) -> bool:
        return "frontdoor.jsp" in self.location or "frontdoor.jsp" in self.text


class SamlResponse(NamedTuple):
    """A signed SAML Response."""

    acs: str
    value: str
    relay_state: Optional[str]

    @property
    def xml(self) -> str:
        return base64.b64decode(self.value).decode()

    @property
    def form(self) -> Dict[str, str]:
        relay = {"RelayState": self.relay_state} if self.relay_state is not None else {}
        return {"SAMLResponse": self.value, **relay}

    def post(self) -> Posted:
        """Posts it as a browser would."""
        start = self.acs.find("/", self.acs.index("://") + 3)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = send(self.acs[:start], "POST", self.acs[start:], urlencode(self.form), headers)
        return Posted(answer.status, answer.headers.get("location", ""), answer.text)


class Org:
    """A world of its own: an org, its users, its clock, its mails."""

    def __init__(self, facts: Dict[str, Any], token: Optional[str] = None) -> None:
        self.facts = facts
        self._control = Control(facts["url"], token)
        self.name: str = facts["name"]
        self.url: str = facts["url"]
        self.https_url: Optional[str] = facts.get("httpsUrl")
        self.ca_file: Optional[str] = facts.get("caFile")
        self.org_id: str = facts["orgId"]
        self.username: str = facts.get("username") or ""
        self.password: str = facts.get("password") or ""
        self.security_token: str = facts.get("securityToken") or ""
        self.client_id: str = facts.get("clientId") or ""
        self.client_secret: str = facts.get("clientSecret") or ""
        self.refresh_token: str = facts.get("refreshToken") or ""
        self.access_token: str = facts.get("accessToken") or ""

    def __repr__(self) -> str:
        return f"<Org {self.name} at {self.url}>"

    @property
    def env(self) -> Dict[str, str]:
        """What a program needs in its environment, as `fauxforce env` prints it."""
        keys = {
            "FAUXFORCE_URL": "url",
            "SF_INSTANCE_URL": "url",
            "SF_HTTPS_URL": "httpsUrl",
            "SF_USERNAME": "username",
            "SF_PASSWORD": "password",
            "SF_SECURITY_TOKEN": "securityToken",
            "SF_CLIENT_ID": "clientId",
            "SF_CLIENT_SECRET": "clientSecret",
            "SF_REFRESH_TOKEN": "refreshToken",
            "SF_ACCESS_TOKEN": "accessToken",
            "SF_ORG_ID": "orgId",
            "CURL_CA_BUNDLE": "caFile",
            "REQUESTS_CA_BUNDLE": "caFile",
            "SSL_CERT_FILE": "caFile",
            "NODE_EXTRA_CA_CERTS": "caFile",
        }
        return {name: self.facts[key] for name, key in keys.items() if self.facts.get(key)}

    # Requests to the org itself.

    def login(self) -> str:
        """Opens a new session of the administrator, as after the clock was moved past the end of the first; gives its
        token, which is `access_token` then."""
        form = {"client_id": self.client_id, "client_secret": self.client_secret}
        if self.refresh_token:
            form.update(grant_type="refresh_token", refresh_token=self.refresh_token)
        else:
            password = self.password + self.security_token
            form.update(grant_type="password", username=self.username, password=password)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._good(send(self.url, "POST", "/services/oauth2/token", urlencode(form), headers))
        self.access_token = str(answer["access_token"])
        self.facts = {**self.facts, "accessToken": self.access_token}
        return self.access_token

    def request(
        self, method: str, path: str, body: Body = None, headers: Optional[Mapping[str, str]] = None
    ) -> Answer:
        """A request in the administrator's session; a path without a leading slash is below the REST API."""
        path = path if path.startswith("/") else f"{API}/{path}"
        sent = {"Authorization": f"Bearer {self.access_token}", **(headers or {})}
        return send(self.url, method, path, body, sent)

    def query(self, soql: str) -> List[Dict[str, Any]]:
        """The records of a query, all pages."""
        answer = self._good(self.request("GET", f"query?{urlencode({'q': soql})}"))
        records = list(answer["records"])
        while not answer["done"]:
            answer = self._good(self.request("GET", answer["nextRecordsUrl"]))
            records += answer["records"]
        return records

    def create(self, object: str, **fields: Any) -> str:
        """Makes a record; gives its id."""
        return str(self._good(self.request("POST", f"sobjects/{object}", fields))["id"])

    @staticmethod
    def _good(answer: Answer) -> Any:
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {answer.text.strip()}")
        return answer.json()

    def simple_salesforce(self, **arguments: Any) -> Any:
        """A `simple_salesforce.Salesforce` in the administrator's session. That client speaks HTTPS, and trusts the
        server's certificate by this."""
        # Looked up by name: this library does not depend on them.
        requests, simple_salesforce = import_module("requests"), import_module("simple_salesforce")
        session = requests.Session()
        session.verify = self.ca_file
        # What the environment names stands before what the session has.
        session.trust_env = False
        host = self.url.split("://", 1)[1]
        arguments = {"session": session, "session_id": self.access_token, "instance": host, **arguments}
        return simple_salesforce.Salesforce(**arguments)

    # The world.

    @property
    def clock(self) -> Clock:
        return Clock(self._control)

    @property
    def mails(self) -> Mails:
        return Mails(self._control, "outbox")

    @property
    def requests(self) -> Requests:
        return Requests(self._control, "requests")

    @property
    def faults(self) -> Faults:
        return Faults(self._control, "faults")

    def wait(
        self,
        soql: Optional[str] = None,
        *,
        mail: Optional[str] = None,
        request: Optional[str] = None,
        method: Optional[str] = None,
        status: Optional[int] = None,
        idle: Optional[str] = None,
        timeout: str = "10s",
    ) -> Any:
        """Waits until a query has rows, a mail has gone to an address, a request has come, or nothing has come for a
        while; gives the records, the mail, or the journal's entry. After the timeout it is a ControlError with status 408."""
        what = {"soql": soql, "mail": mail, "request": request, "method": method, "status": status, "idle": idle}
        found = self._control.json("GET", "wait", query={**what, "timeout": timeout})
        return next((found[key] for key in ("records", "mail", "request") if key in found), found)

    def outcome(self, since: str = "start", objects: Union[str, Iterable[str], None] = None) -> str:
        """What provisioning has led to since the start, or since a checkpoint: a text that changes only when it does."""
        names = objects if objects is None or isinstance(objects, str) else ",".join(objects)
        query = {"since": since, "format": "text", "objects": names}
        return self._control.ask("GET", "outcome", query=query).text

    def reset(self) -> None:
        """The world is again as it was when it was made."""
        self._control.ask("POST", "reset")

    def checkpoint(self, name: str = "checkpoint") -> Checkpoint:
        """Keeps the state as it is now."""
        self._control.ask("PUT", f"checkpoints/{_segment(name)}")
        return Checkpoint(self._control, name)

    def fork(self, name: Optional[str] = None) -> Org:
        """A copy of this world as it is now."""
        return Org(self._control.json("POST", "worlds", {"name": name} if name else {}), self._token)

    @property
    def _token(self) -> Optional[str]:
        bearer = self._control.headers.get("Authorization")
        return bearer[len("Bearer ") :] if bearer else None

    def end(self) -> None:
        """Ends the world; `main` cannot be ended."""
        self._control.ask("DELETE", f"worlds/{_segment(self.name)}", accept=(404,))

    def __enter__(self) -> Org:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.end()

    def saml_response(
        self,
        name_id: str,
        attributes: Optional[Mapping[str, str]] = None,
        *,
        to: str = "internal",
        broken: Optional[str] = None,
        relay_state: Optional[str] = None,
        arguments: Sequence[str] = (),
    ) -> SamlResponse:
        """A Response of the identity provider that the org trusts: for employees (`internal`) or for the community at a
        path. `broken` names what is wrong with it; `arguments` are further flags of `fauxforce saml response`."""
        from ._server import binary

        ends = (self.facts.get("saml") or {}).get(to)
        if ends is None:
            raise ValueError(f"the org has no single sign-on {to!r}; there is {', '.join(self.facts.get('saml') or {})}")
        command = [str(binary()), "saml", "response", "--name-id", name_id, "--at", self.clock.now]
        flags: List[Tuple[str, str]] = [("--acs", "acs"), ("--issuer", "issuer"), ("--audience", "audience")]
        if ends.get("idpKeyFile"):
            flags += [("--key", "idpKeyFile"), ("--cert", "idpCertFile")]
        for flag, key in flags:
            command += [flag, ends[key]]
        for name, value in (attributes or {}).items():
            command += ["--attribute", f"{name}={value}"]
        command += ["--break", broken] if broken else []
        made = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        if made.returncode:
            raise ValueError(made.stderr.strip())
        return SamlResponse(ends["acs"], made.stdout.strip(), relay_state)



"""A Salesforce org on localhost, for tests.

>>> import fauxforce
>>> with fauxforce.Server.start() as server, server.fork() as org:
...     org.query("SELECT COUNT() FROM Account")
"""

from ._control import ControlError
from ._org import Checkpoint, Clock, Faults, Mails, Org, Posted, Requests, SamlResponse
from ._server import Server, StartError, binary

__all__ = [
    "Checkpoint",
    "Clock",
    "ControlError",
    "Faults",
    "Mails",
    "Org",
    "Posted",
    "Requests",
    "SamlResponse",
    "Server",
    "StartError",
    "binary",
]

"""Takes an unmodified tap-salesforce, a Singer tap, through discovering an org and reading its users, by the proxy.

Usage: singer_tap_scenario.py READY_FILE BASE_URL
Prints one JSON line a step.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
os.environ |= {"HTTPS_PROXY": READY["url"]}
TAP = Path(sys.executable).with_name("tap-salesforce")
CONFIG = {
    "client_id": READY["clientId"],
    "client_secret": READY["clientSecret"],
    "refresh_token": READY["refreshToken"],
    "start_date": "2020-01-01T00:00:00Z",
    "select_fields_by_default": True,
}


def tap(*arguments):
    ended = subprocess.run([TAP, *arguments], capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(ended.stderr)
    return ended.stdout


def report(step, gives):
    print(json.dumps({"step": step, "gives": gives}), flush=True)


with tempfile.TemporaryDirectory() as folder:
    config, catalog = Path(folder) / "config.json", Path(folder) / "catalog.json"
    for api in ("REST", "BULK"):
        config.write_text(json.dumps({**CONFIG, "api_type": api}), encoding="utf-8")
        streams = json.loads(tap("--config", config, "--discover"))["streams"]
        streams = [stream for stream in streams if stream["stream"] in ("Contact", "User", "UserRole")]
        streams.sort(key=lambda stream: stream["stream"])
        for stream in streams:
            top = next(entry for entry in stream["metadata"] if not entry["breadcrumb"])
            top["metadata"] |= {"selected": True, "replication-key": top["metadata"]["valid-replication-keys"][0]}
        report(f"{api}: discover", {entry["stream"]: len(entry["schema"]["properties"]) > 10 for entry in streams})
        catalog.write_text(json.dumps({"streams": streams}), encoding="utf-8")
        messages = [json.loads(line) for line in tap("--config", config, "--properties", catalog).splitlines()]
        records = [message["record"] for message in messages if message["type"] == "RECORD"]
        report(f"{api}: read", sorted(record.get("Username") or record["Name"] for record in records))
        report(f"{api}: go on from", sorted(messages[-1]["value"]["bookmarks"]))

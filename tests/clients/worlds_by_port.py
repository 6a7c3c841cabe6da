"""Drives worlds in parallel by simple-salesforce, each at a port of its own, with the same usernames.

Usage: worlds_by_port.py READY_FILE WORLDS
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
from simple_salesforce import Salesforce, SalesforceLogin

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
CREDENTIALS = {
    "username": READY["username"],
    "password": READY["password"],
    "security_token": READY["securityToken"],
}


def provision(number):
    """Makes a world, logs in to it, makes the user that all worlds have, and one that only this has."""
    world = requests.post(READY["url"] + "/_fauxforce/worlds", timeout=60).json()
    session_id, instance = SalesforceLogin(scratch_url=world["url"], **CREDENTIALS)
    assert world["url"].endswith(instance.rsplit("/", 1)[-1]), instance
    sf = Salesforce(session_id=session_id, instance=instance)
    profile = sf.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")["records"][0]["Id"]
    for name in ("grace", f"only{number}"):
        sf.User.create(
            {
                "Username": f"{name}@acme.test",
                "LastName": name,
                "Email": f"{name}@acme.test",
                "Alias": name[:8],
                "TimeZoneSidKey": "Europe/London",
                "LocaleSidKey": "en_GB",
                "EmailEncodingKey": "UTF-8",
                "LanguageLocaleKey": "en_US",
                "ProfileId": profile,
            }
        )
    found = sf.query("SELECT Username FROM User WHERE Email LIKE '%@acme.test' ORDER BY Username")
    return [record["Username"] for record in found["records"]] == ["grace@acme.test", f"only{number}@acme.test"]


with ThreadPoolExecutor(8) as pool:
    whole = sum(pool.map(provision, range(int(sys.argv[2]))))
print(f"{whole} worlds")

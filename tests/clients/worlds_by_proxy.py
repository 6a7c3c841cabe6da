"""Drives worlds by simple-salesforce with Salesforce's host names, through the proxy, with the same usernames.

Usage: worlds_by_proxy.py READY_FILE WORLDS
"""

import json
import sys

import requests
from simple_salesforce import Salesforce

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)


def provision(number):
    """Makes a world, logs in to it at login.salesforce.com, and makes a user."""
    name = f"proxied{number}"
    made = requests.post(READY["url"] + "/_fauxforce/worlds", json={"name": name, "port": False}, timeout=60)
    made.raise_for_status()
    # Without a password, be it an empty one, requests does not tell the proxy the name.
    proxy = READY["url"].replace("http://", f"http://{name}:@")
    sf = Salesforce(
        username=READY["username"],
        password=READY["password"],
        security_token=READY["securityToken"],
        proxies={"http": proxy, "https": proxy},
    )
    assert sf.sf_instance.endswith(".salesforce.com"), sf.sf_instance
    account = sf.Account.create({"Name": "Same in all"})["id"]
    sf.Account.create({"Name": name})
    found = sf.query("SELECT Name FROM Account WHERE Name LIKE 'proxied%' OR Name = 'Same in all'")
    return account, {record["Name"] for record in found["records"]} == {"Same in all", name}


outcomes = [provision(number) for number in range(int(sys.argv[2]))]
assert len({account for account, _ in outcomes}) == 1, "the ids differ"
print(f"{sum(whole for _, whole in outcomes)} worlds")

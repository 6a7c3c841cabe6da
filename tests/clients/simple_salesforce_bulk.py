"""Takes an unmodified simple-salesforce through its bulk calls, Bulk API and Bulk API 2.0.

Usage: simple_salesforce_bulk.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which exception it raised.
"""

import json
import sys

from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError, SalesforceOperationError

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)


def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = action()
    except (SalesforceError, SalesforceOperationError) as error:
        print(json.dumps({"step": name, "raises": type(error).__name__, "told": str(error)}), flush=True)
        return None
    print(json.dumps({"step": name, "gives": result}, default=str), flush=True)
    return result


CONTACTS = [
    {"LastName": "Bulk1", "Email": "bulk1@acme.example", "External_Id__c": "b1"},
    {"LastName": "Bulk2", "Email": "nonsense", "External_Id__c": "b2"},
    {"LastName": 'Quote "3"', "Email": "bulk3@acme.example", "External_Id__c": "b3"},
]
SAME = [{**contact, "Email": "same@acme.example"} for contact in CONTACTS]
SOQL = "SELECT LastName, Email FROM Contact WHERE Email = 'same@acme.example' ORDER BY LastName"


def bulk_1(sf):
    contact = sf.bulk.Contact
    step("bulk 1: insert", lambda: contact.insert(CONTACTS))
    step("bulk 1: upsert", lambda: contact.upsert(SAME, "External_Id__c"))
    step("bulk 1: query", lambda: contact.query(SOQL))
    step("bulk 1: query for nothing", lambda: contact.query("SELECT Id FROM Contact WHERE LastName = 'Nobody'"))
    ids = [{"Id": record["Id"]} for record in sf.query("SELECT Id FROM Contact WHERE Email = 'same@acme.example'")["records"]]
    step("bulk 1: update", lambda: contact.update([{**record, "Title": "Dr"} for record in ids]))
    step("bulk 1: delete", lambda: contact.delete(ids))
    step("bulk 1: an unknown object", lambda: sf.bulk.Nope.insert(CONTACTS))
    step("bulk 1: hard delete without the permission", lambda: contact.hard_delete(ids))


def results(job):
    """What became of the one job of a call, without its id."""
    job = dict(job[0])
    job.pop("job_id")
    return job


def bulk_2(sf):
    contact = sf.bulk2.Contact
    inserted = contact.insert(records=CONTACTS)
    step("bulk 2: insert", lambda: results(inserted))
    step("bulk 2: its failures", lambda: contact.get_failed_records(inserted[0]["job_id"]))
    step("bulk 2: its successes", lambda: contact.get_successful_records(inserted[0]["job_id"]))
    step("bulk 2: what is left", lambda: contact.get_unprocessed_records(inserted[0]["job_id"]))
    step("bulk 2: upsert", lambda: results(contact.upsert(records=SAME, external_id_field="External_Id__c")))
    step("bulk 2: query", lambda: list(contact.query(SOQL)))
    step("bulk 2: an unknown field", lambda: results(contact.insert(records=[{"Nope": "1"}])))
    step("bulk 2: an unknown object", lambda: sf.bulk2.Nope.insert(records=CONTACTS))
    step("bulk 2: a query that is none", lambda: list(contact.query("SELECT Nope FROM Contact")))


def main():
    sf = Salesforce(instance_url=READY["httpsUrl"], session_id=READY["accessToken"])
    bulk_1(sf)
    bulk_2(sf)


main()

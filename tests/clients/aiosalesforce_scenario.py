"""Takes an unmodified aiosalesforce through provisioning. It speaks to no host but *.my.salesforce.com, by the proxy.

Usage: aiosalesforce_scenario.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which exception it raised.
"""

import asyncio
import json
import os
import sys

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
os.environ |= {"HTTPS_PROXY": READY["url"], "SSL_CERT_FILE": READY["caFile"]}

from aiosalesforce import Salesforce  # noqa: E402
from aiosalesforce.auth import ClientCredentialsFlow, SoapLogin  # noqa: E402
from aiosalesforce.exceptions import SalesforceError  # noqa: E402
from httpx import AsyncClient  # noqa: E402

SOAP = SoapLogin(READY["username"], READY["password"], READY["securityToken"])
APP = ClientCredentialsFlow(READY["clientId"], READY["clientSecret"])


async def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = await action
    except SalesforceError as error:
        outcome = {"raises": type(error).__name__, "code": error.error_code, "message": error.error_message}
        print(json.dumps({"step": name, **outcome}), flush=True)
    else:
        print(json.dumps({"step": name, "gives": result}, default=str), flush=True)
        return result


async def rows(sf, soql):
    return [record async for record in sf.query(soql)]


async def provision(sf):
    account = (await rows(sf, "SELECT Id FROM Account WHERE Name = 'Acme Customers'"))[0]["Id"]
    doe = {"FirstName": "Jane", "LastName": "Doe", "AccountId": account}
    contact = await step("create a contact", sf.sobject.create("Contact", doe))
    await step("read it", sf.sobject.get("Contact", contact, fields=["Name", "AccountId"]))
    await step("update it", sf.sobject.update("Contact", contact, {"Email": "jane@acme.example"}))
    external = {"Name": "Globex", "External_Id__c": "globex"}
    await step("upsert an account", sf.sobject.upsert("Account", "globex", "External_Id__c", external))
    await step("upsert it again", sf.sobject.upsert("Account", "globex", "External_Id__c", external))
    await step("a contact without last name", sf.sobject.create("Contact", {"FirstName": "Hank"}))
    await step("a contact that is not there", sf.sobject.get("Contact", "003000000000001AAA"))
    await step("a bad query", rows(sf, "SELECT Nothing FROM Contact"))
    await step("the limits", limit(sf))
    async with sf.composite() as composite:
        query = composite.query("SELECT Name FROM Contact WHERE LastName = 'Doe'")
        deletion = composite.sobject.delete("Contact", contact)
    print(json.dumps({"step": "composite", "gives": [query.records, deletion.status_code]}), flush=True)
    people = [{"LastName": "Roe", "AccountId": account}, {"FirstName": "Nameless"}]
    await step("insert in bulk", bulk(sf, people))


async def limit(sf):
    return (await sf.get_limits())["DailyApiRequests"]["Max"]


async def bulk(sf, people):
    result = await sf.bulk_v2.insert("Contact", people)
    job = result.jobs[0]
    counts = [job.state, job.job_type, len(result.successful_results), len(result.failed_results)]
    return counts + [record["sf__Error"] for record in result.failed_results]


async def main():
    for name, auth in (("soap login", SOAP), ("client credentials", APP)):
        async with AsyncClient() as client:
            sf = Salesforce(client, base_url="https://fauxforce.my.salesforce.com", auth=auth)
            await step(name, rows(sf, "SELECT Name FROM Organization"))
    async with AsyncClient() as client:
        await provision(Salesforce(client, base_url="https://fauxforce.my.salesforce.com", auth=SOAP))


asyncio.run(main())

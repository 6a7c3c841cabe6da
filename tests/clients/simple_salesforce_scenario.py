"""Takes an unmodified simple-salesforce through logging in and provisioning.

Usage: simple_salesforce_scenario.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which exception it raised.
"""

import json
import os
import sys
from datetime import datetime, timezone

import requests
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]
# The way to the hosts that the client has built in.
os.environ |= {"HTTPS_PROXY": READY["url"], "NO_PROXY": "127.0.0.1"}
PASSWORD = {"username": READY["username"], "password": READY["password"]}
CONSUMER = {"consumer_key": READY["clientId"], "consumer_secret": READY["clientSecret"]}


def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = action()
    except SalesforceAuthenticationFailed as failure:
        report(name, raises=type(failure).__name__, code=failure.code, message=failure.auth_message)
    except SalesforceError as error:
        report(name, raises=type(error).__name__, status=error.status, content=error.content)
    else:
        report(name, gives=result)
        return result
    return None


def report(name, **outcome):
    print(json.dumps({"step": name, **outcome}, default=str), flush=True)


def user_of(sf):
    """The username that a connection acts as."""
    identity = sf.restful("")["identity"].rsplit("/", 1)[1]
    return sf.User.get(identity)["Username"]


def log_in():
    """Every way to log in that the client has, and the ways it fails."""

    def soap(**credentials):
        session_id, instance = SalesforceLogin(scratch_url=BASE, **credentials)
        return user_of(Salesforce(session_id=session_id, instance=instance))

    token = READY["securityToken"]
    step("soap login with the security token", lambda: soap(**PASSWORD, security_token=token))
    step("soap login within an organization", lambda: soap(**PASSWORD, organizationId=READY["orgId"]))
    step("soap login from a trusted address", lambda: soap(**PASSWORD))
    step("soap login with a wrong password", lambda: soap(username=READY["username"], password="wrong"))
    step("soap login of nobody", lambda: soap(username="nobody@fauxforce.test", password="fauxforce1"))

    def constructed(**arguments):
        return user_of(Salesforce(**arguments))

    step("constructor with the security token", lambda: constructed(**PASSWORD, security_token=token))
    step("constructor within an organization", lambda: constructed(**PASSWORD, organizationId=READY["orgId"]))
    step("oauth password flow", lambda: constructed(**PASSWORD, **CONSUMER))
    step("oauth client credentials flow", lambda: constructed(**CONSUMER, domain="fauxforce.my"))
    wrong = {**PASSWORD, "password": "wrong"}
    step("oauth password flow with a wrong password", lambda: constructed(**wrong, **CONSUMER))
    unknown = {**CONSUMER, "consumer_key": "unknown"}
    step("oauth password flow of an unknown app", lambda: constructed(**PASSWORD, **unknown))
    secret = {**CONSUMER, "consumer_secret": "wrong"}
    step("oauth password flow with a wrong secret", lambda: constructed(**PASSWORD, **secret))

    def given():
        return user_of(Salesforce(session_id=READY["accessToken"], instance_url=BASE))

    step("access token and instance url", given)

    def renewed():
        sf = Salesforce(**PASSWORD, security_token=token)
        sf.session_id = "00D000000000000!expired"
        sf._generate_headers()
        return sf.query("SELECT Name FROM Organization")["records"][0]["Name"]

    step("an expired session is renewed", renewed)
    step(
        "an expired session that cannot be renewed",
        lambda: Salesforce(session_id="00D000000000000!expired", instance_url=BASE).limits(),
    )


def connect(username=READY["username"]):
    login = SalesforceLogin(
        username=username,
        password=READY["password"],
        security_token=READY["securityToken"],
        scratch_url=BASE,
    )
    return Salesforce(session_id=login[0], instance=login[1])


def describe(sf):
    def everything():
        described = sf.describe()
        names = [entry["name"] for entry in described["sobjects"]]
        return {
            "encoding": described["encoding"],
            "maxBatchSize": described["maxBatchSize"],
            "known": [name for name in ("Account", "Contact", "Network", "Profile", "User") if name in names],
            "sorted": names == sorted(names),
        }

    step("describe everything", everything)

    def required():
        fields = sf.User.describe()["fields"]
        return [
            field["name"]
            for field in fields
            if field["createable"] and not field["nillable"] and not field["defaultedOnCreate"]
        ]

    step("the fields that a user needs", required)
    step("what an account is", lambda: dict(sf.Account.metadata()["objectDescribe"]))
    step("describe of no object", lambda: sf.Nothing__c.describe())
    step("limits", lambda: sf.limits()["DailyApiRequests"])
    step("usage was counted", lambda: sf.api_usage["api-usage"].total)


def one(sf, soql):
    return sf.query(soql)["records"][0]


def user(number, **values):
    """What a user needs, and more."""
    return {
        "Username": f"customer{number}@acme.example",
        "LastName": f"Customer{number}",
        "Email": f"customer{number}@acme.example",
        "Alias": f"cust{number}",
        "CommunityNickname": f"customer{number}",
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "de_DE",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de",
        **values,
    }


def provision(sf):
    """Account, contact, community user; every refusal on the way."""
    profile = one(sf, "SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'")["Id"]
    owner = one(sf, "SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'")["Id"]

    account = step("create an account", lambda: sf.Account.create({"Name": "Globex", "OwnerId": owner}))["id"]
    contact = step(
        "create a contact",
        lambda: sf.Contact.create(
            {"FirstName": "Hank", "LastName": "Scorpio", "Email": "hank@globex.example", "AccountId": account}
        ),
    )["id"]
    created = step(
        "create a community user",
        lambda: sf.User.create(user(1, FirstName="Hank", ProfileId=profile, ContactId=contact)),
    )["id"]

    standard = one(sf, "SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"]
    step("a username that is taken", lambda: sf.User.create(user(1, ProfileId=standard)))
    step("a contact without last name", lambda: sf.Contact.create({"FirstName": "Hank"}))
    step("a user without anything", lambda: sf.User.create({"FirstName": "Hank"}))
    step(
        "a time zone of another planet",
        lambda: sf.User.create(user(2, ProfileId=profile, ContactId=contact, TimeZoneSidKey="Mars/Olympus")),
    )
    step(
        "a second user for a contact",
        lambda: sf.User.create(user(2, ProfileId=profile, ContactId=contact)),
    )
    step("a community user without contact", lambda: sf.User.create(user(2, ProfileId=profile)))

    ownerless = one(sf, "SELECT Id FROM Account WHERE Name = 'Norole Industries'")["Id"]
    norole = sf.Contact.create({"LastName": "Norole", "AccountId": ownerless})["id"]
    step(
        "an account whose owner has no role",
        lambda: sf.User.create(user(3, ProfileId=profile, ContactId=norole)),
    )

    step("an account that is not there", lambda: sf.Account.get("001000000000000AAA"))
    step("an object that is not there", lambda: sf.Nothing__c.get("001000000000000AAA"))
    step("a field that is not there", lambda: sf.Account.create({"Name": "x", "Nothing__c": 1}))
    step("an id that is none", lambda: sf.Account.create({"Name": "x", "OwnerId": "nobody"}))

    read(sf, account, created)
    upsert(sf)
    change(sf, account, contact, created, norole)


def read(sf, account, created):
    step(
        "a user with its relationships",
        lambda: sf.query(
            "SELECT Username, UserType, Profile.Name, Profile.UserLicense.Name, Contact.Name, "
            f"Contact.Account.Name, UserRole.Name FROM User WHERE Id = '{created}'"
        ),
    )
    step(
        "an account with its contacts",
        lambda: sf.query(
            f"SELECT Name, Owner.Name, (SELECT Name, Email FROM Contacts) FROM Account WHERE Id = '{account}'"
        ),
    )
    step("a count", lambda: sf.query("SELECT COUNT() FROM Account WHERE Name = 'Globex'"))
    step("a query that is none", lambda: sf.query("SELECT Id FRM Account"))
    step("a query of no field", lambda: sf.query("SELECT Nothing FROM Account"))
    step("a query of no object", lambda: sf.query("SELECT Id FROM Nothing"))
    step("a query of no relationship", lambda: sf.query("SELECT Nothing.Name FROM Account"))

    for number in range(201):
        sf.Account.create({"Name": f"Page {number:03}"})

    def pages():
        soql = "SELECT Name FROM Account WHERE Name LIKE 'Page %' ORDER BY Name"
        first = sf.query(soql, headers={"Sforce-Query-Options": "batchSize=200"})
        second = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
        return [[len(page["records"]), page["totalSize"], page["done"]] for page in (first, second)]

    step("a query in pages", pages)
    step("a page that is not there", lambda: sf.query_more("01g000000000000AAA-200"))


def upsert(sf):
    step("upsert inserts", lambda: sf.Account.upsert("External_Id__c/acct-1", {"Name": "Initech"}))
    step("upsert updates", lambda: sf.Account.upsert("External_Id__c/acct-1", {"Name": "Initech Inc."}))
    step(
        "get by external id",
        lambda: picked(sf.Account.get_by_custom_id("External_Id__c", "acct-1"), "Name", "External_Id__c"),
    )
    step(
        "an external id that is taken",
        lambda: sf.Account.create({"Name": "Initrode", "External_Id__c": "acct-1"}),
    )
    step("an external id that is none", lambda: sf.Account.upsert("Name/Initech", {"Phone": "1"}))
    for name in ("First", "Second"):
        sf.Contact.create({"LastName": name, "Email": "shared@acme.example"})
    step(
        "an external id of several records",
        lambda: sf.Contact.upsert("Email/shared@acme.example", {"Title": "Head"}),
    )


def change(sf, account, contact, created, other):
    step("change a name", lambda: sf.User.update(created, {"FirstName": "Hector"}))
    step("change a user's contact", lambda: sf.User.update(created, {"ContactId": other}))
    step("deactivate", lambda: sf.User.update(created, {"IsActive": False}))
    fields = ("Username", "Name", "FirstName", "LastName", "IsActive", "UserType", "IsPortalEnabled", "AccountId")
    step("read back", lambda: picked(sf.User.get(created), *fields))
    step("update a user that is not there", lambda: sf.User.update("005000000000000AAA", {"FirstName": "x"}))

    standard = one(sf, "SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"]
    internal = sf.User.create(user(9, ProfileId=standard))["id"]
    step("set a password", lambda: sf.set_password(internal, "changed1"))
    step("set a password that is too short", lambda: sf.set_password(internal, "a1"))

    def with_new_password():
        session_id, instance = SalesforceLogin(
            username="customer9@acme.example", password="changed1", scratch_url=BASE
        )
        return user_of(Salesforce(session_id=session_id, instance=instance))

    step("log in with the new password", with_new_password)
    sf.User.update(internal, {"IsActive": False})
    step("log in after being deactivated", with_new_password)

    reader = connect("readonly.owner@fauxforce.test")
    step("a create by a reader", lambda: reader.Account.create({"Name": "x"}))
    step("a read by a reader", lambda: picked(reader.Account.get(account), "Name"))

    step("delete a user", lambda: sf.User.delete(created))
    step("delete a contact that has a user", lambda: sf.Contact.delete(contact))
    spare = sf.Account.create({"Name": "Spare"})["id"]
    step("delete an account", lambda: sf.Account.delete(spare))
    step("read what was deleted", lambda: sf.Account.get(spare))
    step("delete it again", lambda: sf.Account.delete(spare))
    # Whole minutes are told of.
    requests.put(READY["url"] + "/_fauxforce/clock", json={"advance": "1m"}, timeout=60)
    start, end = datetime(2025, 12, 31, tzinfo=timezone.utc), datetime(2026, 1, 2, tzinfo=timezone.utc)
    step("what was deleted", lambda: len(sf.Account.deleted(start, end)["deletedRecords"]))
    step("what was updated", lambda: len(sf.Account.updated(start, end)["ids"]))


def picked(record, *names):
    return {name: record[name] for name in names}


log_in()
admin = connect()
describe(admin)
provision(admin)

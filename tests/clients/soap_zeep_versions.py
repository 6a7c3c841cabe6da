"""Takes an unmodified zeep, strict as it is, through one version of the API after another: each answer, and each fault,
has to be what that version's own WSDL says.

Usage: soap_zeep_versions.py READY_FILE BASE_URL
Prints one JSON line for an API and version: which steps failed, and how.
"""

import datetime
import json
import sys

import requests
import zeep
from lxml import etree
from zeep.transports import Transport

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]
# The last version that can log in.
LOGIN = 64


class Api:
    """A client of one of the two APIs in one version, with a session."""

    def __init__(self, name, letter, version, session):
        self.version = version
        self.loose = letter == "u"
        self.sobjects = f"{{urn:sobject.{name}.soap.sforce.com}}"
        self.client = zeep.Client(
            f"{BASE}/services/Soap/{letter}/{version}.0?wsdl", transport=Transport(session=requests.Session()))
        self.service = self.client.service
        if session is None:
            session = self.service.login(READY["username"], READY["password"]).sessionId
        self.session = {"SessionHeader": {"sessionId": session}}
        self.failed = []

    def call(self, operation, *arguments, **headers):
        answer = getattr(self.service, operation)(*arguments, _soapheaders={**self.session, **headers})
        return getattr(answer.body, "result", None) if hasattr(answer, "body") else answer

    def record(self, kind, Id=None, fieldsToNull=None, **fields):
        if not self.loose:
            known = {"Id": zeep.xsd.SkipValue if Id is None else Id}
            return self.client.get_type(self.sobjects + kind)(
                **known, **({"fieldsToNull": fieldsToNull} if fieldsToNull else {}), **fields)
        elements = []
        for name, value in fields.items():
            element = etree.Element(self.sobjects + name)
            element.text = str(value).lower() if isinstance(value, bool) else str(value)
            elements.append(element)
        return self.client.get_type(self.sobjects + "sObject")(
            type=kind, Id=Id or zeep.xsd.Nil, fieldsToNull=fieldsToNull or [], _value_1=elements)

    def step(self, name, action, fault=None):
        """Runs a step, which is to end well or with a fault of that type."""
        try:
            result = action()
        except zeep.exceptions.Fault as raised:
            kind = None if raised.detail is None else raised.detail[0].tag.split("}")[1]
            if kind != fault:
                self.failed.append([name, kind, raised.message])
            elif raised.detail is not None:
                self.client.wsdl.types.deserialize(raised.detail[0])
            return None
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.failed.append([name, type(error).__name__, str(error)[:300]])
            return None
        if fault is not None:
            self.failed.append([name, "no fault", fault])
        return result


def reads(api):
    for operation in ("getUserInfo", "describeGlobal", "describeTabs"):
        api.step(operation, lambda operation=operation: api.call(operation))
    for kind in ("Account", "Contact", "User", "Case", "PermissionSetAssignment", "UserLogin"):
        api.step(f"describe {kind}", lambda kind=kind: api.call("describeSObject", kind))
    api.step("describeSObjects", lambda: api.call("describeSObjects", ["Contact", "Profile"]))
    layout = ("Contact",) if api.version < 38 else ("Contact", None, [])
    api.step("describeLayout", lambda: api.call("describeLayout", *layout))
    for soql in [
        "SELECT Id, Username, Profile.Name, Manager.Name, LastLoginDate, Address FROM User",
        "SELECT Name, Email FROM User",
        "SELECT ProfileId, COUNT(Id) n, MAX(CreatedDate) latest FROM User GROUP BY ProfileId",
        "SELECT COUNT() FROM User",
        "SELECT Id FROM User WHERE Username = 'nobody'",
        "SELECT Name, (SELECT LastName FROM Contacts), Owner.Name FROM Account",
    ]:
        api.step(soql, lambda soql=soql: api.call("query", soql, QueryOptions={"batchSize": 200}))
    for what, kind, action in [
        ("no object", "InvalidSObjectFault", lambda: api.call("query", "SELECT Id FROM Nothing")),
        ("no field", "InvalidFieldFault", lambda: api.call("query", "SELECT Nothing FROM User")),
        ("no query", "MalformedQueryFault", lambda: api.call("query", "SELECT FROM")),
        ("no search", "MalformedSearchFault", lambda: api.call("search", "FIND")),
        ("no locator", "InvalidQueryLocatorFault", lambda: api.call("queryMore", "01g000000000000AAA-1")),
        ("no user", "InvalidIdFault", lambda: api.call("setPassword", "005000000000000AAA", "x")),
        ("too many", "UnexpectedErrorFault", lambda: api.call("delete", ["001000000000000AAA"] * 201)),
        ("no session", "UnexpectedErrorFault",
         lambda: api.service.getUserInfo(_soapheaders={"SessionHeader": {"sessionId": "x"}})),
    ]:
        api.step(what, action, fault=kind)


def saves(api, tag):
    now = api.call("getServerTimestamp")
    now = now if isinstance(now, datetime.datetime) else now.timestamp
    window = ("Contact", now - datetime.timedelta(days=1), now + datetime.timedelta(minutes=5))
    created = api.step("create", lambda: api.call("create", [
        api.record("Account", Name=tag), api.record("Contact", LastName=tag), api.record("Contact"),
        api.record("Contact", LastName="Loser")]))
    if created is None:
        return
    account, contact, loser = created[0].id, created[1].id, created[3].id
    api.step("update", lambda: api.call("update", [
        api.record("Contact", Id=contact, FirstName="Jo", AccountId=account), api.record("Contact", Id=account)]))
    api.step("empty a field", lambda: api.call("update", [
        api.record("Contact", Id=contact, fieldsToNull=["FirstName"])]))
    for last in (tag, "Deer"):
        api.step("upsert", lambda last=last: api.call("upsert", "External_Id__c", [
            api.record("Contact", LastName=last, External_Id__c=tag)]))
    api.step("retrieve", lambda: api.call("retrieve", "Id,LastName,AccountId", "Contact", [contact, "003000000000000AAA"]))
    api.step("search", lambda: api.call("search", f"FIND {{{tag}}} RETURNING Contact(Id, LastName), Account(Name)"))
    api.step("merge", lambda: api.call("merge", [
        {"masterRecord": api.record("Contact", Id=contact, Title="T"), "recordToMergeIds": [loser]}]))
    api.step("delete", lambda: api.call("delete", [contact, contact]))
    api.step("undelete", lambda: api.call("undelete", [contact, account]))
    api.step("queryAll", lambda: api.call("queryAll", "SELECT Id, IsDeleted FROM Contact"))
    api.step("getUpdated", lambda: api.call("getUpdated", *window))
    api.step("getDeleted", lambda: api.call("getDeleted", *window))
    api.call("delete", [contact])
    api.step("emptyRecycleBin", lambda: api.call("emptyRecycleBin", [contact]))
    profile = api.call("query", "SELECT Id FROM Profile WHERE Name = 'Standard User'").records[0]
    username = f"{tag.lower()}@acme.test"
    user = api.record(
        "User", Username=username, LastName=tag, Email=username, Alias=tag, ProfileId=profile.Id,
        TimeZoneSidKey="Europe/London", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US")
    mail = {"triggerAutoResponseEmail": False, "triggerOtherEmail": False, "triggerUserEmail": True}
    made = api.step("create a user", lambda: api.call("create", [user], EmailHeader=mail))
    api.step("create it again", lambda: api.call("create", [user]))
    if made is not None:
        api.step("setPassword", lambda: api.call("setPassword", made[0].id, "correct-horse-9"))
        api.step("resetPassword", lambda: api.call("resetPassword", made[0].id))
        api.step("deactivate", lambda: api.call("update", [api.record("User", Id=made[0].id, IsActive=False)]))
    message = api.client.get_type(f"{{urn:{'partner' if api.loose else 'enterprise'}.soap.sforce.com}}SingleEmailMessage")
    api.step("sendEmail", lambda: api.call("sendEmail", [
        message(subject="Hi", plainTextBody="Hello", toAddresses=["a@acme.test"])]))
    api.step("invalidateSessions", lambda: api.call("invalidateSessions", ["nothing"]))


def run(name, letter, version):
    session = None
    if version > LOGIN:
        session = Api(name, letter, LOGIN, None).session["SessionHeader"]["sessionId"]
    api = Api(name, letter, version, session)
    reads(api)
    saves(api, f"V{version}{letter}")
    api.step("logout", lambda: api.call("logout"))
    api.step("after it", lambda: api.call("getUserInfo"), fault="UnexpectedErrorFault")
    print(json.dumps({"api": name, "version": version, "failed": api.failed}), flush=True)


for number in (20, 31, 40, 58, 67):
    run("partner", "u", number)
for number in (20, 67):
    run("enterprise", "c", number)

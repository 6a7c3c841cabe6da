"""Takes an unmodified suds-community through provisioning, by the WSDLs that the server makes of its org.

Usage: soap_suds.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which fault it raised.
"""

import json
import sys

import suds
import suds.client

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]


class Api:
    def __init__(self, name, letter):
        self.name = name
        self.client = suds.client.Client(f"{BASE}/services/Soap/{letter}/59.0?wsdl", cache=None)
        login = self.client.service.login(READY["username"], READY["password"])
        header = self.client.factory.create("SessionHeader")
        header.sessionId = login.sessionId
        self.client.set_options(location=str(login.serverUrl), soapheaders=header)
        self.service = self.client.service

    def record(self, kind, **fields):
        record = self.client.factory.create("ens:sObject")
        record.type = kind
        for field, value in fields.items():
            setattr(record, field, value)
        return record

    def step(self, name, action):
        try:
            result = action()
        except suds.WebFault as fault:
            code, message = str(fault.fault.faultcode), str(fault.fault.faultstring)
            self.report(name, raises=type(fault).__name__, code=code, message=message)
        else:
            self.report(name, gives=result)
            return result
        return None

    def report(self, name, **told):
        print(json.dumps({"step": f"{self.name}: {name}", **told}, default=str), flush=True)


def outcome(result):
    if result.success:
        return str(result.id)
    return [[str(error.statusCode), str(error.message)] for error in result.errors]


def read(api):
    """suds' factory does not come to an end with types as intertwined as an org's objects, so these are only read."""
    accounts = lambda: api.service.query("SELECT Id, Name, Owner.Username FROM Account ORDER BY Name").records
    api.step("user info", lambda: str(api.service.getUserInfo().userName))
    api.step("query", lambda: [[str(each.Id), str(each.Name), str(each.Owner.Username)] for each in accounts()])
    api.step("an object that is not there", lambda: api.service.describeSObject("Nope"))


def provision(api, number):
    service = api.service

    def first(soql):
        identity = service.query(soql).records[0].Id
        return str(identity[0] if isinstance(identity, list) else identity)

    def create(*records):
        return [outcome(result) for result in service.create(list(records))]

    account = first("SELECT Id FROM Account WHERE Name = 'Acme Customers'")
    profile = first("SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'")
    [contact] = api.step("create a contact", lambda: create(api.record("Contact", LastName="Roe", AccountId=account)))
    values = dict(
        Username=f"roe{number}@example.com", LastName="Roe", Email="roe@example.com", Alias=f"roe{number}",
        CommunityNickname=f"roe{number}", TimeZoneSidKey="Europe/Berlin", LocaleSidKey="de_DE",
        EmailEncodingKey="UTF-8", LanguageLocaleKey="de", ProfileId=profile, ContactId=contact,
    )
    [user] = api.step("create a user", lambda: create(api.record("User", **values)))
    api.step("create it again", lambda: create(api.record("User", **values)))
    api.step("leave out what is required", lambda: create(api.record("User", LastName="Roe")))
    update = api.record("User", Id=user, IsActive=False, fieldsToNull=["Phone"])
    api.step("deactivate", lambda: [outcome(result) for result in service.update([update])])
    soql = f"SELECT Username, IsActive FROM User WHERE Id = '{user}'"
    api.step("query", lambda: [str(name) for name in service.query(soql).records[0].Username])
    api.step("describe", lambda: len(service.describeSObject("User").fields) > 100)
    api.step("a column that is not there", lambda: service.query("SELECT Nope FROM User"))
    api.step("delete", lambda: [outcome(result) for result in service.delete([contact])])
    service.logout()
    api.step("after the end", lambda: service.getUserInfo())


provision(Api("partner", "u"), 1)
read(Api("enterprise", "c"))

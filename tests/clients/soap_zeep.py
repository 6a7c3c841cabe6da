"""Takes an unmodified zeep, strict as it is, through provisioning, by the WSDLs that the server makes of its org.

Usage: soap_zeep.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which fault it raised.
"""

import json
import sys

import requests
import zeep
from zeep.transports import Transport

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]


class Api:
    """A client of one of the two APIs, logged in."""

    def __init__(self, name, letter):
        self.name = name
        self.sobjects = f"{{urn:sobject.{name}.soap.sforce.com}}"
        transport = Transport(session=requests.Session())
        self.client = zeep.Client(f"{BASE}/services/Soap/{letter}/59.0?wsdl", transport=transport)
        self.login = self.client.service.login(READY["username"], READY["password"])
        binding = f"{{urn:{name}.soap.sforce.com}}SoapBinding"
        self.service = self.client.create_service(binding, self.login.serverUrl)
        self.header = {"SessionHeader": {"sessionId": self.login.sessionId}}

    def call(self, operation, *arguments, **headers):
        """The result of an operation; with headers in the answer zeep gives both."""
        answer = getattr(self.service, operation)(*arguments, _soapheaders={**self.header, **headers})
        return getattr(answer.body, "result", None) if hasattr(answer, "body") else answer

    def save(self, operation, *arguments, **headers):
        return [outcome(result) for result in self.call(operation, *arguments, **headers)]

    def query(self, soql):
        return self.call("query", soql)

    def step(self, name, action):
        """Runs a step, prints its outcome, and gives its result."""
        try:
            result = action()
        except zeep.exceptions.Fault as fault:
            kind = fault.detail[0].tag.split("}")[1] if fault.detail is not None else None
            self.report(name, raises=kind, code=fault.code, message=fault.message)
        else:
            self.report(name, gives=result)
            return result
        return None

    def report(self, name, **told):
        print(json.dumps({"step": f"{self.name}: {name}", **told}, default=str), flush=True)


class Partner(Api):
    def __init__(self):
        super().__init__("partner", "u")
        self.kind = self.client.get_type(self.sobjects + "sObject")

    def record(self, kind, **fields):
        def field(name, value):
            element = zeep.xsd.Element(self.sobjects + name, zeep.xsd.String())
            text = str(value).lower() if isinstance(value, bool) else value
            return zeep.xsd.AnyObject(element, element(text))

        identity = fields.pop("Id", zeep.xsd.Nil)
        return self.kind(type=kind, Id=identity, _value_1=[field(*item) for item in fields.items()])

    def value(self, record, name):
        elements = [e for e in record._value_1 if getattr(e, "tag", "") == self.sobjects + name]
        return elements[0].text if elements else None


class Enterprise(Api):
    def __init__(self):
        super().__init__("enterprise", "c")

    def record(self, kind, **fields):
        return self.client.get_type(self.sobjects + kind)(**{"Id": zeep.xsd.Nil, **fields})

    def value(self, record, name):
        return getattr(record, name)


def outcome(result):
    if result.success:
        return result.id
    return [[error.statusCode, error.message, error.fields] for error in result.errors]


def provision(api, number):
    def id_of(soql):
        return api.value(api.query(soql).records[0], "Id")

    def user(contact, **changes):
        values = {
            "Username": f"doe{number}@example.com",
            "LastName": "Doe",
            "Email": "doe@example.com",
            "Alias": f"doe{number}",
            "CommunityNickname": f"doe{number}",
            "TimeZoneSidKey": "Europe/Berlin",
            "LocaleSidKey": "de_DE",
            "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "de",
            "ProfileId": profile,
            "ContactId": contact,
            "IsActive": True,
        }
        return api.record("User", **{**values, **changes})

    account = id_of("SELECT Id FROM Account WHERE Name = 'Acme Customers'")
    profile = id_of("SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'")
    contacts = [api.record("Contact", LastName=f"Doe{number}{letter}", AccountId=account) for letter in "ab"]
    [first, second] = api.step("create contacts", lambda: api.save("create", contacts))
    [created] = api.step("create a user", lambda: api.save("create", [user(first)]))
    api.step("create a second user of the contact", lambda: api.save("create", [user(first)]))
    api.step("take a username twice", lambda: api.save("create", [user(second, CommunityNickname="other")]))
    api.step("leave out what is required", lambda: api.save("create", [api.record("User", LastName="Doe")]))
    mixed = [api.record("Contact", LastName="Good"), api.record("Contact", FirstName="Bad")]
    all_or_none = {"AllOrNoneHeader": {"allOrNone": True}}
    api.step("save all or none", lambda: api.save("create", mixed, **all_or_none))

    def read():
        soql = f"SELECT Id, Username, IsActive, Contact.LastName, Phone FROM User WHERE Id = '{created}'"
        found = api.query(soql)
        names = ["Username", "IsActive", "Phone"]
        return [found.size, *[api.value(found.records[0], name) for name in names]]

    api.step("query the user", read)
    api.step("deactivate", lambda: api.save("update", [api.record("User", Id=created, IsActive=False)]))
    api.step("retrieve", lambda: api.value(api.call("retrieve", "Id,IsActive", "User", [created])[0], "IsActive"))

    def upsert(name):
        record = api.record("Contact", External_Id__c=f"key{number}", LastName=name)
        return [[result.created, result.success] for result in api.call("upsert", "External_Id__c", [record])]

    api.step("upsert twice", lambda: upsert("New") + upsert("Known"))
    api.step("delete a contact with a user", lambda: api.save("delete", [first]))
    api.step("delete and undelete", lambda: [api.save("delete", [second]), api.save("undelete", [second])])


def look_around(api):
    def described():
        user = api.call("describeSObject", "User")
        fields = {field.name: field for field in user.fields}
        return [user.keyPrefix, len(fields) > 100, fields["Username"].type, fields["ProfileId"].referenceTo]

    def layout():
        contact = api.call("describeLayout", "Contact", None, [])
        return [len(contact.layouts), [mapping.name for mapping in contact.recordTypeMappings]]

    def everything():
        described = api.call("describeGlobal")
        return [described.encoding, "Contact" in [entry.name for entry in described.sobjects]]

    api.step("user info", lambda: api.call("getUserInfo").userName)
    api.step("timestamp", lambda: str(api.call("getServerTimestamp").timestamp))
    api.step("describe", described)
    api.step("describe several", lambda: [each.name for each in api.call("describeSObjects", ["Contact", "Account"])])
    api.step("describe all", everything)
    api.step("describe a layout", layout)
    api.step("describe tabs", lambda: [tab.label for tab in api.call("describeTabs")[0].tabs])
    def searched():
        found = api.call("search", "FIND {acme} RETURNING Account(Id, Name ORDER BY Name)").searchRecords
        return [api.value(one.record, "Name") for one in found]

    api.step("search", searched)
    api.step("search for a letter", lambda: api.call("search", "FIND {a} RETURNING Account"))
    api.step("aggregate", lambda: api.query("SELECT count(Id) n FROM Account").size)
    api.step("addresses", lambda: api.query("SELECT Id, BillingAddress, (SELECT Id FROM Contacts) FROM Account").size)
    api.step("a column that is not there", lambda: api.query("SELECT Nope FROM User"))
    api.step("an object that is not there", lambda: api.call("describeSObject", "Nope"))
    api.step("no session", lambda: api.call("getUserInfo", SessionHeader={"sessionId": "none"}))
    api.step("log out", lambda: api.call("logout"))
    api.step("after the end", lambda: api.call("getUserInfo", SessionHeader={"sessionId": "none"}))


for number, api in enumerate([Partner(), Enterprise()]):
    provision(api, number)
    look_around(api)

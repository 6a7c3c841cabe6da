"""Takes an unmodified zeep, strict as it is, through the Metadata API, by the WSDL that the server makes of it.

Usage: soap_zeep_metadata.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which fault it raised.
"""

import io
import json
import sys
import zipfile

import requests
import zeep
from zeep.helpers import serialize_object
from zeep.transports import Transport

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]
NS = "http://soap.sforce.com/2006/04/metadata"

partner = zeep.Client(f"{BASE}/soap/wsdl.jsp", transport=Transport(session=requests.Session()))
login = partner.create_service("{urn:partner.soap.sforce.com}SoapBinding", f"{BASE}/services/Soap/u/64.0").login(
    READY["username"], READY["password"]
)
client = zeep.Client(f"{BASE}/services/wsdl/metadata", transport=Transport(session=requests.Session()))
service = client.create_service(f"{{{NS}}}MetadataBinding", login.metadataServerUrl)
SESSION = {"SessionHeader": {"sessionId": login.sessionId}}


def kind(type_name, /, **elements):
    return client.get_type(f"{{{NS}}}{type_name}")(**elements)


def call(operation, *arguments, headers=SESSION, **named):
    answer = getattr(service, operation)(*arguments, _soapheaders=headers, **named)
    return getattr(answer, "body", answer)


def plain(value):
    """What was sent, without the elements that were not."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner not in (None, [])}
    return value


def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = action()
    except zeep.exceptions.Fault as fault:
        print(json.dumps({"step": name, "raises": fault.code, "message": fault.message}), flush=True)
        return None
    told = plain(serialize_object(result, dict))
    print(json.dumps({"step": name, "gives": told}, default=str), flush=True)
    return result


step("describe", lambda: call("describeMetadata", 59.0))
badge = kind("CustomField", fullName="Contact.Badge__c", label="Badge", type="Text", length=20, unique=True,
             externalId=True)
step("create a field", lambda: call("createMetadata", [badge]))
step("create it again", lambda: call("createMetadata", [badge]))
step("read it and one that is not", lambda: call("readMetadata", "CustomField", ["Contact.Badge__c", "Contact.No__c"]))
step("grant it", lambda: call("updateMetadata", [kind(
    "Profile", fullName="Admin",
    fieldPermissions=[kind("ProfileFieldLevelSecurity", editable=True, field="Contact.Badge__c", readable=True)])]))
step("upsert a permission set", lambda: call("upsertMetadata", [kind(
    "PermissionSet", fullName="Badges", label="Badges",
    fieldPermissions=[kind("PermissionSetFieldPermissions", editable=True, field="Contact.Badge__c", readable=True)])]))
step("create an object", lambda: call("createMetadata", [kind(
    "CustomObject", fullName="Key__c", label="Key", pluralLabel="Keys", deploymentStatus="Deployed",
    sharingModel="ReadWrite", nameField=kind("CustomField", label="Key Number", type="Text"))]))
step("rename it", lambda: call("renameMetadata", "CustomObject", "Key__c", "Lock__c"))

# Every type that is emulated reads back by the WSDL.
for name, full_name in [
    ("CustomObject", "Lock__c"), ("CustomObject", "Account"), ("PermissionSet", "Badges"), ("Profile", "Admin"),
    ("Profile", "Standard"), ("SamlSsoConfig", "Internal"), ("CustomSite", "Customers"), ("Network", "Customers"),
]:
    read = call("readMetadata", name, [full_name])[0]
    print(json.dumps({"step": f"read {name} {full_name}", "gives": read.fullName}), flush=True)

site = kind(
    "CustomSite", fullName="Club", active=True, allowHomePage=True, allowStandardIdeasPages=False,
    allowStandardLookups=False, allowStandardPortalPages=False, allowStandardSearch=False, browserXssProtection=True,
    clickjackProtectionLevel="SameOriginOnly", contentSniffingProtection=True, indexPage="CommunitiesLanding",
    masterLabel="Club", referrerPolicyOriginWhenCrossOrigin=True, siteType="ChatterNetwork", urlPathPrefix="club")
TEMPLATE = "unfiled$public/Community{}EmailTemplate"
network = kind(
    "Network", fullName="Club", changePasswordTemplate=TEMPLATE.format("ChangePassword"),
    emailSenderAddress="club@acme.test", emailSenderName="Club",
    forgotPasswordTemplate=TEMPLATE.format("ForgotPassword"), site="Club", status="Live",
    tabs=kind("NetworkTabSet", defaultTab="home", standardTab=["Chatter"]),
    welcomeTemplate=TEMPLATE.format("Welcome"),
    networkMemberGroups=kind("NetworkMemberGroup", profile=["Admin"]))
step("create a community before its site", lambda: call("createMetadata", [network]))
step("create its site", lambda: call("createMetadata", [site]))
step("create the community", lambda: call("createMetadata", [network]))
step("log in there", lambda: partner.create_service(
    "{urn:partner.soap.sforce.com}SoapBinding", f"{BASE}/club/services/Soap/u/64.0"
).login(READY["username"], READY["password"]).userInfo.userName)

step("list", lambda: [one.fullName for one in call(
    "listMetadata", [kind("ListMetadataQuery", type="CustomField"), kind("ListMetadataQuery", type="Network")], 59.0)])
described = step("describe a type", lambda: [
    field.name for field in call("describeValueType", f"{{{NS}}}Network").valueTypeFields if field.valueRequired])
step("delete what is not there", lambda: call("deleteMetadata", "PermissionSet", ["Nothing"]))
step("delete", lambda: call("deleteMetadata", "PermissionSet", ["Badges"]))
step("all or none", lambda: call(
    "createMetadata", [kind("PermissionSet", fullName="One", label="One"), kind("PermissionSet", fullName="Two", label="")],
    headers={**SESSION, "AllOrNoneHeader": {"allOrNone": True}}))


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


XMLNS = f'xmlns="{NS}"'
PACKAGE = {
    "package.xml": f"<Package {XMLNS}><types><members>Contact.Level__c</members><name>CustomField</name></types>"
                   "<version>59.0</version></Package>",
    "objects/Contact.object": f"<CustomObject {XMLNS}><fields><fullName>Level__c</fullName><label>Level</label>"
                              "<type>Number</type><precision>3</precision><scale>0</scale></fields></CustomObject>",
}


def options(**chosen):
    flags = ["allowMissingFiles", "autoUpdatePackage", "checkOnly", "ignoreWarnings", "performRetrieve",
             "purgeOnDelete", "rollbackOnError", "singlePackage"]
    chosen = {**dict.fromkeys(flags, False), "testLevel": "NoTestRun", **chosen}
    return kind("DeployOptions", **chosen)


def deployed(begun):
    told = call("checkDeployStatus", begun, True).result
    details = [(message.fullName, message.success) for message in
               told.details.componentSuccesses + told.details.componentFailures]
    return {"status": told.status, "checkOnly": told.checkOnly, "details": details}


checked = call("deploy", archive(**PACKAGE), options(checkOnly=True)).id
step("check a package", lambda: deployed(checked))
step("deploy it without another check", lambda: deployed(call("deployRecentValidation", checked)))
step("cancel what is done", lambda: call("cancelDeploy", checked))
wanted = kind("Package", types=[kind("PackageTypeMembers", members=["Contact.Level__c"], name="CustomField")],
              version="59.0")
retrieval = call("retrieve", kind("RetrieveRequest", apiVersion=59.0, singlePackage=True, unpackaged=wanted)).id
step("retrieve", lambda: zipfile.ZipFile(io.BytesIO(call("checkRetrieveStatus", retrieval, True).zipFile)).namelist())
step("without a session", lambda: call("describeMetadata", 59.0, headers={"SessionHeader": {"sessionId": "none"}}))

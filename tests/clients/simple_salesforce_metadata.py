"""Takes an unmodified simple-salesforce through changing an org's metadata: zeep by its own WSDL, and file deployments.

Usage: simple_salesforce_metadata.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which error it raised.
"""

import io
import json
import sys
import zipfile

from simple_salesforce import Salesforce

with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)
BASE = sys.argv[2]


def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = action()
    except Exception as error:  # pylint: disable=broad-exception-caught
        print(json.dumps({"step": name, "raises": type(error).__name__, "message": str(error)}), flush=True)
        return None
    print(json.dumps({"step": name, "gives": result}, default=str), flush=True)
    return result


def packed(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in files.items():
            out.writestr(name, text)
    return archive


sf = Salesforce(instance_url=BASE, session_id=READY["accessToken"], version="59.0")
md = sf.mdapi

step("describe", lambda: [kind.xmlName for kind in md.describe_metadata().metadataObjects])

badge = md.CustomField(
    fullName="Contact.Badge__c",
    label="Badge",
    type="Text",
    length=20,
    externalId=True,
    unique=True,
)
step("create a field", lambda: md.CustomField.create([badge]))
step("create it again", lambda: md.CustomField.create([badge]))
step("read it", lambda: {name: getattr(md.CustomField.read(["Contact.Badge__c"]), name) for name in
                         ("fullName", "label", "length", "type", "unique", "externalId", "required")})
step("grant it to administrators", lambda: md.Profile.update([md.Profile(
    fullName="Admin",
    fieldPermissions=[md.ProfileFieldLevelSecurity(editable=True, field="Contact.Badge__c", readable=True)],
)]))
step("provision a contact by it", lambda: sf.Contact.upsert("Badge__c/b1", {"LastName": "Doe"}))
step("find it", lambda: sf.query("SELECT LastName, Badge__c FROM Contact WHERE Badge__c = 'b1'")["records"][0]["Badge__c"])

key = md.CustomObject(
    fullName="Key__c",
    label="Key",
    pluralLabel="Keys",
    nameField=md.CustomField(label="Key Number", type="Text"),
    deploymentStatus="Deployed",
    sharingModel="Read",
)
step("create an object", lambda: md.CustomObject.create([key]))
step("a record of it", lambda: sf.Key__c.create({"Name": "K1"})["success"])
read = step("read it", lambda: md.CustomObject.read(["Key__c"]).label)


def relabelled():
    again = md.CustomObject.read(["Key__c"])
    again.label = "Door Key"
    md.CustomObject.update([again])
    return md.CustomObject.read(["Key__c"]).label


step("change what was read", relabelled)
step("list", lambda: [one.fullName for one in md.list_metadata(
    [md.ListMetadataQuery(type="CustomField"), md.ListMetadataQuery(type="Network")])])
step("a profile", lambda: {"userLicense": md.Profile.read(["Standard"]).userLicense})
step("a single sign-on configuration", lambda: md.SamlSsoConfig.read(["Internal"]).samlEntityId)
step("delete nothing that is", lambda: md.CustomField.delete(["Contact.Nothing__c"]))
step("delete the field", lambda: md.CustomField.delete(["Contact.Badge__c"]))
step("describe a type", md.CustomField.describe)

XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
MANIFEST = (
    f"<Package {XMLNS}><types><members>Contact.Level__c</members><name>CustomField</name></types>"
    "<version>59.0</version></Package>"
)
CONTACT = (
    f"<CustomObject {XMLNS}><fields><fullName>Level__c</fullName><label>Level</label>"
    "<type>Number</type><precision>3</precision>{more}</fields></CustomObject>"
)


def deployed(text, **options):
    archive = packed(**{"package.xml": MANIFEST, "objects/Contact.object": text})
    begun = sf.deploy(archive, sandbox=True, **options)
    status = sf.checkDeployStatus(begun["asyncId"])
    return {"begun": begun["state"], "ended": status}


step("deploy a mistake", lambda: deployed(CONTACT.format(more="")))
step("deploy", lambda: deployed(CONTACT.format(more="<scale>0</scale>"), rollbackOnError=True))
step("a second time", lambda: deployed(CONTACT.format(more="<scale>0</scale>")))


def retrieved():
    # Its envelope wants an id in the path, which the service does not look at.
    begun, state = md.retrieve("x", unpackaged={"CustomField": ["Contact.Level__c"]})
    told, error, messages, archive = md.retrieve_zip(begun)
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    return {"state": state, "status": told, "error": error, "messages": messages, "files": names}


step("retrieve", retrieved)

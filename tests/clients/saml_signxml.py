"""Signs Responses with signxml, in every way it knows that the service accepts.

Reads a JSON file (see saml.rs), prints one JSON object a line: {"made": ..., "response": base64}.
"""

import base64
import json
import sys
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
    XMLSigner,
)

SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
PLACEHOLDER = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"></ds:Signature>'


class OldSigner(XMLSigner):
    """Makes SHA-1 signatures, which signxml leaves to those who insist."""

    def check_deprecated_methods(self):
        pass


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def message(told, number, signed):
    now = datetime.now(timezone.utc)
    issued, start, end = (stamp(now + timedelta(seconds=s)) for s in (0, -30, 300))
    attributes = "".join(
        f"<saml:Attribute Name={quoteattr(name)}>"
        + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in told["attributes"].items()
    )
    of_response = PLACEHOLDER if signed == "response" else ""
    of_assertion = PLACEHOLDER if signed == "assertion" else ""
    return f"""<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_signxml-r{number}" Version="2.0"
    IssueInstant="{issued}" Destination={quoteattr(told["acs"])}>
  <saml:Issuer>{escape(told["issuer"])}</saml:Issuer>{of_response}
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_signxml-a{number}" Version="2.0" IssueInstant="{issued}">
    <saml:Issuer>{escape(told["issuer"])}</saml:Issuer>{of_assertion}
    <saml:Subject>
      <saml:NameID>{escape(told["nameId"])}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{end}" Recipient={quoteattr(told["acs"])}/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{start}" NotOnOrAfter="{end}">
      <saml:AudienceRestriction><saml:Audience>{escape(told["audience"])}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{issued}"><saml:AuthnContext>
      <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
    </saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>{attributes}</saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"""


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        told = json.load(file)
    with open(told["keyFile"], encoding="utf-8") as file:
        key = file.read()
    with open(told["certFile"], encoding="utf-8") as file:
        certificate = file.read()

    hashes = [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
        (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
    ]
    canonicalizations = [
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
    ]
    number = 0
    for signed in ("assertion", "response"):
        for method, digest in hashes:
            for canonicalization in canonicalizations:
                number += 1
                signer = OldSigner(
                    method=SignatureConstructionMethod.enveloped,
                    signature_algorithm=method,
                    digest_algorithm=digest,
                    c14n_algorithm=canonicalization,
                )
                xml = signer.sign(
                    etree.fromstring(message(told, number, signed)),
                    key=key,
                    cert=certificate,
                    reference_uri=f"_signxml-{signed[0]}{number}",
                )
                line = {
                    "made": f"signxml, {signed} signed, {method.name}, {canonicalization.name}",
                    "response": base64.b64encode(etree.tostring(xml)).decode("ascii"),
                }
                print(json.dumps(line))


main()

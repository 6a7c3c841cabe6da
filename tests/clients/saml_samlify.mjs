// Signs Responses with samlify and with samlp. Reads a JSON file (see saml.rs), prints one JSON object a line:
// {"made": ..., "response": base64}.

import { readFileSync } from 'node:fs';
import samlify from 'samlify';
import samlp from 'samlp';

const told = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const key = readFileSync(told.keyFile, 'utf8');
const cert = readFileSync(told.certFile, 'utf8');
const encryptionCert = readFileSync(told.encryptionCertFile, 'utf8');
const print = (made, response) => console.log(JSON.stringify({ made, response }));
const attributes = Object.entries(told.attributes);

// samlify wants a schema validator for what it reads; here it only writes.
samlify.setSchemaValidator({ validate: () => Promise.resolve('') });

const BASE = 'urn:oasis:names:tc:SAML:2.0';

async function withSamlify(wantAssertionsSigned, wantMessageSigned, algorithm, encrypted) {
  const idp = samlify.IdentityProvider({
    entityID: told.issuer,
    privateKey: key,
    signingCert: cert,
    requestSignatureAlgorithm: algorithm,
    isAssertionEncrypted: encrypted,
    messageSigningOrder: 'encrypt-then-sign',
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    singleSignOnService: [{ Binding: `${BASE}:bindings:HTTP-POST`, Location: 'http://localhost/sso' }],
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: attributes.map(([name], at) => ({
        name,
        valueTag: `a${at}`,
        nameFormat: `${BASE}:attrname-format:basic`,
        valueXsiType: 'xs:string',
      })),
    },
  });
  const sp = samlify.ServiceProvider({
    entityID: told.audience,
    wantAssertionsSigned,
    wantMessageSigned,
    encryptCert: encrypted ? encryptionCert : undefined,
    dataEncryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    assertionConsumerService: [{ Binding: `${BASE}:bindings:HTTP-POST`, Location: told.acs }],
  });
  const now = Date.now();
  const at = (seconds) => new Date(now + seconds * 1000).toISOString();
  const id = () => `_${crypto.randomUUID()}`;
  const fill = (template) => {
    const values = {
      ID: id(),
      AssertionID: id(),
      Issuer: told.issuer,
      IssueInstant: at(0),
      Destination: told.acs,
      SubjectRecipient: told.acs,
      Audience: told.audience,
      NameID: told.nameId,
      NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      StatusCode: `${BASE}:status:Success`,
      ConditionsNotBefore: at(-30),
      ConditionsNotOnOrAfter: at(300),
      SubjectConfirmationDataNotOnOrAfter: at(300),
      InResponseTo: undefined,
    };
    attributes.forEach(([, [value]], at) => {
      const tag = `a${at}`;
      values[`attr${tag[0].toUpperCase()}${tag.slice(1)}`] = value;
    });
    const filled = samlify.SamlLib.replaceTagsByValue(template, values).replace(
      '{AuthnStatement}',
      `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>${BASE}:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    );
    return { id: values.ID, context: filled };
  };
  const { context } = await idp.createLoginResponse(sp, { extract: {} }, 'post', {}, { customTagReplacement: fill, encryptThenSign: encrypted });
  print(`samlify, assertion ${wantAssertionsSigned}, message ${wantMessageSigned}, ${algorithm}, encrypted ${encrypted}`, context);
}

function withSamlp(signAssertion, signResponse, signatureAlgorithm, digestAlgorithm, encryption) {
  // What the profile mapper of an application does: attributes under their own names.
  const profileMapper = () => ({
    getClaims: () => Object.fromEntries(attributes.map(([name, values]) => [name, values])),
    getNameIdentifier: () => ({ nameIdentifier: told.nameId }),
  });
  const options = {
    issuer: told.issuer,
    audience: told.audience,
    recipient: told.acs,
    destination: told.acs,
    lifetimeInSeconds: 300,
    key,
    cert,
    signAssertion,
    signResponse,
    signatureAlgorithm,
    digestAlgorithm,
    profileMapper,
    ...encryption,
  };
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(options, {}, (error, xml) => {
      if (error) return reject(error);
      const made = `samlp, assertion ${signAssertion}, response ${signResponse}, ${signatureAlgorithm}, ${Object.keys(encryption).length ? 'encrypted' : 'plain'}`;
      resolve(print(made, Buffer.from(xml).toString('base64')));
    });
  });
}

for (const algorithm of ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512']) {
  await withSamlify(true, false, algorithm, false);
  await withSamlify(false, true, algorithm, false);
  await withSamlify(true, true, algorithm, false);
}
await withSamlify(true, false, 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', true);

const encryption = {
  encryptionPublicKey: encryptionCert,
  encryptionCert,
  encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
};
for (const [signature, digest] of [['rsa-sha1', 'sha1'], ['rsa-sha256', 'sha256']]) {
  await withSamlp(true, false, signature, digest, {});
  await withSamlp(false, true, signature, digest, {});
  await withSamlp(true, true, signature, digest, {});
}
await withSamlp(true, false, 'rsa-sha256', 'sha256', encryption);

// Takes an unmodified node-soap and jsforce's SOAP API through provisioning.
//
// Usage: node soap_node.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which fault it raised.

import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';
import soap from 'soap';

const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const NAMES = { partner: 'u', enterprise: 'c' };

async function step(name, action) {
  try {
    const result = await action();
    report({ step: name, gives: result ?? null });
    return result;
  } catch (error) {
    const fault = error.root?.Envelope?.Body?.Fault;
    report({ step: name, throws: fault?.faultcode ?? error.errorCode ?? error.name, message: fault?.faultstring ?? error.message });
    return undefined;
  }
}

function report(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function user(contact, profile, number) {
  return {
    Username: `poe${number}@example.com`, LastName: 'Poe', Email: 'poe@example.com', Alias: `poe${number}`,
    CommunityNickname: `poe${number}`, TimeZoneSidKey: 'Europe/Berlin', LocaleSidKey: 'de_DE',
    EmailEncodingKey: 'UTF-8', LanguageLocaleKey: 'de', ProfileId: profile, ContactId: contact,
  };
}

async function nodeSoap(api, number) {
  const client = await soap.createClientAsync(`${base}/services/Soap/${NAMES[api]}/59.0?wsdl`);
  const call = async (operation, args = {}) => (await client[`${operation}Async`](args))[0].result;
  const login = await call('login', { username: ready.username, password: ready.password });
  client.setEndpoint(login.serverUrl);
  client.addSoapHeader({ SessionHeader: { sessionId: login.sessionId } }, '', '', `urn:${api}.soap.sforce.com`);
  const record = (type, fields) => (api === 'partner'
    ? { type, ...fields }
    : { attributes: { xsi_type: { prefix: 'ens', type } }, ...fields });
  const idOf = async (soql) => {
    const { Id } = [(await call('query', { queryString: soql })).records].flat()[0];
    return Array.isArray(Id) ? Id[0] : Id;
  };
  const outcome = (results) => [results].flat().map((result) => (result.success
    ? result.id
    : [result.errors].flat().map((error) => [error.statusCode, error.message])));

  const account = await idOf("SELECT Id FROM Account WHERE Name = 'Acme Customers'");
  const profile = await idOf("SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'");
  const create = async (...sObjects) => outcome(await call('create', { sObjects }));
  const named = (name) => `node-soap ${api}: ${name}`;
  const [contact] = await step(named('create a contact'), () => create(record('Contact', { LastName: 'Poe', AccountId: account })));
  const [created] = await step(named('create a user'), () => create(record('User', user(contact, profile, number))));
  await step(named('create it again'), () => create(record('User', user(contact, profile, number))));
  await step(named('leave out what is required'), () => create(record('User', { LastName: 'Poe' })));
  await step(named('deactivate'), async () => outcome(await call('update', { sObjects: [record('User', { Id: created, IsActive: false })] })));
  await step(named('query'), async () => (await call('query', { queryString: `SELECT Username, IsActive FROM User WHERE Id = '${created}'` })).records);
  await step(named('describe'), async () => (await call('describeSObject', { sObjectType: 'User' })).fields.length > 100);
  await step(named('a column that is not there'), () => call('query', { queryString: 'SELECT Nope FROM User' }));
  await step(named('delete'), async () => outcome(await call('delete', { ids: [contact] })));
}

/** What jsforce sends by SOAP: login, and the calls of its `soap` API. */
async function jsforceSoap() {
  const connection = new jsforce.Connection({ loginUrl: base, version: '59.0' });
  const named = (name) => `jsforce: ${name}`;
  await step(named('log in'), async () => (await connection.login(ready.username, ready.password)).organizationId);
  const contacts = await step(named('create'), () => connection.soap.create([
    { type: 'Contact', LastName: 'One' }, { type: 'Contact', FirstName: 'Two' },
  ]));
  const { id } = contacts[0];
  await step(named('update'), () => connection.soap.update([{ type: 'Contact', Id: id, Title: 'Chief' }]));
  await step(named('upsert'), () => connection.soap.upsert('External_Id__c', [{ type: 'Contact', External_Id__c: 'j1', LastName: 'Up' }]));
  await step(named('user info'), async () => (await connection.soap.getUserInfo()).userName);
  await step(named('server timestamp'), async () => (await connection.soap.getServerTimestamp()).timestamp);
  await step(named('delete'), () => connection.soap.delete([id]));
  await step(named('undelete'), () => connection.soap.undelete([id]));
  await step(named('reset a password'), async () => {
    const { records } = await connection.query("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'");
    return (await connection.soap.resetPassword(records[0].Id)).password.length;
  });
  await step(named('a type that is not there'), () => connection.soap.create([{ type: 'Nope', Name: 'x' }]));
  await step(named('log out'), () => connection.logoutBySoap(false));
}

await nodeSoap('partner', 1);
await nodeSoap('enterprise', 2);
await jsforceSoap();

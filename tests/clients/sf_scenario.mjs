// Takes an unmodified sf CLI through logging in and provisioning.
//
// Usage: node sf_scenario.mjs READY_FILE BASE_URL
// Prints one JSON line a command: its result, or its error.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base, folder, homeOf, proxied, ready, report, scenario, sf, step } from './sf_runner.mjs';

const person = ({ username, orgId, instanceUrl }) => ({ username, orgId, instanceUrl });

async function logIn() {
  const token = ['org', 'login', 'access-token', '--instance-url', base, '--no-prompt', '--set-default'];
  const jwt = ['org', 'login', 'jwt', '--client-id', ready.clientId, '--username', ready.username];
  jwt.push('--jwt-key-file', ready.jwtKeyFile, '--instance-url', base, '--set-default');
  // Such a URL has a host and no port: it takes the proxy. So does what the CLI tries when its first JWT is refused.
  const url = ['org', 'login', 'sfdx-url', '--sfdx-url-file', join(folder, 'url.txt'), '--set-default'];
  const client = `${ready.clientId}:${ready.clientSecret}:${ready.refreshToken}`;
  writeFileSync(join(folder, 'url.txt'), `force://${client}@${ready.myDomain}.my.salesforce.com`);
  const nobody = jwt.with(jwt.indexOf('--username') + 1, 'nobody@fauxforce.test');
  const logins = await Promise.all([
    sf('admin', token, { env: { SF_ACCESS_TOKEN: ready.accessToken } }),
    sf('jwt', jwt),
    sf('url', url, { env: proxied }),
    sf('expired', token, { env: { SF_ACCESS_TOKEN: `${ready.accessToken.split('!')[0]}!expired` } }),
    sf('nobody', nobody, { env: proxied }),
  ]);
  ['access-token', 'jwt', 'sfdx-url', 'an expired token', 'jwt of nobody'].forEach((how, index) => {
    report(`org login: ${how}`, logins[index], person);
  });
  const display = await sf('url', ['org', 'display'], { env: proxied });
  report('org display', display, ({ username, instanceUrl, connectedStatus }) => [username, instanceUrl, connectedStatus]);
}

async function records() {
  const file = (name, text) => writeFileSync(join(homeOf('admin').home, name), text);
  await step(['data', 'create', 'record', '-s', 'Contact', '-v', 'LastName=Doe FirstName=Jane']);
  await step(['data', 'create', 'record', '-s', 'Contact', '-v', 'FirstName=Nameless']);
  await step(['data', 'update', 'record', '-s', 'Contact', '-w', 'LastName=Doe', '-v', 'Email=jane@acme.test']);
  await step(['data', 'get', 'record', '-s', 'Contact', '-w', 'LastName=Doe'], ({ Name, Email }) => [Name, Email]);
  file('accounts.csv', 'External_Id__c,Name\nglobex,Globex\ninitech,Initech\n');
  const upsert = ['data', 'upsert', 'bulk', '-s', 'Account', '-f', 'accounts.csv', '-i', 'External_Id__c', '-w', '5'];
  await step(upsert, ({ jobInfo: { state, numberRecordsProcessed }, records: { successfulResults } }) => ({
    state,
    numberRecordsProcessed,
    created: successfulResults.map((row) => row.sf__Created),
  }));
  file('contacts.csv', 'LastName,Email\nRoe,roe@acme.test\nPoe,nonsense\n');
  await step(['data', 'import', 'bulk', '-s', 'Contact', '-f', 'contacts.csv', '-w', '5']);
  const attributes = (type, referenceId) => ({ type, referenceId });
  const leaf = { attributes: attributes('Contact', 'leaf'), LastName: 'Leaf' };
  const tree = { attributes: attributes('Account', 'tree'), Name: 'Tree', Contacts: { records: [leaf] } };
  file('tree.json', JSON.stringify({ records: [tree] }));
  await step(['data', 'import', 'tree', '-f', 'tree.json']);
  const query = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Tree'";
  await step(['data', 'export', 'tree', '-q', query, '-d', 'exported']);
  const exported = join(homeOf('admin').home, 'exported');
  for (const name of readdirSync(exported).sort()) {
    report(name, { status: 0, result: JSON.parse(readFileSync(join(exported, name), 'utf8')) });
  }
  await step(['data', 'query', '-q', `SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account`]);
  await step(['data', 'query', '-q', 'SELECT Nothing FROM Account']);
  await step(['data', 'delete', 'record', '-s', 'Contact', '-w', 'LastName=Leaf']);
}

async function org() {
  await step(['org', 'display'], ({ username, connectedStatus, apiVersion }) => ({ username, connectedStatus, apiVersion }));
  await step(['sobject', 'describe', '-s', 'Contact'], ({ name, keyPrefix, fields }) => [name, keyPrefix, fields.length > 40]);
  await step(['org', 'assign', 'permset', '-n', 'Nothing']);
  await step(['org', 'generate', 'password'], ({ username, password }) => [username, password.length]);
}

await scenario(logIn, records, org);

// Has an unmodified sf CLI create a user in an org that says it is a scratch org.
//
// Usage: node sf_users_scenario.mjs READY_FILE BASE_URL
// Prints one JSON line a command: its result, or its error.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, homeOf, proxied, ready, report, scenario, sf } from './sf_runner.mjs';

const env = proxied;

async function logIn() {
  const client = `${ready.clientId}:${ready.clientSecret}:${ready.refreshToken}`;
  writeFileSync(join(folder, 'url.txt'), `force://${client}@${ready.myDomain}.my.salesforce.com`);
  const url = ['org', 'login', 'sfdx-url', '--sfdx-url-file', join(folder, 'url.txt'), '--set-default'];
  report('org login sfdx-url', await sf('admin', url, { env }), ({ username }) => username);
}

async function users() {
  const user = {
    Username: 'tester@fauxforce.test', LastName: 'Hobbs', Email: 'tester@fauxforce.test', Alias: 'tester',
    TimeZoneSidKey: 'America/Denver', LocaleSidKey: 'en_US', EmailEncodingKey: 'UTF-8', LanguageLocaleKey: 'en_US',
    profileName: 'Standard User', generatePassword: true,
  };
  writeFileSync(join(homeOf('admin').home, 'user.json'), JSON.stringify(user));
  const create = ['org', 'create', 'user', '--definition-file', 'user.json', '--set-alias', 'qa'];
  report('org create user', await sf('admin', create, { env }), ({ fields }) => fields);
  report('the same again', await sf('admin', create, { env }));
  const display = await sf('admin', ['org', 'display', 'user', '--target-org', 'qa'], { env });
  report('org display user', display, ({ username, profileName, instanceUrl }) => [username, profileName, instanceUrl]);
  const query = ['data', 'query', '-q', "SELECT LastName, IsActive FROM User WHERE Alias = 'tester'", '--target-org', 'qa'];
  report('data query as the new user', await sf('admin', query, { env }));
}

await scenario(logIn, users);

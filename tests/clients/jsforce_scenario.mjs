// Takes an unmodified jsforce through logging in and provisioning.
//
// Usage: node jsforce_scenario.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which error it threw.

import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';

const { Connection, OAuth2 } = jsforce;
const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const app = { clientId: ready.clientId, clientSecret: ready.clientSecret, loginUrl: base };
const version = '59.0';

/** Runs a step, prints its outcome, and gives its result. */
async function step(name, action) {
  try {
    const result = await action();
    report({ step: name, gives: result ?? null });
    return result;
  } catch (error) {
    const { errorCode, data } = error;
    report({ step: name, throws: error.name, errorCode, message: error.message, data });
    return undefined;
  }
}

function report(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** The username that a connection acts as. */
async function userOf(connection) {
  return (await connection.identity()).username;
}

async function logIn() {
  const soap = async (username, password) => {
    const connection = new Connection({ loginUrl: base });
    await connection.login(username, password);
    return userOf(connection);
  };
  await step('soap login', () => soap(ready.username, ready.password));
  await step('soap login with the security token', () => soap(ready.username, ready.password + ready.securityToken));
  await step('soap login with a wrong password', () => soap(ready.username, 'wrong'));
  await step('soap login of nobody', () => soap('nobody@fauxforce.test', 'fauxforce1'));

  const oauth = async (password, change = {}) => {
    const connection = new Connection({ loginUrl: base, oauth2: new OAuth2({ ...app, ...change }) });
    await connection.login(ready.username, password);
    return userOf(connection);
  };
  await step('oauth password flow', () => oauth(ready.password));
  await step('oauth password flow with the security token', () => oauth(ready.password + ready.securityToken));
  await step('oauth password flow with a wrong password', () => oauth('wrong'));
  await step('oauth password flow of an unknown app', () => oauth(ready.password, { clientId: 'unknown' }));
  await step('oauth password flow with a wrong secret', () => oauth(ready.password, { clientSecret: 'wrong' }));

  await step('oauth client credentials flow', async () => {
    const connection = new Connection({ loginUrl: base, oauth2: app });
    await connection.authorize({ grant_type: 'client_credentials' });
    return userOf(connection);
  });
  await step('an unknown grant', async () => {
    const connection = new Connection({ loginUrl: base, oauth2: app });
    await connection.authorize({ grant_type: 'telepathy' });
  });

  await step('access token and instance url', () =>
    userOf(new Connection({ instanceUrl: base, accessToken: ready.accessToken, version })));
  await step('a refresh token renews the session', async () => {
    const connection = new Connection({
      oauth2: app,
      instanceUrl: base,
      accessToken: '00D000000000000!expired',
      refreshToken: ready.refreshToken,
      version,
    });
    let renewed = 0;
    connection.on('refresh', () => { renewed += 1; });
    const { records } = await connection.query('SELECT Name FROM Organization');
    return { renewed, organization: records[0].Name };
  });
  await step('a refresh token that is none', async () => {
    const oauth2 = new OAuth2(app);
    await oauth2.refreshToken('nothing');
  });
  await step('an expired session that cannot be renewed', () =>
    new Connection({ instanceUrl: base, accessToken: '00D000000000000!expired', version }).query('SELECT Id FROM User'));
  await step('a session that was logged out', async () => {
    const connection = new Connection({ loginUrl: base, oauth2: app });
    await connection.authorize({ grant_type: 'client_credentials' });
    const { accessToken } = connection;
    await connection.logout();
    return new Connection({ instanceUrl: base, accessToken, version }).limits();
  });
}

async function connect(username = ready.username) {
  const connection = new Connection({ loginUrl: base, version });
  await connection.login(username, ready.password);
  return connection;
}

async function describe(connection) {
  await step('describe everything', async () => {
    const { encoding, maxBatchSize, sobjects } = await connection.describeGlobal();
    const names = sobjects.map((entry) => entry.name);
    return {
      encoding,
      maxBatchSize,
      known: ['Account', 'Contact', 'Network', 'Profile', 'User'].filter((name) => names.includes(name)),
    };
  });
  await step('the external ids of an account', async () => {
    const { fields } = await connection.sobject('Account').describe();
    return fields.filter((field) => field.externalId).map(({ name, label, type, unique }) => ({ name, label, type, unique }));
  });
  await step('describe of no object', () => connection.sobject('Nothing__c').describe());
  await step('limits', async () => (await connection.limits()).DailyApiRequests.Max);
  await step('usage was counted', () => connection.limitInfo.apiUsage.limit);
}

/** What a user needs, and more. */
function user(number, values) {
  return {
    Username: `customer${number}@acme.example`,
    LastName: `Customer${number}`,
    Email: `customer${number}@acme.example`,
    Alias: `cust${number}`,
    CommunityNickname: `customer${number}`,
    TimeZoneSidKey: 'Europe/Berlin',
    LocaleSidKey: 'de_DE',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'de',
    ...values,
  };
}

/** Account, contact, community user; every refusal on the way. */
async function provision(connection) {
  const id = async (soql) => (await connection.query(soql)).records[0].Id;
  const [accounts, contacts, users] = ['Account', 'Contact', 'User'].map((name) => connection.sobject(name));
  const ProfileId = await id("SELECT Id FROM Profile WHERE Name = 'Acme Customer Community User'");
  const OwnerId = await id("SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'");

  const account = (await step('create an account', () => accounts.create({ Name: 'Globex', OwnerId }))).id;
  const contact = (await step('create a contact', () =>
    contacts.create({ FirstName: 'Hank', LastName: 'Scorpio', Email: 'hank@globex.example', AccountId: account }))).id;
  const created = (await step('create a community user', () =>
    users.create(user(1, { FirstName: 'Hank', ProfileId, ContactId: contact })))).id;

  const standard = await id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
  await step('a username that is taken', () => users.create(user(1, { ProfileId: standard })));
  await step('a contact without last name', () => contacts.create({ FirstName: 'Hank' }));
  await step('a user without anything', () => users.create({ FirstName: 'Hank' }));
  await step('a time zone of another planet', () =>
    users.create(user(2, { ProfileId, ContactId: contact, TimeZoneSidKey: 'Mars/Olympus' })));
  await step('a second user for a contact', () => users.create(user(2, { ProfileId, ContactId: contact })));
  const ownerless = await id("SELECT Id FROM Account WHERE Name = 'Norole Industries'");
  const norole = (await contacts.create({ LastName: 'Norole', AccountId: ownerless })).id;
  await step('an account whose owner has no role', () => users.create(user(3, { ProfileId, ContactId: norole })));
  await step('an account that is not there', () => accounts.retrieve('001000000000000AAA'));
  await step('a field that is not there', () => accounts.create({ Name: 'x', Nothing__c: 1 }));

  await step('a user with its relationships', () =>
    users.findOne({ Id: created }, ['Username', 'Profile.Name', 'Contact.Account.Name']));
  await step('an account with its contacts', () =>
    connection.query(`SELECT Name, (SELECT Name FROM Contacts) FROM Account WHERE Id = '${account}'`));
  await step('a count', () => accounts.count({ Name: 'Globex' }));
  await step('a query that is none', () => connection.query('SELECT Id FRM Account'));
  await step('a query of no field', () => connection.query('SELECT Nothing FROM Account'));

  for (let number = 0; number < 201; number += 1) {
    await accounts.create({ Name: `Page ${String(number).padStart(3, '0')}` });
  }
  await step('a query in pages', async () => {
    const options = { headers: { 'Sforce-Query-Options': 'batchSize=200' } };
    const first = await connection.query("SELECT Name FROM Account WHERE Name LIKE 'Page %' ORDER BY Name", options);
    const second = await connection.queryMore(first.nextRecordsUrl);
    return [first, second].map(({ records, totalSize, done }) => [records.length, totalSize, done]);
  });

  await step('upsert inserts', () => accounts.upsert({ Name: 'Initech', External_Id__c: 'acct-1' }, 'External_Id__c'));
  await step('upsert updates', () => accounts.upsert({ Name: 'Initech Inc.', External_Id__c: 'acct-1' }, 'External_Id__c'));
  await step('an external id that is taken', () => accounts.create({ Name: 'Initrode', External_Id__c: 'acct-1' }));
  for (const LastName of ['First', 'Second']) {
    await contacts.create({ LastName, Email: 'shared@acme.example' });
  }
  await step('an external id of several records', () =>
    contacts.upsert({ Email: 'shared@acme.example', Title: 'Head' }, 'Email'));

  await step('deactivate', () => users.update({ Id: created, IsActive: false }));
  await step('read back', async () => {
    const { Username, Name, IsActive, UserType, ContactId } = await users.retrieve(created);
    return { Username, Name, IsActive, UserType, hasContact: ContactId === contact };
  });
  await step('set a password', () =>
    connection.requestPost(`/sobjects/User/${created}/password`, { NewPassword: 'changed1' }));
  await step('recent accounts', async () => (await accounts.recent()).length > 0);
  await step('delete a user', () => users.destroy(created));
  await step('delete a contact that has a user', () => contacts.destroy(contact));
  const spare = (await accounts.create({ Name: 'Spare' })).id;
  await step('delete an account', () => accounts.destroy(spare));
  await step('read what was deleted', () => accounts.retrieve(spare));

  const reader = await connect('readonly.owner@fauxforce.test');
  await step('a create by a reader', () => reader.sobject('Account').create({ Name: 'x' }));
}

await logIn();
const admin = await connect();
await describe(admin);
await provision(admin);

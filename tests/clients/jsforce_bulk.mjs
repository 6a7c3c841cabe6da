// Takes an unmodified jsforce through its bulk and composite calls.
//
// Usage: node jsforce_bulk.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which error it threw.

import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';

const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const connection = new jsforce.Connection({ instanceUrl: base, accessToken: ready.accessToken, version: '59.0' });
connection.bulk.pollInterval = 5;
connection.bulk2.pollInterval = 5;

/** Runs a step, prints its outcome, and gives its result. */
async function step(name, action) {
  try {
    const result = await action();
    process.stdout.write(`${JSON.stringify({ step: name, gives: result ?? null })}\n`);
    return result;
  } catch (error) {
    const { errorCode, data } = error;
    process.stdout.write(`${JSON.stringify({ step: name, throws: error.name, errorCode, message: error.message, data })}\n`);
    return undefined;
  }
}

/** The rows that a stream of records hands out. */
function rows(stream) {
  return new Promise((resolve, reject) => {
    const all = [];
    stream.on('record', (record) => all.push(record));
    stream.on('error', reject);
    stream.on('end', () => resolve(all));
  });
}

const contacts = [
  { LastName: 'Bulk1', Email: 'bulk1@acme.example', External_Id__c: 'b1' },
  { LastName: 'Bulk2', Email: 'nonsense', External_Id__c: 'b2' },
  { LastName: 'Quote "3"', Email: 'bulk3@acme.example', External_Id__c: 'b3' },
];

async function collections() {
  const accounts = connection.sobject('Account');
  const created = await step('create two', () => accounts.create([{ Name: 'Coll 1', External_Id__c: 'c1' }, { Phone: '1' }]));
  const id = created[0].id;
  await step('create two, all or none', () => accounts.create([{ Name: 'Coll 2' }, { Phone: '1' }], { allOrNone: true }));
  await step('update two', () => accounts.update([{ Id: id, Phone: '2' }, { Id: '001000000000000AAA', Phone: '2' }]));
  await step('upsert two', () => accounts.upsert(
    [{ External_Id__c: 'c1', Phone: '3' }, { External_Id__c: 'c2', Name: 'Coll 3' }], 'External_Id__c'));
  await step('retrieve two', async () => (await accounts.retrieve([id, '001000000000000AAA'])).map((found) => found?.Phone));
  await step('destroy two', () => accounts.destroy([id, id]));
  await step('composite', () => connection.requestPost('/composite', { compositeRequest: [
    { method: 'POST', url: '/services/data/v59.0/sobjects/Account', referenceId: 'a', body: { Name: 'Chain' } },
    { method: 'POST', url: '/services/data/v59.0/sobjects/Contact', referenceId: 'c', body: { LastName: 'Chain', AccountId: '@{a.id}' } },
  ] }));
}

async function bulk1() {
  const { bulk } = connection;
  await step('bulk 1: insert', () => bulk.load('Contact', 'insert', contacts));
  await step('bulk 1: upsert', () => bulk.load('Contact', 'upsert', { extIdField: 'External_Id__c' }, contacts.map(
    (contact) => ({ ...contact, Email: 'same@acme.example' }))));
  await step('bulk 1: an unknown field', () => bulk.load('Contact', 'insert', [{ Nope: 1 }]));
  await step('bulk 1: an unknown object', () => bulk.load('Nope', 'insert', contacts));
  await step('bulk 1: query', async () => rows(await bulk.query(
    "SELECT LastName, Email FROM Contact WHERE Email = 'same@acme.example' ORDER BY LastName")));
  const found = await connection.query("SELECT Id FROM Contact WHERE Email = 'same@acme.example'");
  await step('bulk 1: delete', async () => {
    const results = await bulk.load('Contact', 'delete', found.records.map(({ Id }) => ({ Id })));
    return results.map(({ success, errors }) => [success, errors]);
  });
  const expired = new jsforce.Connection({ instanceUrl: base, accessToken: `${ready.orgId.slice(0, 15)}!nonsense`, version: '59.0' });
  await step('bulk 1: a session that is none', () => expired.bulk.load('Contact', 'insert', contacts));
}

async function bulk2() {
  const { bulk2 } = connection;
  const told = ({ successfulResults, failedResults, unprocessedRecords }) => ({ successfulResults, failedResults, unprocessedRecords });
  const run = async (options) => told(await bulk2.loadAndWaitForResults({ pollInterval: 5, pollTimeout: 60000, ...options }));
  await step('bulk 2: insert', () => run({ object: 'Contact', operation: 'insert', input: contacts }));
  await step('bulk 2: upsert', () => run({
    object: 'Contact', operation: 'upsert', externalIdFieldName: 'External_Id__c',
    input: 'External_Id__c,LastName,Email\nb1,Changed,same@acme.example\nb9,New,same@acme.example\n' }));
  await step('bulk 2: an unknown field', () => run({ object: 'Contact', operation: 'insert', input: [{ Nope: 1 }] }));
  await step('bulk 2: an unknown object', () => run({ object: 'Nope', operation: 'insert', input: contacts }));
  await step('bulk 2: query', async () => (await bulk2.query(
    "SELECT LastName, Email, Account.Name FROM Contact WHERE Email = 'same@acme.example' ORDER BY LastName",
    { pollInterval: 5, pollTimeout: 60000 })).toArray());
  await step('bulk 2: abort', async () => {
    const job = bulk2.createJob({ object: 'Contact', operation: 'insert' });
    await job.open();
    await job.uploadData(contacts);
    await job.abort();
    return (await job.check()).state;
  });
}

await collections();
await bulk1();
await bulk2();

// Takes an unmodified jsforce through changing an org's metadata, and provisioning with what it has made.
//
// Usage: node jsforce_metadata.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which error it threw.

import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';

const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const connection = new jsforce.Connection({ instanceUrl: base, accessToken: ready.accessToken, version: '59.0' });
const { metadata } = connection;
metadata.pollInterval = 10;

/** Runs a step, prints its outcome, and gives its result. */
async function step(name, action) {
  try {
    const result = await action();
    report({ step: name, gives: result ?? null });
    return result;
  } catch (error) {
    const { errorCode } = error;
    report({ step: name, throws: error.name, errorCode, message: error.message });
    return undefined;
  }
}

function report(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

const names = (listed) => listed.map((one) => one.fullName).sort();

const badge = { fullName: 'Contact.Badge__c', label: 'Badge', type: 'Text', length: 20, externalId: true, unique: true };

await step('describe', async () => (await metadata.describe()).metadataObjects.map((type) => type.xmlName));
await step('create a field', () => metadata.create('CustomField', badge));
await step('create it again, and another', () =>
  metadata.create('CustomField', [badge, { ...badge, fullName: 'Contact.Door__c', label: 'Door' }]));
await step('create a field of no object', () => metadata.create('CustomField', { ...badge, fullName: 'No__c.Badge__c' }));
await step('read fields', () => metadata.read('CustomField', ['Contact.Badge__c', 'Contact.Door__c']));
await step('read nothing', () => metadata.read('CustomField', 'Contact.Nothing__c'));
await step('use it before it is granted', () => connection.sobject('Contact').create({ LastName: 'Doe', Badge__c: 'b1' }));
await step('grant it to administrators', () =>
  metadata.update('Profile', {
    fullName: 'Admin',
    fieldPermissions: ['Badge__c', 'Door__c'].map((field) => ({ editable: true, field: `Contact.${field}`, readable: true })),
  }));
await step('provision a contact by it', () =>
  connection.sobject('Contact').upsert({ LastName: 'Doe', Badge__c: 'b1', Door__c: 'd1' }, 'Badge__c'));
await step('provision it again', () =>
  connection.sobject('Contact').upsert({ LastName: 'Deer', Badge__c: 'b1' }, 'Badge__c'));
await step('find it', () => connection.sobject('Contact').find({ Badge__c: 'b1' }, ['LastName', 'Badge__c', 'Door__c']));
await step('upsert an object', () =>
  metadata.upsert('CustomObject', {
    fullName: 'Key__c',
    label: 'Key',
    pluralLabel: 'Keys',
    nameField: { type: 'Text', label: 'Key Number' },
    deploymentStatus: 'Deployed',
    sharingModel: 'ReadWrite',
    fields: [{ fullName: 'Holder__c', label: 'Holder', type: 'Lookup', referenceTo: 'Contact', relationshipName: 'Keys' }],
  }));
await step('update a permission set that is not there', () =>
  metadata.update('PermissionSet', { fullName: 'Keys', label: 'Keys' }));
await step('upsert a permission set', () =>
  metadata.upsert('PermissionSet', {
    fullName: 'Keys',
    label: 'Keys',
    objectPermissions: [{ allowCreate: true, allowDelete: false, allowEdit: true, allowRead: true,
      modifyAllRecords: false, object: 'Key__c', viewAllRecords: false }],
  }));
await step('list', async () =>
  names(await metadata.list([{ type: 'CustomField' }, { type: 'PermissionSet' }, { type: 'SamlSsoConfig' }])));
await step('list nothing that is', () => metadata.list({ type: 'Nothing' }));
await step('rename', () => metadata.rename('CustomObject', 'Key__c', 'Lock__c'));
await step('rename it back', () => metadata.rename('CustomObject', 'Lock__c', 'Key__c'));
await step('delete a field', () => metadata.delete('CustomField', 'Contact.Door__c'));
await step('use it then', () => connection.query('SELECT Door__c FROM Contact'));

const retrieved = await step('retrieve', async () => {
  const result = await metadata.retrieve({
    apiVersion: '59.0',
    singlePackage: true,
    unpackaged: {
      types: [{ name: 'CustomObject', members: ['Key__c'] }, { name: 'CustomField', members: ['Contact.Badge__c'] }],
      version: '59.0',
    },
  }).complete();
  const { zipFile, ...rest } = result;
  report({ archive: zipFile.length > 100 });
  return { ...rest, fileProperties: rest.fileProperties.map((file) => file.fileName), zipFile: undefined, zip: undefined };
});
await step('deploy what was retrieved', async () => {
  const { zipFile } = await metadata.checkRetrieveStatus(retrieved.id);
  const begun = await metadata.deploy(zipFile, { rollbackOnError: true, singlePackage: true });
  const { status, success, numberComponentsDeployed, numberComponentErrors, details } =
    await metadata.checkDeployStatus(begun.id, true);
  const told = [details.componentSuccesses].flat().map(({ fullName, componentType }) => `${componentType} ${fullName}`);
  return { status, success, numberComponentsDeployed, numberComponentErrors, told };
});
await step('check it over REST, then deploy it', async () => {
  const { zipFile } = await metadata.checkRetrieveStatus(retrieved.id);
  const options = { checkOnly: true, rollbackOnError: true, testLevel: 'NoTestRun' };
  const begun = await metadata.deployRest(Buffer.from(zipFile, 'base64'), options);
  const deployments = [begun.id];
  for (const rest of [true, false]) {
    deployments.push(await metadata.deployRecentValidation({ id: begun.id, rest }));
  }
  const told = [];
  for (const id of deployments) {
    const { status, checkOnly, done, numberComponentsTotal } = await metadata.checkDeployStatus(id, true, true);
    told.push({ status, checkOnly, done, numberComponentsTotal });
  }
  return told;
});
await step('deploy what was not checked', () =>
  metadata.deployRecentValidation({ id: '0Af000000000001AAA', rest: true }));
await step('cancel what is done', async () => metadata.cancelDeploy((await metadata.deployRest(
  Buffer.from((await metadata.checkRetrieveStatus(retrieved.id)).zipFile, 'base64'))).id));
await step('deploy no archive', () => metadata.deploy('AAAA', {}));
await step('the status of nothing', () => metadata.checkDeployStatus('0Af000000000001AAA', true));
await step('somebody else', async () => {
  const other = new jsforce.Connection({ loginUrl: base, version: '59.0' });
  await other.login('readonly.owner@fauxforce.test', ready.password);
  return other.metadata.describe();
});
await step('without a session', () =>
  new jsforce.Connection({ instanceUrl: base, accessToken: 'none', version: '59.0' }).metadata.describe());

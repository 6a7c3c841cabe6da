// Takes an unmodified sf CLI through deploying a project and retrieving it.
//
// Usage: node sf_metadata_scenario.mjs READY_FILE BASE_URL
// Prints one JSON line a command: its result, or its error.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { base, homeOf, ready, report, scenario, sf, step } from './sf_runner.mjs';

const { home } = homeOf('admin');
const xmlns = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

function file(path, text) {
  const to = join(home, path);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
}

const source = (path, kind, inside) => file(join('force-app/main/default', path), `<${kind} ${xmlns}>${inside}</${kind}>`);
const templates = ['changePassword', 'forgotPassword', 'welcome'].map((name) => {
  const [first, ...rest] = name;
  return `<${name}Template>unfiled$public/Community${first.toUpperCase()}${rest.join('')}EmailTemplate</${name}Template>`;
});
const text = '<label>Badge</label><length>20</length><type>Text</type>';

const told = ({ status, success, numberComponentsDeployed, numberComponentErrors, checkOnly, files }) => ({
  status,
  success,
  numberComponentsDeployed,
  numberComponentErrors,
  checkOnly,
  files: (files ?? []).map(({ fullName, type, state, error }) => `${type} ${fullName} ${state} ${error ?? ''}`.trim()).sort(),
});
/** Deploys the project; a failure is told like a success. */
async function deploy(more, options) {
  const args = ['project', 'deploy', 'start', '--source-dir', 'force-app', '--wait', '5', ...more];
  const { status, result, ...rest } = await sf('admin', args, options);
  report(args.join(' '), { ...rest, status: 0, result: { exit: status, ...told(result) } });
}

await scenario(async () => {
  file('sfdx-project.json', JSON.stringify({
    packageDirectories: [{ path: 'force-app', default: true }],
    sourceApiVersion: '59.0',
  }));
  const token = ['org', 'login', 'access-token', '--instance-url', base, '--no-prompt', '--set-default'];
  await sf('admin', token, { env: { SF_ACCESS_TOKEN: ready.accessToken } });
  source('objects/Contact/fields/Badge__c.field-meta.xml', 'CustomField', `<fullName>Badge__c</fullName>${text}`);
  source('permissionsets/Badges.permissionset-meta.xml', 'PermissionSet', '<fieldPermissions><editable>true</editable>'
    + '<field>Contact.Badge__c</field><readable>true</readable></fieldPermissions><label>Badges</label>');
  source('sites/Club.site-meta.xml', 'CustomSite', '<active>true</active><allowHomePage>true</allowHomePage>'
    + '<allowStandardIdeasPages>false</allowStandardIdeasPages><allowStandardLookups>false</allowStandardLookups>'
    + '<allowStandardSearch>false</allowStandardSearch><clickjackProtectionLevel>SameOriginOnly</clickjackProtectionLevel>'
    + '<indexPage>CommunitiesLanding</indexPage><masterLabel>Club</masterLabel><siteType>ChatterNetwork</siteType>'
    + '<urlPathPrefix>club</urlPathPrefix>');
  source('networks/Club.network-meta.xml', 'Network', `${templates.join('')}<emailSenderAddress>club@acme.test`
    + '</emailSenderAddress><emailSenderName>Club</emailSenderName><site>Club</site><status>Live</status><tabs>'
    + '<defaultTab>home</defaultTab></tabs>');
  await deploy(['--dry-run']);
  await deploy([]);
  source('objects/Contact/fields/Wrong__c.field-meta.xml', 'CustomField', '<fullName>Wrong__c</fullName><type>Text</type>');
  await deploy([], { env: { SF_ORG_METADATA_REST_DEPLOY: 'true' } });
  source('objects/Contact/fields/Wrong__c.field-meta.xml', 'CustomField', `<fullName>Wrong__c</fullName>${text}`);
  await deploy([], { env: { SF_ORG_METADATA_REST_DEPLOY: 'true' } });
  await step(['project', 'retrieve', 'start', '--metadata', 'Network:Club', 'CustomSite:*', 'PermissionSet:Badges'],
    ({ status, success, files }) => ({ status, success, files: files.map((one) => `${one.type} ${one.fullName}`).sort() }));
  const read = join(home, 'force-app/main/default/networks/Club.network-meta.xml');
  report('what came back', { status: 0, result: readFileSync(read, 'utf8').split('\n').filter((line) => !line.includes('>false<')) });
  await step(['org', 'list', 'metadata', '--metadata-type', 'Network'], (all) => all.map((one) => one.fullName));
  await step(['org', 'list', 'metadata-types'], ({ metadataObjects }) => metadataObjects.map((one) => one.xmlName));
});

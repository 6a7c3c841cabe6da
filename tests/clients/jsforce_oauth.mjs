// Takes an unmodified jsforce through the web server flow: authorization URL, code, refresh, revocation.
//
// Usage: node jsforce_oauth.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which error it threw.

import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';
import { browse, consenting } from './browser.mjs';

const { Connection, OAuth2 } = jsforce;
const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const app = {
  clientId: ready.clientId,
  clientSecret: ready.clientSecret,
  redirectUri: 'http://localhost:3000/callback',
  loginUrl: base,
};

async function step(name, action) {
  try {
    report({ step: name, gives: (await action()) ?? null });
  } catch (error) {
    report({ step: name, throws: error.name, message: error.message });
  }
}

function report(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** Logs a user in by a browser; gives the parameters of the callback. */
async function authorized(oauth2, parameters) {
  const url = oauth2.getAuthorizationUrl({ state: 'mystate', prompt: 'consent', ...parameters });
  const returned = await browse(url, base, consenting(ready));
  return Object.fromEntries(new URL(returned).searchParams);
}

async function codeFlow(change = {}, parameters = { scope: 'api id web refresh_token' }) {
  const oauth2 = new OAuth2({ ...app, ...change });
  const { code, state, error, error_description } = await authorized(oauth2, parameters);
  if (error) return { error, error_description, state };
  const connection = new Connection({ oauth2 });
  const who = await connection.authorize(code);
  const { username } = await connection.identity();
  return { state, username, who, connection, oauth2 };
}

const shown = ({ state, username, who }) => ({ state, username, who });

await step('scope that the app does not have', () => codeFlow());
const scope = 'api refresh_token';
await step('code flow', async () => shown(await codeFlow({}, { scope })));
await step('code flow with a verifier', async () => shown(await codeFlow({ useVerifier: true }, { scope })));
await step('code flow of the CLI, without secret', async () => {
  const cli = { clientId: 'PlatformCLI', clientSecret: '', redirectUri: 'http://localhost:1717/OauthRedirect' };
  return shown(await codeFlow({ ...cli, useVerifier: true }, { scope }));
});
await step('code flow with a wrong secret', () => codeFlow({ clientSecret: 'wrong' }, { scope }));

await step('a session that has ended is refreshed', async () => {
  const { connection, oauth2 } = await codeFlow({}, { scope });
  const ended = connection.accessToken;
  await oauth2.revokeToken(ended);
  const refreshed = new Promise((resolve) => connection.once('refresh', resolve));
  const { totalSize } = await connection.query("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'");
  return { totalSize, another: (await refreshed) !== ended };
});

await step('a revoked refresh token', async () => {
  const { connection, oauth2 } = await codeFlow({}, { scope });
  await oauth2.revokeToken(connection.refreshToken);
  return connection.query('SELECT Id FROM User');
});

await step('a code used twice', async () => {
  const oauth2 = new OAuth2(app);
  const { code } = await authorized(oauth2, { scope });
  await new Connection({ oauth2 }).authorize(code);
  return new Connection({ oauth2 }).authorize(code);
});

// Takes an unmodified openid-client through discovery, the code flow with PKCE, userinfo, refresh and revocation.
//
// Usage: node openid_client.mjs READY_FILE BASE_URL
// Prints one JSON line a step: what it gave, or which error it threw.

import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { browse, consenting } from './browser.mjs';

const [readyFile, base] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const callback = 'http://localhost:3000/callback';
const insecure = base.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {};

async function step(name, action) {
  try {
    report({ step: name, gives: (await action()) ?? null });
  } catch (error) {
    report({ step: name, throws: error.code, error: error.error, message: error.error_description ?? error.message });
  }
}

function report(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** Which keys an answer has. */
function keys(answer) {
  return Object.keys(answer).sort();
}

/** Logs a user in, and gives what the callback is called with and what it is checked against. */
async function authorized(config, parameters = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid api refresh_token',
    prompt: 'consent',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const returned = await browse(url.href, base, consenting(ready));
  return [new URL(returned), { pkceCodeVerifier, expectedState, expectedNonce }];
}

const discovered = (id, secret) => client.discovery(new URL(base), id, secret, undefined, insecure);
const config = await discovered(ready.clientId, ready.clientSecret);

await step('discovery', () => {
  const { issuer, jwks_uri, response_types_supported } = config.serverMetadata();
  return { issuer, jwks_uri, response_types_supported };
});

let tokens;
await step('code flow with PKCE', async () => {
  tokens = await client.authorizationCodeGrant(config, ...(await authorized(config)));
  const { iss, aud, sub } = tokens.claims();
  return { keys: keys(tokens), scope: tokens.scope, iss, aud, sub };
});

await step('userinfo', async () => {
  const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return { preferred_username: info.preferred_username, user_type: info.user_type };
});

await step('refresh', async () => {
  tokens = { ...tokens, ...(await client.refreshTokenGrant(config, tokens.refresh_token)) };
  const info = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck);
  return info.preferred_username;
});

await step('introspection', async () => {
  const { active, username, token_type } = await client.tokenIntrospection(config, tokens.access_token);
  return { active, username, token_type };
});

await step('client credentials', async () => keys(await client.clientCredentialsGrant(config)));

await step('a verifier of another login', async () => {
  const [url, checks] = await authorized(config);
  return client.authorizationCodeGrant(config, url, {
    ...checks,
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
  });
});

await step('a nonce of another login', async () => {
  const [url, checks] = await authorized(config);
  return client.authorizationCodeGrant(config, url, { ...checks, expectedNonce: client.randomNonce() });
});

await step('a wrong secret', async () => {
  const wrong = await discovered(ready.clientId, 'wrong');
  return client.authorizationCodeGrant(wrong, ...(await authorized(config)));
});

await step('a scope of another app', async () => {
  return client.authorizationCodeGrant(config, ...(await authorized(config, { scope: 'openid magic' })));
});

await step('revocation', async () => {
  await client.tokenRevocation(config, tokens.refresh_token);
  return client.refreshTokenGrant(config, tokens.refresh_token);
});

await step('device flow', async () => {
  // The service has no endpoint for it in its metadata.
  return client.initiateDeviceAuthorization(config, { scope: 'api' });
});

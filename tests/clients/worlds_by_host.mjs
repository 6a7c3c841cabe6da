// Drives worlds in parallel by an unmodified jsforce, each at NAME.localhost of the main port, with the same usernames.
//
// Usage: node worlds_by_host.mjs READY_FILE WORLDS

import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import jsforce from 'jsforce';

// Some systems do not know these names (RFC 6761, 6.3).
const lookup = dns.lookup;
dns.lookup = (host, options, callback) => {
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  return lookup(isLocal ? '127.0.0.1' : host, options, callback);
};

const [readyFile, worlds] = process.argv.slice(2);
const ready = JSON.parse(readFileSync(readyFile, 'utf8'));

/** Makes a world, logs in to it by HTTPS, makes the user that all worlds have, and one that only this has. */
async function provision(number) {
  const made = await fetch(`${ready.url}/_fauxforce/worlds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `host${number}`, port: false }),
  });
  const world = await made.json();
  const connection = new jsforce.Connection({ loginUrl: world.httpsUrl });
  await connection.login(ready.username, ready.password + ready.securityToken);
  if (connection.instanceUrl !== world.httpsUrl) {
    throw new Error(`${connection.instanceUrl} for ${world.httpsUrl}`);
  }
  const [profile] = (await connection.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")).records;
  for (const name of ['grace', `only${number}`]) {
    await connection.sobject('User').create({
      Username: `${name}@acme.test`,
      LastName: name,
      Email: `${name}@acme.test`,
      Alias: name.slice(0, 8),
      TimeZoneSidKey: 'Europe/London',
      LocaleSidKey: 'en_GB',
      EmailEncodingKey: 'UTF-8',
      LanguageLocaleKey: 'en_US',
      ProfileId: profile.Id,
    });
  }
  const found = await connection.query("SELECT Username FROM User WHERE Email LIKE '%@acme.test' ORDER BY Username");
  const names = found.records.map((record) => record.Username);
  return names.join() === `grace@acme.test,only${number}@acme.test`;
}

let [next, whole] = [0, 0];
async function work() {
  while (next < Number(worlds)) {
    next += 1;
    if (await provision(next)) {
      whole += 1;
    }
  }
}
await Promise.all(Array.from({ length: 8 }, work));
process.stdout.write(`${whole} worlds\n`);

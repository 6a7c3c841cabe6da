// Runs the sf CLI for its scenarios, each user with a home directory of their own.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [readyFile, address] = process.argv.slice(2);
export const base = address;
export const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
const cli = join(import.meta.dirname, 'node_modules', '@salesforce', 'cli', 'bin', 'run.js');
export const folder = mkdtempSync(join(tmpdir(), 'fauxforce-sf-'));

const quiet = {
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  SF_DISABLE_TELEMETRY: 'true',
  SF_AUTOUPDATE_DISABLE: 'true',
  SF_SKIP_NEW_VERSION_CHECK: 'true',
  SF_DISABLE_LOG_FILE: 'true',
};

/** The way to the hosts of Salesforce. */
export const proxied = { HTTPS_PROXY: ready.url, SF_DISABLE_DNS_CHECK: 'true' };

/** The environment of a user with nothing in their home directory. */
export function homeOf(user) {
  const home = join(folder, user);
  mkdirSync(join(home, 'project'), { recursive: true });
  const own = { HOME: home, USERPROFILE: home, LOCALAPPDATA: join(home, 'local') };
  for (const kind of ['DATA', 'CONFIG', 'CACHE', 'STATE']) own[`XDG_${kind}_HOME`] = join(home, kind);
  const { PATH, SystemRoot, TEMP, NODE_EXTRA_CA_CERTS } = process.env;
  return { home: join(home, 'project'), env: { PATH, SystemRoot, TEMP, NODE_EXTRA_CA_CERTS, ...quiet, ...own } };
}

/** Runs a command of a user; gives what it says with --json. */
export function sf(user, args, { env = {} } = {}) {
  const its = homeOf(user);
  const child = spawn(process.execPath, ['--no-deprecation', cli, ...args, '--json'], {
    cwd: its.home,
    env: { ...its.env, ...env },
  });
  child.stdin.end();
  const out = [];
  const said = [];
  child.stdout.on('data', (data) => out.push(data));
  child.stderr.on('data', (data) => said.push(data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(Buffer.concat(out)));
      } catch {
        reject(new Error(`sf ${args.join(' ')}: ${Buffer.concat(out)} ${Buffer.concat(said)}`));
      }
    });
  });
}

export function report(step, { status, result, message }, gives = (value) => value) {
  const outcome = status === 0 ? { gives: gives(result) } : { status, message, result };
  process.stdout.write(`${JSON.stringify({ step, ...outcome })}\n`);
}

export async function step(args, gives, options) {
  report(args.join(' '), await sf('admin', args, options), gives);
}

/** Runs the parts of a scenario, and leaves nothing behind. */
export async function scenario(...parts) {
  try {
    for (const part of parts) await part();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

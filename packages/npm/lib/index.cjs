"use strict";

const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { binary } = require("./binary.cjs");
const { Control, ControlError } = require("./control.cjs");
const { Org, SamlResponse } = require("./org.cjs");

/** How long a server may take to start. */
const PATIENCE = 30_000;

const running = new Set();
process.on("exit", () => running.forEach((server) => server.kill()));

/** A folder of that name, else the preset of that name, written into a folder. */
function seedFolder(seed, scratch) {
  if (seed.includes("/") || seed.includes(path.sep) || fs.existsSync(path.join(seed, "org.json"))) return seed;
  const folder = path.join(scratch, "seed");
  try {
    execFileSync(binary(), ["seed", "init", folder, "--preset", seed], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new Error(`${seed} is neither a seed's folder nor a preset: ${String(error.stderr ?? error).trim()}`);
  }
  return folder;
}

/** A running server. */
class Server {
  #child;
  #scratch;
  #token;
  #log = [];

  constructor(facts, { child, scratch, token, log = [] } = {}) {
    this.facts = facts;
    this.url = facts.url;
    this.#child = child;
    this.#scratch = scratch;
    this.#token = token;
    this.#log = log;
    if (child) running.add(this);
  }

  /** The world that it began with. */
  get main() {
    return new Org(this.facts, this.#token);
  }

  /** What it has said so far. */
  get log() {
    return this.#log.join("");
  }

  /** A copy of the world `main`, or of the world or checkpoint that `from` names. */
  async fork({ name, from, ttl } = {}) {
    const body = JSON.parse(JSON.stringify({ name, from, ttl }));
    return new Org(await new Control(this.url, this.#token).json("POST", "worlds", { body }), this.#token);
  }

  /** A world of its own seed: `org` as in org.json, records by object. */
  async world({ org, data = {}, name }) {
    const body = JSON.parse(JSON.stringify({ name, seed: { org, data } }));
    return new Org(await new Control(this.url, this.#token).json("POST", "worlds", { body }), this.#token);
  }

  /** Ends it, within a second. One that was not started here is left running. */
  async stop() {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    this.kill();
  }

  /** Has it end without waiting for that. */
  kill() {
    running.delete(this);
    this.#child?.stdin.destroy();
    if (this.#scratch) fs.rmSync(this.#scratch, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
    await this.stop();
  }
}

/**
 * Starts a server on a free port. `seed` is a folder or the name of a preset; `args` are further flags of `fauxforce serve`.
 */
async function startServer({ seed, deterministic = true, jobsAtOnce = true, strict = false, args = [], env = {} } = {}) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "fauxforce-"));
  const ready = path.join(scratch, "ready.json");
  const flags = ["serve", "--port", "0", "--ready-file", ready];
  if (seed !== undefined) flags.push("--seed", seedFolder(seed, scratch));
  if (deterministic) flags.push("--deterministic");
  if (jobsAtOnce) flags.push("--jobs-at-once");
  if (strict) flags.push("--strict");
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("FAUXFORCE_"));
  const child = spawn(process.execPath, [path.join(__dirname, "watch.cjs"), scratch, binary(), ...flags, ...args], {
    env: { ...Object.fromEntries(own), ...env },
    stdio: ["pipe", "ignore", "pipe"],
  });
  const log = [];
  child.stderr.setEncoding("utf8").on("data", (text) => log.push(text));
  // A test runner may end while the server runs.
  child.unref();
  child.stderr.unref?.();
  child.stdin.unref?.();
  child.stdin.on("error", () => {});
  let failure;
  child.once("error", (error) => (failure = error.message));
  child.once("exit", (code, signal) => (failure ??= `it ended with ${signal ?? code}`));
  const deadline = Date.now() + PATIENCE;
  while (!fs.existsSync(ready)) {
    if (failure !== undefined || Date.now() > deadline) {
      child.stdin.destroy();
      fs.rmSync(scratch, { recursive: true, force: true });
      throw new Error(log.join("").trim() || failure || "it did not start in time");
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return new Server(JSON.parse(fs.readFileSync(ready, "utf8")), { child, scratch, log });
}

/** A server that runs already. */
async function connect(url, { controlToken } = {}) {
  const base = url.replace(/\/+$/, "");
  const facts = await new Control(base, controlToken).json("GET", "worlds/main");
  return new Server({ ...facts, url: base }, { token: controlToken });
}

let shared;

/** The server that the tests of a process share: at FAUXFORCE_URL, else started with FAUXFORCE_SEED. */
function sharedServer() {
  const { FAUXFORCE_URL: url, FAUXFORCE_SEED: seed } = process.env;
  shared ??= url ? connect(url) : startServer({ seed });
  return shared;
}

/** The saves of a request, and their effects. */
const allSaves = (saves) => saves.flatMap((save) => [save, ...allSaves(save.effects ?? [])]);

/** The last refused requests of a world with their reasons, oldest first. */
async function refusedRequests(org, count = 5) {
  const entries = await org.requests.list({ limit: 100 }).catch(() => []);
  const told = entries.map((entry) => {
    const errors = allSaves(entry.saves ?? []).flatMap((save) => save.errors ?? []);
    let reasons = errors.map(({ code, message, why }) => `${code}: ${message}${why ? ` (${why})` : ""}`);
    if (!reasons.length) reasons = (entry.errors ?? []).map(({ code, name, when }) => `${code || name}: when ${when}`);
    if (!reasons.length && (entry.status ?? 0) < 400) return undefined;
    return [`${entry.method} ${entry.path} -> ${entry.status}`, ...new Set(reasons)].join("\n    ");
  });
  return told.filter(Boolean).slice(0, count).reverse();
}

module.exports = { ControlError, Org, SamlResponse, Server, binary, connect, refusedRequests, sharedServer, startServer };

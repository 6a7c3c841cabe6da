"use strict";

const { execFile } = require("node:child_process");
const { promisify } = require("node:util");
const { binary } = require("./binary.cjs");
const { Control, send } = require("./control.cjs");

const API = "/services/data/v60.0";
const segment = encodeURIComponent;

/** A list, or the one list that an object has. */
const listIn = (answer) => (Array.isArray(answer) ? answer : (Object.values(answer ?? {}).find(Array.isArray) ?? []));

class Clock {
  #control;
  constructor(control) {
    this.#control = control;
  }
  async #put(body) {
    return (await this.#control.json("PUT", "clock", { body })).now;
  }
  /** The time, ISO 8601, in UTC. */
  async now() {
    return (await this.#control.json("GET", "clock")).now;
  }
  /** `2026-03-01`, or with a time: `2026-03-01T12:00:00Z`. */
  set(now) {
    return this.#put({ now: now.includes("T") ? now : `${now}T00:00:00Z` });
  }
  /** `90s`, `15m`, `36h`, `7d`, or ISO 8601 such as `P1M`. */
  advance(by) {
    return this.#put({ advance: by });
  }
  freeze() {
    return this.#put({ frozen: true });
  }
  run() {
    return this.#put({ frozen: false });
  }
  step(step) {
    return this.#put({ step });
  }
}

class Mails {
  #control;
  constructor(control) {
    this.#control = control;
  }
  /** The mails that would have gone out, oldest first; only those to an address, if one is given. */
  async list(to) {
    const mails = listIn(await this.#control.json("GET", "outbox"));
    return to === undefined ? mails : mails.filter((mail) => mail.to === to);
  }
  async clear() {
    await this.#control.ask("DELETE", "outbox");
  }
}

class Requests {
  #control;
  constructor(control) {
    this.#control = control;
  }
  /** The journal, newest first. Filters: after, surface, method, path, status, user, object, error, limit. */
  async list(filters = {}) {
    return listIn(await this.#control.json("GET", "requests", { query: filters }));
  }
  one(id) {
    return this.#control.json("GET", `requests/${segment(String(id))}`);
  }
  async clear() {
    await this.#control.ask("DELETE", "requests");
  }
}

class Faults {
  #control;
  constructor(control) {
    this.#control = control;
  }
  async list() {
    return listIn(await this.#control.json("GET", "faults"));
  }
  /** Plants one: `org.faults.add("UNABLE_TO_LOCK_ROW", { object: "User", times: 2 })`. */
  add(error, fault = {}) {
    return this.#control.json("POST", "faults", { body: { error, ...fault } });
  }
  async remove(number) {
    await this.#control.ask("DELETE", `faults/${number}`);
  }
  async clear() {
    await this.#control.ask("DELETE", "faults");
  }
}

class Checkpoint {
  #control;
  constructor(control, name) {
    this.#control = control;
    this.name = name;
  }
  async restore() {
    await this.#control.ask("POST", `checkpoints/${segment(this.name)}/restore`);
  }
  async forget() {
    await this.#control.ask("DELETE", `checkpoints/${segment(this.name)}`);
  }
}

/** A signed SAML Response. */
class SamlResponse {
  constructor(acs, value, relayState) {
    Object.assign(this, { acs, value, relayState });
  }
  get xml() {
    return Buffer.from(this.value, "base64").toString("utf8");
  }
  get form() {
    return { SAMLResponse: this.value, ...(this.relayState === undefined ? {} : { RelayState: this.relayState }) };
  }
  /** Posts it as a browser would. */
  async post() {
    const url = new URL(this.acs);
    const { status, headers, text } = await send(url.origin, "POST", url.pathname + url.search, {
      body: String(new URLSearchParams(this.form)),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const location = headers.location ?? "";
    return { status, location, text, ok: location.includes("frontdoor.jsp") || text.includes("frontdoor.jsp") };
  }
}

/** What a program needs in its environment, by keys of a world's facts; `fauxforce env` prints the same. */
const VARIABLES = {
  FAUXFORCE_URL: "url",
  SF_INSTANCE_URL: "url",
  SF_HTTPS_URL: "httpsUrl",
  SF_USERNAME: "username",
  SF_PASSWORD: "password",
  SF_SECURITY_TOKEN: "securityToken",
  SF_CLIENT_ID: "clientId",
  SF_CLIENT_SECRET: "clientSecret",
  SF_REFRESH_TOKEN: "refreshToken",
  SF_ACCESS_TOKEN: "accessToken",
  SF_ORG_ID: "orgId",
  CURL_CA_BUNDLE: "caFile",
  REQUESTS_CA_BUNDLE: "caFile",
  SSL_CERT_FILE: "caFile",
  NODE_EXTRA_CA_CERTS: "caFile",
};

/** A world of its own: an org, its users, its clock, its mails. */
class Org {
  #control;
  constructor(facts, token) {
    this.#control = new Control(facts.url, token);
    this.facts = facts;
    for (const name of ["name", "url", "httpsUrl", "caFile", "orgId", "username", "password", "securityToken"]) {
      this[name] = facts[name] ?? undefined;
    }
    for (const name of ["clientId", "clientSecret", "refreshToken", "accessToken"]) this[name] = facts[name] ?? undefined;
    this.clock = new Clock(this.#control);
    this.mails = new Mails(this.#control);
    this.requests = new Requests(this.#control);
    this.faults = new Faults(this.#control);
  }

  get env() {
    const known = Object.entries(VARIABLES).filter(([, key]) => this.facts[key]);
    return Object.fromEntries(known.map(([name, key]) => [name, this.facts[key]]));
  }

  /** Opens a new session of the administrator, as after the clock was moved past the end of the first; gives its token. */
  async login() {
    const form = { client_id: this.clientId, client_secret: this.clientSecret };
    if (this.refreshToken) Object.assign(form, { grant_type: "refresh_token", refresh_token: this.refreshToken });
    else {
      const password = `${this.password}${this.securityToken ?? ""}`;
      Object.assign(form, { grant_type: "password", username: this.username, password });
    }
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = String(new URLSearchParams(form));
    const { status, text } = await send(this.url, "POST", "/services/oauth2/token", { body, headers });
    if (status >= 300) throw new Error(`${status}: ${text.trim()}`);
    this.accessToken = JSON.parse(text).access_token;
    this.facts = { ...this.facts, accessToken: this.accessToken };
    return this.accessToken;
  }

  /** A request in the administrator's session; a path without a leading slash is below the REST API. */
  async request(method, path, body, headers = {}) {
    const answer = await send(this.url, method, path.startsWith("/") ? path : `${API}/${path}`, {
      body,
      headers: { authorization: `Bearer ${this.accessToken}`, ...headers },
    });
    return { ...answer, json: () => JSON.parse(answer.text) };
  }

  async #good(method, path, body) {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text.trim()}`);
    return answer.json();
  }

  /** The records of a query, all pages. */
  async query(soql) {
    let page = await this.#good("GET", `query?${new URLSearchParams({ q: soql })}`);
    const records = [...page.records];
    while (!page.done) {
      page = await this.#good("GET", page.nextRecordsUrl);
      records.push(...page.records);
    }
    return records;
  }

  /** Makes a record; gives its id. */
  async create(object, fields) {
    return (await this.#good("POST", `sobjects/${object}`, fields)).id;
  }

  /** A jsforce Connection in the administrator's session. */
  async connection(options = {}) {
    const jsforce = await import("jsforce").catch(() => {
      throw new Error("jsforce is not installed");
    });
    const { Connection } = jsforce.default ?? jsforce;
    return new Connection({ instanceUrl: this.url, accessToken: this.accessToken, ...options });
  }

  /** Waits for rows of a query (a text), or for `{ mail }`, `{ request, method, status }`, `{ idle }`; gives the records, the mail, or the journal's entry. */
  async wait(what, { timeout = "10s" } = {}) {
    const query = typeof what === "string" ? { soql: what } : what;
    const found = await this.#control.json("GET", "wait", { query: { ...query, timeout } });
    return found.records ?? found.mail ?? found.request ?? found;
  }

  /** What provisioning has led to since the start, or a checkpoint: a text that changes only when it does. */
  async outcome({ since = "start", objects } = {}) {
    const query = { since, format: "text", objects: Array.isArray(objects) ? objects.join(",") : objects };
    return (await this.#control.ask("GET", "outcome", { query })).text;
  }

  /** The world is again as it was when it was made. */
  async reset() {
    await this.#control.ask("POST", "reset");
  }

  /** Keeps the state as it is now. */
  async checkpoint(name = "checkpoint") {
    await this.#control.ask("PUT", `checkpoints/${segment(name)}`);
    return new Checkpoint(this.#control, name);
  }

  /** A copy of this world as it is now. */
  async fork(name) {
    const facts = await this.#control.json("POST", "worlds", { body: name === undefined ? {} : { name } });
    return new Org(facts, this.#control.token);
  }

  /** Ends the world; `main` cannot be ended. */
  async end() {
    await this.#control.ask("DELETE", `worlds/${segment(this.name)}`, { accept: [404] });
  }

  /** A Response of the identity provider that the org trusts: for employees (`internal`), or a community by its path. */
  async samlResponse(nameId, attributes = {}, { to = "internal", broken, relayState, args = [] } = {}) {
    const ends = this.facts.saml?.[to];
    if (!ends) throw new Error(`the org has no single sign-on ${to}; there is ${Object.keys(this.facts.saml ?? {})}`);
    const flags = ["--name-id", nameId, "--at", await this.clock.now()];
    flags.push("--acs", ends.acs, "--issuer", ends.issuer, "--audience", ends.audience);
    if (ends.idpKeyFile) flags.push("--key", ends.idpKeyFile, "--cert", ends.idpCertFile);
    for (const [name, value] of Object.entries(attributes)) flags.push("--attribute", `${name}=${value}`);
    if (broken !== undefined) flags.push("--break", broken);
    const { stdout } = await promisify(execFile)(binary(), ["saml", "response", ...flags, ...args]);
    return new SamlResponse(ends.acs, stdout.trim(), relayState);
  }
}

module.exports = { Checkpoint, Clock, Faults, Mails, Org, Requests, SamlResponse };

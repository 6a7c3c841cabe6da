/** What a client needs to log in to an org: the content of a ready file. */
export interface Facts {
  name: string;
  url: string;
  httpsUrl: string | null;
  host: string;
  caFile: string | null;
  otherCaFile: string | null;
  orgId: string;
  orgName: string | null;
  myDomain: string | null;
  username: string | null;
  password: string | null;
  securityToken: string | null;
  clientId: string | null;
  clientSecret: string | null;
  refreshToken: string | null;
  jwtKeyFile: string | null;
  accessToken: string | null;
  saml: Record<
    string,
    { issuer: string; audience: string; acs: string; idpKeyFile: string | null; idpCertFile: string | null }
  >;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json(): any;
}

/** The server has refused something; the message is its own sentence. */
export class ControlError extends Error {
  readonly status: number;
}

export interface StartOptions {
  /** A folder, or the name of a preset. */
  seed?: string;
  /** The same ids, tokens and times in every run; true unless said otherwise. */
  deterministic?: boolean;
  /** Bulk jobs are done within the call that brings them; true unless said otherwise. */
  jobsAtOnce?: boolean;
  strict?: boolean;
  /** Further flags of `fauxforce serve`. */
  args?: string[];
  env?: Record<string, string>;
}

/** Starts a server on a free port. */
export function startServer(options?: StartOptions): Promise<Server>;
/** A server that runs already. */
export function connect(url: string, options?: { controlToken?: string }): Promise<Server>;
/** The server that the tests of a process share: at FAUXFORCE_URL, else started with FAUXFORCE_SEED. */
export function sharedServer(): Promise<Server>;
/** The last refused requests of a world with their reasons, oldest first. */
export function refusedRequests(org: Org, count?: number): Promise<string[]>;
/** The path of the program. */
export function binary(): string;

export class Server {
  readonly facts: Facts;
  readonly url: string;
  readonly main: Org;
  readonly log: string;
  fork(options?: { name?: string; from?: string; ttl?: number }): Promise<Org>;
  world(seed: { org: object; data?: Record<string, object[]>; name?: string }): Promise<Org>;
  stop(): Promise<void>;
  kill(): void;
}

export type Waited =
  | string
  | { soql: string }
  | { mail: string }
  | { request: string; method?: string; status?: number }
  | { idle: string };

/** A world of its own: an org, its users, its clock, its mails. */
export class Org {
  readonly facts: Facts;
  readonly name: string;
  readonly url: string;
  readonly httpsUrl?: string;
  readonly caFile?: string;
  readonly orgId: string;
  readonly username?: string;
  readonly password?: string;
  readonly securityToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  /** What a program needs in its environment. */
  readonly env: Record<string, string>;
  readonly clock: {
    now(): Promise<string>;
    set(now: string): Promise<string>;
    advance(by: string): Promise<string>;
    freeze(): Promise<string>;
    run(): Promise<string>;
    step(step: string): Promise<string>;
  };
  readonly mails: { list(to?: string): Promise<any[]>; clear(): Promise<void> };
  readonly requests: {
    list(filters?: Record<string, string | number>): Promise<any[]>;
    one(id: number | string): Promise<any>;
    clear(): Promise<void>;
  };
  readonly faults: {
    list(): Promise<any[]>;
    add(error: string, fault?: Record<string, unknown>): Promise<any>;
    remove(number: number): Promise<void>;
    clear(): Promise<void>;
  };
  /** Opens a new session of the administrator, as after the clock was moved past the end of the first; gives its token. */
  login(): Promise<string>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  query<T = any>(soql: string): Promise<T[]>;
  create(object: string, fields: Record<string, unknown>): Promise<string>;
  /** A jsforce Connection in the administrator's session. */
  connection(options?: Record<string, unknown>): Promise<any>;
  wait(what: Waited, options?: { timeout?: string }): Promise<any>;
  outcome(options?: { since?: string; objects?: string | string[] }): Promise<string>;
  reset(): Promise<void>;
  checkpoint(name?: string): Promise<{ readonly name: string; restore(): Promise<void>; forget(): Promise<void> }>;
  fork(name?: string): Promise<Org>;
  end(): Promise<void>;
  samlResponse(
    nameId: string,
    attributes?: Record<string, string>,
    options?: { to?: string; broken?: string; relayState?: string; args?: string[] },
  ): Promise<SamlResponse>;
}

/** A signed SAML Response. */
export class SamlResponse {
  readonly acs: string;
  readonly value: string;
  readonly relayState?: string;
  readonly xml: string;
  readonly form: Record<string, string>;
  post(): Promise<{ status: number; location: string; text: string; ok: boolean }>;
}

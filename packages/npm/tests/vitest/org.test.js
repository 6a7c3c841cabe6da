import { execFileSync } from "node:child_process";
import { binary, refusedRequests, startServer } from "fauxforce";
import { test } from "fauxforce/vitest";
import { describe, expect } from "vitest";

const person = {
  Username: "grace@acme.test",
  LastName: "Hopper",
  Email: "grace@acme.test",
  Alias: "grace",
  TimeZoneSidKey: "Europe/London",
  LocaleSidKey: "en_GB",
  EmailEncodingKey: "UTF-8",
  LanguageLocaleKey: "en_US",
};

async function make(org) {
  const [{ Id: ProfileId }] = await org.query("SELECT Id FROM Profile WHERE Name = 'Standard User'");
  return org.create("User", { ...person, ProfileId });
}

describe.concurrent("each test has a world to itself", () => {
  for (let number = 0; number < 20; number++) {
    test(`number ${number}`, async ({ org }) => {
      expect(await org.query("SELECT Id FROM User WHERE Username = 'grace@acme.test'")).toEqual([]);
      expect(await make(org)).toMatch(/^005/);
    });
  }
});

test("jsforce is connected", async ({ org }) => {
  const { totalSize } = await (await org.connection()).query("SELECT Id FROM Account");
  expect(totalSize).toBeGreaterThan(0);
});

test("the command prints the same environment", async ({ org }) => {
  expect(JSON.parse(execFileSync(binary(), ["env", "--url", org.url, "--format", "json"]))).toEqual(org.env);
});

test("the world is put back", async ({ org }) => {
  const count = async () => (await org.query("SELECT Id FROM Account")).length;
  const before = await count();
  await org.create("Account", { Name: "First" });
  const kept = await org.checkpoint();
  await org.create("Account", { Name: "Second" });
  await kept.restore();
  expect(await count()).toBe(before + 1);
  await org.reset();
  expect(await count()).toBe(before);
});

test("clock, mails and faults", async ({ org }) => {
  expect(await org.mails.list()).toEqual([]);
  await org.faults.add("UNABLE_TO_LOCK_ROW", { object: "User" });
  await expect(make(org)).rejects.toThrow("UNABLE_TO_LOCK_ROW");
  expect(await org.clock.set("2026-03-01")).toBe("2026-03-01T00:00:00Z");
  expect(await org.clock.advance("36h")).toBe("2026-03-02T12:00:00Z");
  await org.login();
  expect(await make(org)).toMatch(/^005/);
  await expect(org.faults.add("NO_SUCH_FAULT")).rejects.toMatchObject({ name: "ControlError", status: 400 });
});

test("what came of it, and waiting for it", async ({ org }) => {
  expect(await org.outcome()).toBe("");
  setTimeout(() => org.create("Account", { Name: "Hopper" }), 1);
  expect(await org.wait("SELECT Id FROM Account WHERE Name = 'Hopper'")).toHaveLength(1);
  expect(await org.outcome({ since: "start" })).toContain("+ Account Hopper");
  await expect(org.wait({ mail: "nobody@acme.test" }, { timeout: "20ms" })).rejects.toMatchObject({ status: 408 });
});

test("requests are kept", async ({ org }) => {
  await expect(org.create("Contact", { Email: "grace@acme.test" })).rejects.toThrow("REQUIRED_FIELD_MISSING");
  const [refused] = await org.requests.list({ status: 400, limit: 1 });
  expect((await org.requests.one(refused.id)).request.body).toContain("grace@acme.test");
  expect((await refusedRequests(org))[0]).toMatch(/^POST .*Contact -> 400\n    REQUIRED_FIELD_MISSING: /);
});

test("a login with Just-in-Time provisioning", async ({ org }) => {
  const attributes = {
    "User.FederationIdentifier": "ada",
    "User.Username": "ada@acme.test",
    "User.Email": "ada@acme.test",
    "User.LastName": "Lovelace",
    "User.ProfileId": "Standard User",
  };
  expect((await (await org.samlResponse("ada", attributes)).post()).ok).toBe(true);
  expect((await (await org.samlResponse("ada", attributes, { broken: "signature" })).post()).ok).toBe(false);
});

test("a preset is a seed, and a mistake is said", async () => {
  const server = await startServer({ seed: "okta" });
  expect(await server.main.query("SELECT Id FROM ConnectedApplication WHERE Name = 'Okta'")).toHaveLength(1);
  await server.stop();
  await expect(startServer({ seed: "octa" })).rejects.toThrow("neither a seed's folder nor a preset");
});

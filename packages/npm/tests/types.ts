import { type Org, startServer } from "fauxforce";
import { test } from "fauxforce/vitest";

export async function use(): Promise<string> {
  const server = await startServer({ seed: "okta" });
  const org: Org = await server.fork({ name: "mine" });
  await org.wait("SELECT Id FROM User", { timeout: "1s" });
  const rows = await org.query<{ Id: string }>("SELECT Id FROM User");
  return rows[0].Id + (await org.outcome({ since: "start" }));
}

test("types", async ({ org }) => {
  const url: string = org.url;
  return void url;
});

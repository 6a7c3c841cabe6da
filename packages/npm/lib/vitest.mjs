import { test as base } from "vitest";
import { refusedRequests, sharedServer } from "./index.mjs";

/** vitest's `test` with a fixture `org`: a world of its own, which ends with the test. */
export const test = base.extend({
  org: async ({ onTestFailed }, use) => {
    const server = await sharedServer();
    const org = await server.fork();
    let refused = [];
    onTestFailed(() => {
      if (refused.length) console.error(`fauxforce: the last refused requests of ${org.name}\n${refused.join("\n")}`);
    });
    await use(org);
    refused = await refusedRequests(org);
    await org.end();
  },
});

export { test as it };

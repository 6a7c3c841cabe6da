import { test as base } from "vitest";
import { sharedServer } from "./index.mjs";

/** vitest's `test` with a fixture `org`: a world of its own, which ends with the test. */
export const test = base.extend({
  // vitest reads the names of the fixtures that are wanted from here.
  // eslint-disable-next-line no-empty-pattern
  org: async ({}, use) => {
    const server = await sharedServer();
    const org = await server.fork();
    await use(org);
    await org.end();
  },
});

export { test as it };

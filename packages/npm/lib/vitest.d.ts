import type { TestAPI } from "vitest";
import type { Org } from "./index.js";

/** vitest's `test` with a fixture `org`: a world of its own, which ends with the test. */
export const test: TestAPI<{ org: Org }>;
export { test as it };

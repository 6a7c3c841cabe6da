import type { Org } from "./index.js";

/** A new world before each test of the file, which ends with the test. Returns what gives it. */
export function useOrg(): () => Org;

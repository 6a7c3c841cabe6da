"use strict";

const { sharedServer } = require("./index.cjs");

/** A new world before each test of the file, which ends with the test. Returns what gives it. */
exports.useOrg = function useOrg() {
  let org;
  beforeEach(async () => {
    org = await (await sharedServer()).fork();
  });
  afterEach(async () => {
    await org?.end();
    org = undefined;
  });
  afterAll(async () => {
    await (await sharedServer()).stop();
  });
  return () => {
    if (!org) throw new Error("there is an org inside of tests only");
    return org;
  };
};

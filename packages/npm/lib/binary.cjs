"use strict";

/** The program: FAUXFORCE_BINARY, else the one in the package of this platform. */
exports.binary = function binary() {
  if (process.env.FAUXFORCE_BINARY) return process.env.FAUXFORCE_BINARY;
  const name = `@fauxforce/${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/${process.platform === "win32" ? "fauxforce.exe" : "fauxforce"}`);
  } catch {
    throw new Error(`the package ${name} is not installed; install it, or name the program in FAUXFORCE_BINARY`);
  }
};

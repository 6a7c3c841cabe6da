#!/usr/bin/env node
"use strict";

const { spawn } = require("node:child_process");
const { binary } = require("../lib/binary.cjs");

const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches the child by itself; it says when it is done.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => process.exit(signal ? 1 : code));

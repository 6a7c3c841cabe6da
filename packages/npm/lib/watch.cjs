"use strict";

// Runs a program until standard input ends, and removes its folder then: node watch.cjs FOLDER PROGRAM ARGUMENT… Test runners kill their workers, who can end
// nothing then; but the pipe that a worker holds closes, however it dies.

const { spawn } = require("node:child_process");
const { rmSync } = require("node:fs");

const [folder, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
const end = () => child.kill("SIGTERM");
process.stdin.on("end", end).on("error", end).resume();
process.on("SIGTERM", end).on("SIGINT", end);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
child.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => process.exit(signal ? 1 : code));

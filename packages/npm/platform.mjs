// Makes the package of a platform from a binary: node platform.mjs linux-x64 BINARY FOLDER
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [platform, binary, folder] = process.argv.slice(2);
if (!folder) throw new Error("expected a platform such as linux-x64, a binary, and the folder to write");
const [os, cpu] = platform.split("-");
const { version, license } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const program = os === "win32" ? "fauxforce.exe" : "fauxforce";
const description = `The program fauxforce for ${platform}`;
mkdirSync(folder, { recursive: true });
copyFileSync(binary, join(folder, program));
chmodSync(join(folder, program), 0o755);
const manifest = { name: `@fauxforce/${platform}`, version, description, license, os: [os], cpu: [cpu], files: [program] };
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

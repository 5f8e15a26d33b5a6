/**
 * Trains the network of the page in Node and writes the file that the page is shipped with.
 * usage: npm run build && npx node examples/web/make-model.ts [EPOCHS]
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configure } from 'atrous';
import { mnist } from 'atrous/datasets';
import { hashOfWeights, newModel, trainOn, usualSettings } from './src/recipe.ts';

const epochs = Number(process.argv[2] ?? 10);
configure({ revectorize: true });
const settings = { ...usualSettings, epochs };
const model = newModel(settings);
for await (const event of trainOn(model, await mnist(), settings))
  if (event.type === 'epochEnd') console.log(event.epoch + 1, event.logs, `${event.seconds.toFixed(1)} s`);
const path = fileURLToPath(new URL('public/digits.safetensors', import.meta.url));
const bytes = await model.toBytes('safetensors', { includeOptimizer: false });
writeFileSync(path, bytes);
console.log(`${path}: ${bytes.length} bytes, weights ${await hashOfWeights(model)}`);
model.dispose();

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { blockSamplers, blockSamples } from '../src/nn/blocks/samples.test-support.ts';
import * as layers from '../src/nn/layers/index.ts';
import { kindOf, type Layer, type LayerKind } from '../src/nn/layers/layer.ts';
import { layerSamplers, sampledWithoutKeras } from '../src/nn/layers/samples.test-support.ts';
import type { Rules } from '../src/nn/options.ts';

const root = join(import.meta.dirname, '..');
export const pagePath: string = join(root, 'docs/layers.md');

/** Configurations of each layer that real Keras has computed. */
function compared(): ReadonlyMap<string, number> {
  const path = join(root, 'fixtures/configurations.json');
  const counts = new Map<string, number>();
  if (!existsSync(path)) return counts;
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly { readonly name: string }[] };
  for (const { name } of cases) {
    const layer = name.split('/')[0]!;
    counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  return counts;
}

/** A value as it stands in a table. */
function shown(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  const { name, className } = value as { name?: unknown; className?: unknown };
  if (typeof className === 'string') return className.charAt(0).toLowerCase() + className.slice(1);
  return typeof name === 'string' ? name : JSON.stringify(value);
}

function optionsOf({ options, keras }: LayerKind<Rules>): string {
  const own = Object.entries(options).map(([name, { fallback }]) =>
    fallback ? `${name} = ${shown(fallback())}` : `**${name}**`,
  );
  return [...own, ...(keras?.dataFormat ? ['dataFormat = channelsLast'] : [])].join(', ');
}

/** The page: a row for each layer. */
export function layerPage(): string {
  const counts = compared();
  const makers = layers as unknown as Readonly<Record<string, (options: object) => Layer>>;
  const byLoops: Readonly<Record<string, number>> = sampledWithoutKeras;
  const rows = Object.keys(layerSamplers)
    .sort()
    .map((name) => {
      const kind = kindOf(makers[name]!)!;
      const keras = kind.keras?.missing ? 'none' : `\`${kind.className}\``;
      return `| \`${name}\` | ${keras} | ${optionsOf(kind)} | ${counts.get(name) ?? byLoops[name] ?? 0} |`;
    });
  return `# Layers

Written by \`node scripts/layer-page.ts\` from the layers themselves. Options in bold must be given; the others stand with their defaults. Every layer also takes \`name\`, \`trainable\`, \`activityRegularizer\` and, as the first of \`sequential\`, \`inputShape\`. The last column counts configurations (options and shapes) whose predictions, losses of three steps and weights after them are compared with real Keras (\`fixtures/configurations.json\`), or for layers that Keras does not have predictions with plain loops (\`src/nn/layers/convolutions-3d.test.ts\`); each layer is also called with wrong arguments of every kind (\`tests/arguments\`).

| layer | in Keras | options | compared |
| --- | --- | --- | --- |
${rows.join('\n')}

## Blocks

Ready combinations of these layers (\`blocks\`). The last column counts configurations (options and shapes, drawn anew in each run of the tests) in which a step of training and the predictions before and behind it have the bits of the interpreter, and a file the predictions of the model that wrote it (\`src/model/sampled-blocks.test.ts\`).

| block | compared |
| --- | --- |
${Object.keys(blockSamplers)
  .sort()
  .map((name) => `| \`${name}\` | ${blockSamples} |`)
  .join('\n')}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(pagePath, layerPage());

import { describe, expect, test } from 'vitest';
import { browserEntries, hostBoundaries, house } from './house.ts';
import {
  circle,
  entriesThatDoMore,
  importsRoundEngine,
  namedImports,
  nodeImports,
  nodeReachableFrom,
  reachableFrom,
  strangers,
  upwardImports,
} from './rules.ts';
import { parse, readSources } from './sources.ts';

const sources = readSources();
const product = sources.filter(({ isTest }) => !isTest);

describe('the sources', () => {
  test('stand in the folders of the house', () => {
    expect(product.length).toBeGreaterThan(0);
    expect(strangers(sources)).toEqual([]);
  });

  test('import only from their own folder and earlier ones', () =>
    expect(upwardImports(sources)).toEqual([]));

  test('have no import circle', () => expect(circle(product)).toBeUndefined());

  test('name no operation or layer in compiler, backends and runtime', () =>
    expect(namedImports(sources)).toEqual([]));

  test('reach compiler, backends and runtime through the engine', () =>
    expect(importsRoundEngine(sources)).toEqual([]));

  test('of an entry only pass on', () => expect(entriesThatDoMore(sources)).toEqual([]));

  test('import modules of Node only in files for Node', () => expect(nodeImports(sources)).toEqual([]));
});

describe.each(browserEntries)('%s', (entry) => {
  test('reaches nothing of Node', () => {
    expect(reachableFrom(entry, product).length).toBeGreaterThan(1);
    expect(nodeReachableFrom(entry, product)).toEqual([]);
  });
});

test('every listed boundary of hosts is there', () => {
  const present = new Set(
    product.flatMap(({ path, imports }) => imports.map((i) => `${path} -> ${i.specifier}`)),
  );
  expect(Object.keys(hostBoundaries).filter((boundary) => !present.has(boundary))).toEqual([]);
});

describe('the rules', () => {
  const tree = (files: Record<string, string>) =>
    Object.entries(files).map(([path, text]) => parse(path, text));

  test('find an import that goes up, of a value and of a type', () => {
    const wrong = tree({
      'ir/a.ts': "import { b } from '../ops/b.ts';\nimport type { C } from '../nn/c.ts';",
      'ops/b.ts': "import { a } from '../ir/a.ts';",
      'nn/c.ts': '',
    });
    expect(upwardImports(wrong)).toEqual(['ir/a.ts:1 imports ../ops/b.ts', 'ir/a.ts:2 imports ../nn/c.ts']);
  });

  test('find imports of tests, of entries and of files that are not there', () => {
    const wrong = tree({
      'ir/a.ts': "import './a.test.ts'; import '../index.ts'; import './gone.ts';",
      'ir/a.test.ts': "import '../nn/n.ts';",
      'index.ts': "export * from './ir/a.ts'; export * from './cli/main.ts';",
      'cli/main.ts': '',
      'nn/n.ts': '',
    });
    expect(upwardImports(wrong)).toHaveLength(4);
  });

  test('know that a plan stands below a schedule and a backend above both', () => {
    const files = tree({
      'compiler/plan/p.ts': "import '../schedule/s.ts';",
      'compiler/schedule/s.ts': '',
      'backends/wasm/w.ts': "import '../../compiler/schedule/s.ts'; import '../interpreter/i.ts';",
      'backends/interpreter/i.ts': '',
    });
    expect(upwardImports(files)).toEqual(['compiler/plan/p.ts:1 imports ../schedule/s.ts']);
  });

  test('find a stranger', () => {
    const files = tree({ 'utils/a.ts': '', 'helper.ts': '', 'index.ts': '', 'ir/a.ts': '' });
    expect(strangers(files)).toEqual(['utils/a.ts', 'helper.ts']);
  });

  test('find an entry that does more than pass on', () => {
    const files = tree({
      'index.ts': "export * from './ir/a.ts';\nexport { b } from './ir/b.ts';\nconfigure();",
      'zoo.ts': "import { a } from './ir/a.ts';\nexport { a };",
    });
    expect(entriesThatDoMore(files)).toEqual([
      'index.ts: configure();',
      "zoo.ts: import { a } from './ir/a.ts';",
      'zoo.ts: export { a };',
    ]);
  });

  test('find circles', () => {
    const files = tree({
      'ir/a.ts': "import './b.ts';",
      'ir/b.ts': "import './c.ts';",
      'ir/c.ts': "import './b.ts';",
    });
    expect(circle(files)).toEqual(['ir/b.ts', 'ir/c.ts', 'ir/b.ts']);
    expect(circle(files.slice(0, 2))).toBeUndefined();
    const types = tree({ 'ir/a.ts': "import type { B } from './b.ts';", 'ir/b.ts': "import './a.ts';" });
    expect(circle(types)).toBeUndefined();
  });

  test('find operations in the compiler and ways round the engine', () => {
    const files = tree({
      'compiler/plan/p.ts': "import '../../ops/o.ts';",
      'model/m.ts': "import '../runtime/r.ts'; import '../engine/e.ts';",
    });
    expect(namedImports(files)).toEqual(['compiler/plan/p.ts:1 imports ../../ops/o.ts']);
    expect(importsRoundEngine(files)).toEqual(['model/m.ts:1 imports ../runtime/r.ts']);
  });

  test('find Node behind static and dynamic imports, but not behind types', () => {
    const files = tree({
      'index.browser.ts': "export * from './data/a.ts';",
      'data/a.ts': "import type { B } from './node-b.ts';\nconst x = await import('./node-c.ts');",
      'data/node-b.ts': "import 'node:fs';",
      'data/node-c.ts': "export { readFile } from 'fs/promises';\nprocess.getBuiltinModule('node:os');",
    });
    expect(nodeReachableFrom('index.browser.ts', files)).toEqual([
      'data/node-c.ts:1 imports fs/promises',
      'data/node-c.ts:2 imports node:os',
    ]);
    expect(nodeImports(tree({ 'data/a.ts': "import { join } from 'path';" }))).toHaveLength(1);
  });

  test('the house has every folder once', () => expect(new Set(house).size).toBe(house.length));
});

import { describe, expect, test } from 'vitest';
import { closedWords, namesHeld, registeredNames } from './names.ts';
import { parse, readSources } from './sources.ts';

const sources = readSources();

describe('compiler, backends and runtime', () => {
  const kinds = closedWords(sources);
  const names = registeredNames(sources).difference(kinds);

  test('are compared with the names of all operations, layers and networks', () => {
    expect(kinds.size).toBeGreaterThan(20);
    expect([...kinds]).toEqual(expect.arrayContaining(['exp', 'mul', 'select', 'reduce', 'sum']));
    expect([...names]).toEqual(
      expect.arrayContaining(['depthwiseconv2d', 'separableconv2d', 'dense', 'seed']),
    );
    expect(names.size).toBeGreaterThan(50);
  });

  test('hold none of them', () => expect(namesHeld(sources, names)).toEqual([]));
});

describe('the search for names', () => {
  const files = [
    parse(
      'ops/conv.ts',
      'export const conv2d = (): number => 1; const inner = 2; export type Shape = number[];',
    ),
    parse('nn/layers/dense.ts', "export function dense(): object { return { className: 'GroupedDense' }; }"),
    parse('ops/conv.test.ts', 'export const onlyInTests = 1;'),
    parse('ir/expression.ts', "import { a } from './a.ts'; export type Kind = 'exp' | 'mul';"),
    parse(
      'graph/node.ts',
      "export interface Node { role: 'input' | 'variable' } throw new Error('no conv2d');",
    ),
  ];

  test('takes exports and class names, no types, tests or inner things', () =>
    expect(registeredNames(files)).toEqual(new Set(['conv2d', 'dense', 'groupeddense'])));

  test('takes only what an index passes on, where there is one', () => {
    const index = parse(
      'ops/index.ts',
      "export { conv2d, type Shape } from './conv.ts';\nexport type { A } from './a.ts';",
    );
    const helper = parse('ops/window.ts', 'export const taps = 9;');
    expect(registeredNames([index, helper, ...files.slice(0, 1)])).toEqual(new Set(['conv2d']));
  });

  test('takes kinds of expressions and roles of nodes from their files', () =>
    expect(closedWords(files)).toEqual(new Set(['exp', 'mul', 'input', 'variable'])));

  test('finds strings and declarations in any spelling, not properties and imports', () => {
    const wrong = [
      parse('compiler/plan/a.ts', "import './dense.ts';\nif (node.kind === 'CONV_2D') go();\nlist.dense(3);"),
      parse('backends/wasm/b.ts', 'export function emitAll() {}\nfunction Dense() {}'),
      parse('runtime/c.ts', 'const t = `dense`;'),
      parse('runtime/c.test.ts', "const t = 'dense';"),
      parse('model/d.ts', "const t = 'dense';"),
    ];
    expect(namesHeld(wrong, registeredNames(files))).toEqual([
      "compiler/plan/a.ts:2 holds 'CONV_2D'",
      'backends/wasm/b.ts:2 holds Dense',
      'runtime/c.ts:1 holds `dense`',
    ]);
  });
});

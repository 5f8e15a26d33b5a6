import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportsOf, indexedFolders, indexOf, statementsOf } from '../../scripts/indexes.ts';

test.each(
  indexedFolders,
)('$folder/index.ts passes on what its files export (npm run format writes it)', (indexed) => {
  const path = join(import.meta.dirname, '../..', indexed.folder, 'index.ts');
  expect(statementsOf(readFileSync(path, 'utf8'))).toEqual(statementsOf(indexOf(indexed)));
});

test('what a comment marks as internal stays inside', () => {
  const source =
    '/** A. */\nexport const a = 1;\n/** B. @internal */\nexport function b() {}\nexport interface C {\n}\n';
  expect(exportsOf(source)).toEqual(['a', 'type C']);
  const named = "export { type C, a } from './x.ts';\n";
  expect(statementsOf(named)).toEqual(statementsOf("export { a, type C } from './x.ts';"));
  expect(statementsOf(named)).not.toEqual(statementsOf("export { a } from './x.ts';"));
});

import { afterAll, expect, test } from 'vitest';
import { longestFile, longestTest, longFiles } from './house.ts';
import { readSources } from './sources.ts';

const sources = readSources();
const limit = (isTest: boolean): number => (isTest ? longestTest : longestFile);

test(`no file is longer than ${longestFile} lines, no test than ${longestTest}, without a reason`, () => {
  const long = sources.filter(({ lines, path, isTest }) => lines > limit(isTest) && !longFiles[path]);
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
});

test('every listed long file is still long', () => {
  const long = new Set(sources.filter(({ lines, isTest }) => lines > limit(isTest)).map(({ path }) => path));
  expect(Object.keys(longFiles).filter((path) => !long.has(path))).toEqual([]);
});

afterAll(() => console.log(`Lines of src a folder:\n${linesOfFolders()}`));

function linesOfFolders(): string {
  const table = new Map<string, { files: number; lines: number; tests: number }>();
  for (const { folder, lines, isTest } of sources) {
    const row = table.get(folder) ?? { files: 0, lines: 0, tests: 0 };
    if (isTest) row.tests += lines;
    else {
      row.files += 1;
      row.lines += lines;
    }
    table.set(folder, row);
  }
  const column = (count: number, unit: string): string => `${String(count).padStart(7)} ${unit}`;
  return [...table]
    .map(([folder, row]) =>
      [
        (folder || '(entries)').padEnd(22),
        column(row.files, 'files'),
        column(row.lines, 'lines'),
        column(row.tests, 'of tests'),
      ].join(''),
    )
    .join('\n');
}

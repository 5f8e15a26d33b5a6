import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The text with the block below the line `<!-- mark -->` (up to the first empty line) replaced.
 * @throws {Error} where the line is not there
 */
export function replaceMarked(text: string, mark: string, block: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(`<!-- ${mark} -->`);
  if (start < 0) throw new Error(`There is no line "<!-- ${mark} -->".`);
  const after = lines.findIndex((line, k) => k > start && line.trim() === '');
  const end = after < 0 ? lines.length : after;
  return [...lines.slice(0, start + 1), block, ...lines.slice(end)].join('\n');
}

/** Replaces a marked block of a file. */
export function writeMarked(path: string, mark: string, block: string): void {
  writeFileSync(path, replaceMarked(readFileSync(path, 'utf8'), mark, block));
}

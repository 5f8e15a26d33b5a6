import { readPage } from '../../scripts/docs.ts';

/** A block of TypeScript in a page. */
export interface CodeBlock {
  readonly page: string;
  /** Number of its first line in the page. */
  readonly line: number;
  /** False for blocks marked `no-run`: they need a browser, or much time. */
  readonly runs: boolean;
  readonly code: string;
}

/**
 * The blocks marked `ts` of a page. Those without imports get what the page names as such for all:
 * `<!-- examples begin with: import ... -->`.
 */
export function codeBlocks(page: string): CodeBlock[] {
  const text = readPage(page);
  const [, shared = ''] = /^<!-- examples begin with: (.*) -->$/m.exec(text) ?? [];
  return [...text.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    runs: match[1] === undefined,
    code: shared === '' || match[2]!.startsWith('import ') ? match[2]! : `${shared}\n${match[2]!}`,
  }));
}

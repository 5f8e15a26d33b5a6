/**
 * What README.md and the pages in docs/ show as output is the output: `npm run docs` writes it anew, the tests compare.
 * A block belongs to the comment above it: `<!-- output: atrous train --help -->` or `<!-- output: node FILE -->`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root: string = fileURLToPath(new URL('..', import.meta.url));

/** README.md, CONTRIBUTING.md, ARCHITECTURE.md and the pages in docs/, as paths from the root. */
export function pages(): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', ...docs.map((name) => `docs/${name}`)];
}

export const readPage = (page: string): string => readFileSync(join(root, page), 'utf8');

const outputs = /<!-- output: ([^\n]+?) -->\n```(\w*)\n([\s\S]*?)\n```/g;

export interface ShownOutput {
  readonly command: string;
  readonly text: string;
}

/** The outputs that a page shows. */
export const shownOutputs = (text: string): ShownOutput[] =>
  [...text.matchAll(outputs)].map(([, command, , shown]) => ({ command: command!, text: shown! }));

/** What a command prints, in a terminal of 80 columns. */
export function outputOf(command: string): string {
  const [program, ...args] = command.split(' ');
  const run = program === 'atrous' ? [join(root, 'src/cli/main.ts'), ...args] : args;
  const env = { ...process.env, COLUMNS: '80', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, run, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`"${command}" ended with ${status}: ${stderr}`);
  return stdout
    .replaceAll('npx node src/cli/main.ts', 'atrous')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of pages()) {
    const before = readPage(page);
    const after = before.replaceAll(outputs, (_, command: string, language: string) =>
      [`<!-- output: ${command} -->`, `\`\`\`${language}`, outputOf(command), '```'].join('\n'),
    );
    if (after === before) continue;
    writeFileSync(join(root, page), after);
    process.stdout.write(`${relative('.', join(root, page))}\n`);
  }
}

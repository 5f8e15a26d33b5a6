import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { outputOf, pages, readPage, shownOutputs } from '../../scripts/docs.ts';
import { type CodeBlock, codeBlocks } from './blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const all = pages();
const blocks = all.flatMap(codeBlocks);
const minutes = 60_000;
const place = ({ page, line }: CodeBlock): string => `${page}:${line}`;

/** Where the sources have what the package gives its users. */
const modules: Readonly<Record<string, string>> = {
  atrous: 'src/index.ts',
  'atrous/datasets': 'src/datasets.ts',
  'atrous/report': 'src/report.ts',
  'atrous/zoo': 'src/zoo.ts',
};

describe('outputs that the pages show', () => {
  const shown = all.flatMap((page) => shownOutputs(readPage(page)).map((output) => ({ page, ...output })));

  test('are several', () => expect(shown.length).toBeGreaterThan(5));

  test.each(shown)('$page: $command', ({ command, text }) => {
    expect(text, '`npm run docs` writes it anew').toBe(outputOf(command));
  });
});

test('links between the pages lead somewhere', () => {
  for (const page of all) {
    const prose = readPage(page).replaceAll(/^```[\s\S]*?^```|^ {4}.*$|`[^`\n]*`/gm, '');
    for (const [, target] of prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
      expect(existsSync(join(root, dirname(page), target!)), `${page} links to ${target}`).toBe(true);
    }
  }
});

test('every block of TypeScript has its types right', { timeout: 3 * minutes }, () => {
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
      ts.sys,
      root,
    ).options,
    noEmit: true,
    incremental: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: Object.fromEntries(Object.entries(modules).map(([name, path]) => [name, [join(root, path)]])),
  };
  const host = ts.createCompilerHost(options);
  const virtual = new Map(blocks.map((block, k) => [join(root, `block-${k}.ts`), block]));
  // What Vite makes of a file: its address.
  const assets = join(root, 'block-assets.d.ts');
  const declared = "declare module '*?url' { const url: string; export default url; }";
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists.call(host, path);
  host.readFile = (path) => virtual.get(path)?.code ?? readFile.call(host, path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const block = virtual.get(path);
    if (path === assets) return ts.createSourceFile(path, declared, languageVersion);
    // A block without imports is a module too.
    return block
      ? ts.createSourceFile(path, `${block.code}\nexport {};\n`, languageVersion)
      : getSourceFile.call(host, path, languageVersion, ...rest);
  };
  const program = ts.createProgram([...virtual.keys(), assets], options, host);
  const problems = [...virtual].flatMap(([path, block]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ messageText }) => {
      return `${place(block)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
  expect(problems).toEqual([]);
});

/** The block as a module that takes the sources for the package, and a few images for MNIST. */
function runnable({ code }: CodeBlock): string {
  const small = { ...modules, 'atrous/datasets': 'tests/docs/small-datasets.ts' };
  return code.replaceAll(
    /(from ')(atrous(?:\/\w+)?)(')/g,
    (whole, before: string, name: string, after: string) =>
      name in small ? before + join(root, small[name as keyof typeof small]) + after : whole,
  );
}

describe('blocks of TypeScript run as they stand', () => {
  // tests/page builds the page of the tutorial and draws in it.
  const byPage = all
    .filter((page) => page !== 'docs/tutorial.md')
    .map((page) => ({ page, own: blocks.filter((block) => block.page === page && block.runs) }))
    .filter(({ own }) => own.length > 0);

  test.each(byPage)('$page', { timeout: 3 * minutes }, ({ own }) => {
    const folder = mkdtempSync(join(tmpdir(), 'atrous-docs-'));
    try {
      const files = own.map((block, k) => {
        const file = join(folder, `line-${block.line}-${k}.ts`);
        writeFileSync(file, runnable(block));
        return file;
      });
      const runner = join(root, 'tests/docs/run-blocks.ts');
      const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', runner, ...files], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

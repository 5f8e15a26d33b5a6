/**
 * Runs every stage of the tests, or those named as arguments, and closes with the sum over them.
 * usage: node scripts/test.ts [lint] [types] [unit] [bits] [build] [package] [browser]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  closingLine,
  type StageResult,
  singleResult,
  slowestFiles,
  type VitestReport,
  vitestResult,
} from './stages.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const temporary = mkdtempSync(join(tmpdir(), 'atrous-test-'));
const minute = 60;

const stages: Record<string, () => Promise<StageResult>> = {
  lint: () => single('lint', '@biomejs/biome', ['check', '.']),
  types: () => single('types', 'typescript', ['--noEmit', '-p', '.'], 'tsc'),
  unit: () => vitest('unit', 14 * minute),
  bits: () => vitest('bits', 12 * minute),
  build: () => single('build', 'tsdown', []),
  package: () => vitest('package', 4 * minute),
  browser: () => vitest('browser', 9 * minute),
};

async function single(name: string, tool: string, args: string[], command?: string): Promise<StageResult> {
  const start = performance.now();
  const code = await run(tool, args, 4 * minute, command);
  return singleResult(name, code, since(start));
}

async function vitest(project: string, limit: number): Promise<StageResult> {
  const start = performance.now();
  const output = join(temporary, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
  const code = await run('vitest', ['run', '--project', project, ...reporters], limit);
  return vitestResult(project, readReport(output), code, since(start));
}

function readReport(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/** Runs a tool of node_modules under this Node; gives its exit code, 124 when it ran longer than the limit. */
function run(tool: string, args: string[], limitSeconds: number, command?: string): Promise<number> {
  const folder = join(root, 'node_modules', tool);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[command ?? tool.split('/').at(-1)!]!;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, file), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      console.log(`${tool} ran longer than ${limitSeconds} s and was stopped`);
      child.kill('SIGKILL');
    }, limitSeconds * 1000);
    child.on('error', (error) => console.log(String(error)));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(late ? 124 : (code ?? 1));
    });
  });
}

const since = (start: number): number => (performance.now() - start) / 1000;

function report(results: readonly StageResult[]): void {
  console.log('\nThe slowest test files:');
  for (const { path, seconds } of slowestFiles(results, 10))
    console.log(`${seconds.toFixed(1).padStart(8)} s  ${relative(root, path)}`);
  console.log('\nStages:');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
    console.log(`  ${name.padEnd(10)}${seconds.toFixed(1).padStart(7)} s   ${counts}`);
  }
  console.log(`\n${closingLine(results)}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in stages));
if (unknown.length) {
  console.error(`Unknown stage ${unknown.join(', ')}. Stages: ${Object.keys(stages).join(', ')}.`);
  process.exitCode = 2;
} else {
  const results: StageResult[] = [];
  for (const name of wanted.length ? wanted : Object.keys(stages)) {
    console.log(`\n== ${name}`);
    results.push(await stages[name]!());
  }
  report(results);
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
}
rmSync(temporary, { recursive: true, force: true });

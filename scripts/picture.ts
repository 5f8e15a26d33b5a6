/**
 * Draws docs/images/training.svg: what a training of `seed` printed, beside the offsets that its dilations combine and
 * those of better ones. `node scripts/picture.ts [EPOCHS]` trains first and keeps what was printed in training.txt;
 * `node scripts/picture.ts draw` takes what is there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analysis } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const record = join(root, 'docs/images/training.txt');
const argument = process.argv[2] ?? '10';
const [width, lineHeight, padding, screenWidth] = [1040, 17, 20, 730];

function train(epochs: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-picture-'));
  const args = ['src/cli/main.ts', 'train', 'mnist', '--model', 'seed', '--epochs', epochs, '--out', folder];
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--no-report'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.split('\n');
  const end = lines.findIndex((line) => line.startsWith('Test accuracy'));
  const shown = ['$ atrous train mnist --model seed', ...lines.slice(0, end + 1)];
  writeFileSync(record, `${shown.join('\n')}\n`);
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Long lines go on below. */
const wrapped = (line: string): string[] =>
  line.match(/.{1,106}(\s|$)/g)?.map((part) => part.trimEnd()) ?? [''];

function terminal(lines: readonly string[], height: number): string {
  const texts = lines.map((line, k) => {
    const [x, y] = [padding + 14, padding + 26 + k * lineHeight];
    return `<text class="code" x="${x}" y="${y}" xml:space="preserve">${escaped(line)}</text>`;
  });
  const place = `x="${padding}" y="${padding}" width="${screenWidth}" height="${height - 2 * padding}"`;
  return `<rect class="screen" ${place} rx="8"/>${texts.join('')}`;
}

/** Each offset as a square: the more ways lead to it, the darker; a hole has a frame alone. */
function grid(dilations: readonly (readonly number[])[], label: string, x: number, y: number): string {
  const { grid: ways = [], reached, offsets } = analysis.gridding(dilations, [3, 3]);
  const most = Math.max(...ways.flat());
  const cell = 11;
  const squares = ways.flatMap((row, i) =>
    row.map((count, j) => {
      const place = `x="${x + j * cell}" y="${y + i * cell}" width="${cell - 2}" height="${cell - 2}"`;
      return count > 0
        ? `<rect class="path" ${place} opacity="${(0.25 + (0.75 * count) / most).toFixed(2)}"/>`
        : `<rect class="hole" ${place}/>`;
    }),
  );
  const right = x + ways.length * cell + 14;
  return `${squares.join('')}<text x="${right}" y="${y + 42}">${label}</text><text x="${right}" y="${y + 62}">${reached} of ${offsets} offsets</text>`;
}

const own = [
  [2, 2],
  [2, 2],
] as const;
const better = analysis.gridding(own, [3, 3]).better!;
const name = (dilations: readonly (readonly number[])[]): string =>
  `dilations ${dilations.map(([rate]) => rate).join(', ')}`;
const style =
  'text{font:14px system-ui,sans-serif;fill:var(--ink)}.code{font:11px ui-monospace,monospace;fill:#e6edf3}.screen{fill:#161b22}.head{font-weight:600}' +
  'svg{--paper:#fff;--ink:#1c2128;--hole:#cf222e;--path:#0969da}@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--hole:#ff7b72;--path:#58a6ff}}' +
  '.paper{fill:var(--paper)}.path{fill:var(--path)}.hole{fill:none;stroke:var(--hole)}';
if (argument !== 'draw') train(argument);
const lines = readFileSync(record, 'utf8').trimEnd().split('\n').flatMap(wrapped);
const height = Math.max(310, 2 * padding + 28 + lines.length * lineHeight);
const right = 2 * padding + screenWidth;
const svg =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A training in the terminal, and the offsets that two layers of dilated convolutions combine"><style>${style}</style>` +
  `<rect class="paper" width="${width}" height="${height}"/>${terminal(lines, height)}` +
  `<text class="head" x="${right}" y="${padding + 14}">What two 3 x 3 layers combine</text>` +
  `${grid(own, name(own), right, padding + 34)}${grid(better, name(better), right, padding + 164)}</svg>\n`;
writeFileSync(join(root, 'docs/images/training.svg'), svg);

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePython, root } from '../fixtures/python.ts';

ensurePython();
const folder = join(root, 'bench');
const locked = existsSync(join(folder, 'package-lock.json'));
// Scripts are ignored because onnxruntime-node's downloads GPU libraries, which this bench does not use.
const { status } = spawnSync(
  'npm',
  [locked ? 'ci' : 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
  {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  },
);
process.exitCode = status ?? 1;

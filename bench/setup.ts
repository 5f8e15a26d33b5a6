/** Installs the peers: Keras and the packages of this folder; with `--all` also PyTorch, JAX, OpenVINO and LiteRT. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePython, root } from '../fixtures/python.ts';
import { peersPython } from './peers.ts';

const folder = join(root, 'bench');

function call(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`"${command} ${args.join(' ')}" failed: ${error?.message ?? status}.`);
}

try {
  const keras = ensurePython();
  const locked = existsSync(join(folder, 'package-lock.json'));
  // Scripts are ignored because onnxruntime-node's downloads GPU libraries, which this bench does not use.
  call('npm', [locked ? 'ci' : 'install', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (process.argv.includes('--all')) {
    call(keras, ['-m', 'venv', join(folder, '.venv')]);
    const install = ['install', '--quiet', '--no-input', '-r', join(folder, 'requirements.txt')];
    call(peersPython()!, ['-m', 'pip', ...install]);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/**
 * Trains networks of the bench's table for a few steps and prints a line of JSON for each.
 * usage: node [--experimental-wasm-revectorize] tests/bits/train-networks.ts THREADS NETWORK ...
 * THREADS 0 stands for one thread without shared memory.
 */
import { configure } from '../../src/index.ts';
import { tableNetworks } from './table-networks.ts';
import { trainNetwork } from './train-network.ts';

const [given, ...names] = process.argv.slice(2);
const threads = Number(given);
configure(threads === 0 ? { threads: 1, sharedMemory: false } : { threads, oversubscribe: true });
for (const name of names)
  process.stdout.write(`${JSON.stringify(await trainNetwork(tableNetworks[name]!))}\n`);

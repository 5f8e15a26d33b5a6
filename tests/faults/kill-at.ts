/**
 * Preloaded into a training (`node --import`): ends its process with SIGKILL at the n-th call of a kind to the file
 * system, counted from 1, as ATROUS_TEST_KILL says: `write:7` (after half of the bytes), `sync:3`, `rename:5` (before),
 * `renamed:5` (after) or `rm:2`. With ATROUS_TEST_FREE_BYTES the disk takes so many bytes, and then is full.
 */
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [operation = '', count = '0'] = (process.env.ATROUS_TEST_KILL ?? '').split(':');
let left = Number(count);
let free = Number(process.env.ATROUS_TEST_FREE_BYTES ?? Number.POSITIVE_INFINITY);

/** True at the call that was chosen. */
const isNow = (kind: string): boolean => kind === operation && --left === 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

const { open, rename, rm } = promises;
promises.open = async (...args) => {
  const handle = await open(...args);
  const write = handle.write.bind(handle) as (
    data: Uint8Array,
    offset: number,
    length: number,
  ) => Promise<{ bytesWritten: number }>;
  const sync = handle.sync.bind(handle);
  const faulty = async (data: Uint8Array, offset: number, length: number): Promise<unknown> => {
    if (isNow('write')) {
      await write(data, offset, Math.ceil(length / 2));
      die();
    }
    if (free <= 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const taken = Math.min(free, length);
    free -= taken;
    return write(data, offset, taken);
  };
  handle.write = faulty as typeof handle.write;
  handle.sync = async () => {
    if (isNow('sync')) die();
    return sync();
  };
  return handle;
};
promises.rename = async (...args) => {
  if (isNow('rename')) die();
  await rename(...args);
  if (isNow('renamed')) die();
};
promises.rm = async (...args) => {
  if (isNow('rm')) die();
  return rm(...args);
};
syncBuiltinESMExports();

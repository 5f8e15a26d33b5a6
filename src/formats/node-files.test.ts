import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileError } from '../errors/index.ts';
import { type FileSystem, makeFolder, readFile, writeFile } from './node-files.ts';

let folder: string;
let target: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'atrous-files-'));
  target = join(folder, 'model.keras');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
const text = (path = target): string => fs.readFileSync(path, 'utf8');

/** The real calls, but some fail with a system error. */
function failing(call: string, code: string, after = 0): FileSystem {
  const fault = (): never => {
    throw Object.assign(new Error(`${code}: simulated`), { code });
  };
  let calls = 0;
  const due = (name: string): boolean => name === call && calls++ >= after;
  const real = fs.promises;
  const pass =
    <A extends unknown[], R>(name: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      due(name) ? fault() : work(...args);
  return {
    open: pass('open', async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      return {
        // At most 10 bytes a call, as a nearly full disk does.
        write: pass('write', (bytes: Uint8Array, offset: number, length: number) =>
          handle.write(bytes, offset, Math.min(length, 10)),
        ),
        sync: pass('sync', () => handle.sync()),
        close: async () => {
          await handle.close();
          if (due('close')) fault();
        },
      };
    }),
    rename: pass('rename', real.rename),
    rm: pass('rm', real.rm),
    stat: pass('stat', (path: string) => real.stat(path)),
    realpath: pass('realpath', (path: string) => real.realpath(path)),
    mkdir: pass('mkdir', real.mkdir),
    readdir: pass('readdir', (path: string) => real.readdir(path)),
    readFile: pass('readFile', (path: string) => real.readFile(path)),
    syncFolder: pass('syncFolder', async () => {}),
  };
}

describe('writing', () => {
  test('bytes, text and pieces, over what was there', async () => {
    await writeFile(target, 'a text');
    expect(text()).toBe('a text');
    await writeFile(target, Uint8Array.of(65, 66));
    expect(text()).toBe('AB');
    await writeFile(target, [Uint8Array.of(67), new Uint8Array(0), Uint8Array.of(68)]);
    expect(text()).toBe('CD');
    async function* later(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(69);
    }
    await writeFile(target, later());
    expect(text()).toBe('E');
    await writeFile(target, '');
    expect(text()).toBe('');
    expect(fs.readdirSync(folder)).toEqual(['model.keras']);
  });

  test('in short writes', async () => {
    await writeFile(target, 'x'.repeat(95), { fileSystem: failing('none', '') });
    expect(text()).toBe('x'.repeat(95));
  });

  test('through a symbolic link, which stays', async () => {
    const link = join(folder, 'latest');
    fs.writeFileSync(target, 'old');
    fs.symlinkSync(target, link);
    await writeFile(link, 'new');
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(text()).toBe('new');
  });

  test.each([
    ['write', 'ENOSPC', 0, 'the disk is full'],
    ['write', 'ENOSPC', 3, 'the disk is full'],
    ['write', 'EDQUOT', 1, 'the disk quota is used up'],
    ['sync', 'EIO', 0, 'the disk reported an error'],
    ['close', 'ENOSPC', 0, 'the disk is full'],
    ['rename', 'EACCES', 0, 'permission denied'],
    ['open', 'EROFS', 0, 'the file system is read-only'],
  ])('%s fails with %s after %i calls: the old file stays and nothing else', async (call, code, after, problem) => {
    for (const before of [undefined, 'old']) {
      if (before !== undefined) fs.writeFileSync(target, before);
      const failed = writeFile(target, 'n'.repeat(100), { fileSystem: failing(call, code, after) });
      await expect(failed).rejects.toThrow(FileError);
      await expect(failed).rejects.toThrow(`Cannot write ${target}: ${problem}.`);
      expect(fs.readdirSync(folder)).toEqual(before === undefined ? [] : ['model.keras']);
      if (before !== undefined) expect(text()).toBe(before);
    }
  });

  test('contents that fail in their middle', async () => {
    fs.writeFileSync(target, 'old');
    function* broken(): Generator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error('no more weights');
    }
    await expect(writeFile(target, broken())).rejects.toThrow('no more weights');
    expect(fs.readdirSync(folder)).toEqual(['model.keras']);
    expect(text()).toBe('old');
  });

  test('bad paths: below a file, a folder, a folder that does not exist, a device', async () => {
    fs.writeFileSync(join(folder, 'file'), 'x');
    const cases: [string, string][] = [
      [join(folder, 'file', 'model.keras'), `a part of the path is a file, not a folder`],
      [join(folder, 'file', 'deep', 'model.keras'), 'a part of the path is a file, not a folder'],
      [folder, 'it is a folder'],
      [join(folder, 'none', 'model.keras'), `the folder ${join(folder, 'none')} does not exist`],
      ['/dev/null', 'it is no regular file'],
    ];
    for (const [path, problem] of cases) {
      const failed = writeFile(path, 'x');
      await expect(failed).rejects.toThrow(FileError);
      await expect(failed).rejects.toThrow(`Cannot write ${path}: ${problem}`);
    }
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(text(join(folder, 'file'))).toBe('x');
  });

  test('what an ended process left of the same file is removed, and nothing else', async () => {
    const endedPid = 2 ** 30; // above every possible process
    const others = [`.model.keras.${process.ppid}.0.tmp`, `.other.${endedPid}.0.tmp`, '.model.keras.x.0.tmp'];
    for (const name of [`.model.keras.${endedPid}.4.tmp`, ...others])
      fs.writeFileSync(join(folder, name), 'half');
    await writeFile(target, 'new');
    expect(fs.readdirSync(folder).sort()).toEqual([...others, 'model.keras'].sort());
  });

  test('two writes at the same time: one of both contents, whole', async () => {
    const contents = ['a'.repeat(1e5), 'b'.repeat(1e5)];
    await Promise.all(contents.map((content) => writeFile(target, content)));
    expect(contents).toContain(text());
    expect(fs.readdirSync(folder)).toEqual(['model.keras']);
  });
});

describe('reading', () => {
  test('gives a plain Uint8Array', async () => {
    fs.writeFileSync(target, 'abc');
    const bytes = await readFile(target);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect([...bytes]).toEqual([97, 98, 99]);
  });

  test('failures name the path', async () => {
    fs.writeFileSync(target, 'abc');
    const cases: [string, object, string][] = [
      [join(folder, 'x'), {}, 'no such file or folder'],
      [join(target, 'x'), {}, 'a part of the path is a file'],
      [folder, {}, 'it is a folder'],
      [target, { maxBytes: 2 }, 'it has 3 bytes, more than the limit of 2'],
      [target, { fileSystem: failing('readFile', 'EACCES') }, 'permission denied'],
      ['/dev/zero', {}, 'it is no regular file'],
    ];
    for (const [path, options, problem] of cases) {
      await expect(readFile(path, options)).rejects.toThrow(FileError);
      await expect(readFile(path, options)).rejects.toThrow(`Cannot read ${path}: ${problem}`);
    }
  });
});

test('folders', async () => {
  await makeFolder(join(folder, 'a', 'b'));
  await makeFolder(join(folder, 'a', 'b'));
  expect(fs.statSync(join(folder, 'a', 'b')).isDirectory()).toBe(true);
  fs.writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'file'), join(folder, 'file', 'x'), join(folder, 'file', 'x', 'y')]) {
    await expect(makeFolder(path)).rejects.toThrow(FileError);
    await expect(makeFolder(path)).rejects.toThrow(
      `Cannot create ${path}: ${join(folder, 'file')} is a file`,
    );
  }
  await expect(makeFolder(join(folder, 'c'), { fileSystem: failing('mkdir', 'ENOSPC') })).rejects.toThrow(
    'the disk is full',
  );
  const several = ['a', 'b', 'c', 'd'].map((name) => makeFolder(join(folder, 'many', 'deep', name)));
  await Promise.all(several);
  expect(fs.readdirSync(join(folder, 'many', 'deep'))).toEqual(['a', 'b', 'c', 'd']);
});

test.skipIf(process.platform !== 'linux')(
  'a folder where the system makes none ends with an error, not never',
  async () => {
    for (const path of ['/proc/atrous', '/proc/atrous/deep'])
      await expect(makeFolder(path)).rejects.toThrow(`Cannot create ${path}: `);
  },
);

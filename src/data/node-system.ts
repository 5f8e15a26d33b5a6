import { systemErrorCode } from './node-system-error.ts';

// Asked for, not imported: a bundler of a page, which never runs this, would warn of each import.
const { mkdir, open, stat } = process.getBuiltinModule('node:fs/promises');
const { dirname, resolve } = process.getBuiltinModule('node:path');

/** Whether a process of that id runs on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** The calls that folders are made with; tests put in some that fail. */
export interface FolderSystem {
  stat(path: string): Promise<{ isDirectory(): boolean }>;
  mkdir(path: string): Promise<unknown>;
}

/**
 * Makes a folder and those above it, where they are missing. Node's own recursive mkdir never returns where the system
 * refuses a folder as if its parent were missing (below /proc).
 */
export async function makeFolders(path: string, system: FolderSystem = { mkdir, stat }): Promise<void> {
  const isThere = async (folder: string): Promise<boolean> => {
    try {
      return (await system.stat(folder)).isDirectory();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    }
  };
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isThere(folder)); folder = dirname(folder)) {
    missing.push(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of missing.reverse()) {
    try {
      await system.mkdir(folder);
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (systemErrorCode(error) !== 'EEXIST' || !(await isThere(folder))) throw error;
    }
  }
}

/** Makes a rename in a folder outlast a power cut; Windows cannot open folders and needs no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { root } from '../package/consumer.ts';

export interface OwnBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

const unpack = `
import chromium from '@sparticuz/chromium';
process.stdout.write(await chromium.executablePath());
`;

/**
 * Starts the Chromium of the npm package, unpacked into a private temporary folder, with the settings of a desktop
 * browser: the package's own arguments would switch off what keeps pages apart, and with it shared memory.
 */
export async function startBrowser(): Promise<OwnBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-browser-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    // The name of the environment makes the package unpack its system libraries too.
    const executablePath = execFileSync(process.execPath, ['--input-type=module', '-e', unpack], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
      encoding: 'utf8',
    });
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      env: { ...environment(executablePath, folder), HOME: folder },
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The environment, with the unpacked system libraries where the machine lacks them. */
function environment(executablePath: string, folder: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined));
  const plain = own as Record<string, string>;
  try {
    execFileSync(executablePath, ['--version'], { env: plain, stdio: 'ignore' });
    return plain;
  } catch {
    return { ...plain, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  }
}

import { hostFiles } from '../formats/host-files.ts';

/**
 * Writes a file where the host is Node.
 * @throws {FileError} {UnsupportedError} in a browser
 */
export async function writeModelFile(path: string, bytes: Uint8Array): Promise<void> {
  const { writeFile } = await hostFiles('Writing files', 'Use toBytes, and offer the bytes as a download');
  await writeFile(path, bytes);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** Where the licences of bundled packages stand in the built package. */
export const licenceFile = 'THIRD-PARTY-LICENSES.txt';

/** A package of which something stands in the built files. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** Writes the licences of all packages of which a module went into a chunk, beside the chunks. */
export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
      const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []));
      if (folders.size === 0) return;
      const packages = [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
      this.emitFile({ type: 'asset', fileName: licenceFile, source: licenceText(packages) });
    },
  };
}

/** The folder in node_modules that a module belongs to. */
export function packageFolder(id: string): string | undefined {
  const path = id.replaceAll('\\', '/').replace(/^\0/, '');
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = existsSync(folder) && readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
  if (!license || !file) throw new Error(`${name} in ${dirname(folder)} has no licence to pass on`);
  return { name, version, licence: license, text: readFileSync(join(folder, file), 'utf8').trim() };
}

const licenceText = (packages: readonly BundledPackage[]): string =>
  `${[
    'Parts of these packages stand in the files of this one, under their own licences.',
    ...packages.map(({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text}`),
  ].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;

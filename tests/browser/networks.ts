import { join } from 'node:path';
import { root } from '../package/consumer.ts';

/** A module that trains all networks of the bench's table and passes the reports to the function that `deliver` names. */
export function networksProgram(deliver: string): string {
  const source = (file: string): string => JSON.stringify(join(root, 'tests/bits', file));
  return `
import { tableNetworks } from ${source('table-networks.ts')};
import { trainNetwork } from ${source('train-network.ts')};

async function trainAll() {
  const reports = [];
  for (const entry of Object.values(tableNetworks)) reports.push(await trainNetwork(entry));
  return reports;
}

${deliver}(await trainAll().catch((error) => ({ error: String(error?.stack ?? error) })));
`;
}

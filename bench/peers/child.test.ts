import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PeerProcess } from './child.ts';

const script = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { call } = JSON.parse(line);
  if (call === 'end') process.exit(3);
  console.log(JSON.stringify({ ok: call !== 'fail', error: 'cannot', call, pid: process.pid }));
}`;
const start = (): PeerProcess =>
  new PeerProcess('peer', process.execPath, ['--input-type=module', '--eval', script], process.env);

/** T: stopped by a signal. */
const stateOf = (pid: number): string =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;

test.runIf(process.platform === 'linux')('a peer is stopped between its calls and answers each', async () => {
  const peer = start();
  const { pid } = await peer.call<{ pid: number }>({ call: 'hello' });
  await expect.poll(() => stateOf(pid)).toBe('T');
  const answers = await Promise.all([1, 2, 3].map((k) => peer.call<{ call: string }>({ call: `call ${k}` })));
  expect(answers.map(({ call }) => call)).toEqual(['call 1', 'call 2', 'call 3']);
  await expect(peer.call({ call: 'fail' })).rejects.toThrow('peer: cannot');
  await expect.poll(() => stateOf(pid)).toBe('T');
  peer.close();
  await expect
    .poll(() => {
      try {
        return stateOf(pid);
      } catch {
        return 'gone';
      }
    })
    .toBe('gone');
});

test('calls to a peer that has ended are refused', async () => {
  const peer = start();
  await expect(peer.call({ call: 'end' })).rejects.toThrow('it ended with code 3');
  await expect(peer.call({ call: 'hello' })).rejects.toThrow('has ended');
});

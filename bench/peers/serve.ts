import { createInterface } from 'node:readline';

/** A call of a peer: its arguments are the fields of the request. */
export type Calls = Readonly<Record<string, (request: never) => unknown>>;

/** Answers calls from standard input until it closes: the other end of `PeerProcess`. */
export async function serve(calls: Calls): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as { call: string };
    let answer: object;
    try {
      const call = calls[request.call];
      if (call === undefined) throw new Error(`There is no call "${request.call}".`);
      answer = { ok: true, ...((await call(request as never)) as object) };
    } catch (error) {
      answer = { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}

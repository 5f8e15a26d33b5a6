/** One HTTP request for a file or for the rest of it. */
export interface Transfer {
  readonly url: string;
  /** Bytes that are there already: only what follows is asked for. */
  readonly from: number;
  /** Most bytes that the whole file may have. */
  readonly maxBytes: number;
  /** Milliseconds without a byte after which the transfer has stalled. */
  readonly stallTimeout: number;
  /** Milliseconds for the whole transfer. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** Called once before the bytes: where they start (0 where the server sends all) and the size of the file. */
  readonly begin: (start: number, total: number | undefined) => void | Promise<void>;
  readonly chunk: (bytes: Uint8Array) => void | Promise<void>;
}

/** Why a transfer failed, as the end of a sentence. */
export class TransferError extends Error {
  /** HTTP status that says why the same request will not do better: the server's, 413 for too much, 416 for a wrong range. */
  readonly status: number | undefined;

  constructor(problem: string, options?: ErrorOptions & { status?: number }) {
    super(problem, options);
    this.name = 'TransferError';
    this.status = options?.status;
  }
}

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

/**
 * Runs a transfer to its end.
 * @throws {TransferError} if the server refuses, sends too much or too little, or stalls
 * @throws the signal's reason when it aborts, and what `begin` and `chunk` throw
 */
export async function transfer(options: Transfer): Promise<void> {
  const { url, from, maxBytes, stallTimeout, timeout, signal } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = (problem: string): void => controller.abort(new TransferError(problem));
  const stalled = (): void => stop(`it sent nothing for ${seconds(stallTimeout)}`);
  let stallTimer = setTimeout(stalled, stallTimeout);
  const timer = setTimeout(() => stop(`it took longer than ${seconds(timeout)}`), timeout);
  const forward = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', forward);
  let failure: { error: unknown } | undefined;
  /** Marks errors of the receiver, which are not the network's. */
  const own = async (work: () => void | Promise<void>): Promise<void> => {
    clearTimeout(stallTimer);
    try {
      await work();
    } catch (error) {
      failure = { error };
      throw error;
    }
    stallTimer = setTimeout(stalled, stallTimeout);
  };
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (from > 0) headers.range = `bytes=${from}-`;
    const response = await fetch(url, { headers, signal: controller.signal });
    const start = startOf(response, from);
    const encoded = response.headers.get('content-encoding') ?? 'identity';
    const length = encoded === 'identity' ? numberOf(response.headers.get('content-length')) : undefined;
    const total = length === undefined ? undefined : start + length;
    const refuseSize = (size: number): void => {
      if (size > maxBytes)
        throw new TransferError(`it has more bytes than the limit of ${maxBytes}`, { status: 413 });
    };
    refuseSize(total ?? 0);
    await own(() => options.begin(start, total));
    let received = start;
    if (response.body) {
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const bytes = part.value;
        received += bytes.length;
        refuseSize(received);
        await own(() => options.chunk(bytes));
      }
    }
    if (total !== undefined && received !== total)
      throw new TransferError(`it ended after ${received} of ${total} bytes`);
  } catch (error) {
    if (failure) throw failure.error;
    if (controller.signal.aborted) throw controller.signal.reason;
    if (error instanceof TransferError) throw error;
    throw new TransferError(networkProblem(error), { cause: error });
  } finally {
    clearTimeout(stallTimer);
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
    // Ends the connection of a transfer that was given up; after a complete one there is nothing to end.
    controller.abort();
  }
}

function startOf(response: Response, from: number): number {
  if (response.status === 200) return 0;
  if (response.status === 206 && from > 0) {
    const start = numberOf(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]);
    if (start !== from)
      throw new TransferError(`it answered with another range than asked for`, { status: 416 });
    return from;
  }
  throw new TransferError(`it answered with status ${response.status}`, { status: response.status });
}

function numberOf(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Node and browsers hide what happened in the cause of a general TypeError. */
function networkProblem(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'the connection failed';
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'it refused the connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name was not found';
  return `the connection failed${cause.message ? ` (${cause.message})` : ''}`;
}

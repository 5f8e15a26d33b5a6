import type { FromRecogniser, ToRecogniser } from './messages.ts';
import { startWorker } from './start-worker.ts';

export type Answer = Extract<FromRecogniser, { readonly type: 'answer' }>;

/** Asks the worker that reads pictures: one at a time and at most one a frame, always the newest. */
export class Recogniser {
  readonly #worker = startWorker('reader');
  readonly #picture: () => ImageData;
  #isReady = false;
  #isAsked = false;
  #isStale = false;
  #isScheduled = false;

  constructor(
    picture: () => ImageData,
    listen: { answer(answer: Answer): void; ready(): void; failed(problem: string): void },
  ) {
    this.#picture = picture;
    this.#worker.onmessage = ({ data: message }: MessageEvent<FromRecogniser>) => {
      if (message.type === 'failed') listen.failed(message.problem);
      else if (message.type === 'ready') {
        this.#isReady = true;
        listen.ready();
        this.ask();
      } else {
        this.#isAsked = false;
        listen.answer(message);
        if (this.#isStale) this.ask();
      }
    };
  }

  /** Changes the network. */
  use(from: string | Uint8Array<ArrayBuffer>): void {
    this.#post({ type: 'model', from });
  }

  /** Reads what is drawn, in the next frame. */
  ask(): void {
    this.#isStale = true;
    if (!this.#isReady || this.#isAsked || this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#isAsked = true;
      this.#isStale = false;
      const { width, height, data } = this.#picture();
      this.#post({ type: 'picture', width, height, data }, [data.buffer]);
    });
  }

  #post(message: ToRecogniser, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

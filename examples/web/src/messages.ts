import type { Settings } from './recipe.ts';

export type Status =
  | 'opening'
  | 'idle'
  | 'loading'
  | 'training'
  | 'pausing'
  | 'paused'
  | 'finished'
  | 'failed';

/** Loss and accuracy of the batch of one step, counted from 0. */
export interface Point {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** An epoch, judged on the test images; counted from 1. */
export interface Judged {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Where the training stands. */
export interface Progress {
  readonly status: Status;
  readonly settings: Settings;
  /** Steps that are done. */
  readonly step: number;
  readonly judged: readonly Judged[];
  /** What is new since the last message, or all of it where `afresh`. */
  readonly points: readonly Point[];
  readonly afresh: boolean;
  readonly imagesPerSecond?: number;
  /** Bytes of the data that have come. */
  readonly loaded?: number;
  /** SHA-256 of the weights, where the training stands still. */
  readonly hash?: string;
  /** A file of the model, for whoever wants to use it. */
  readonly file?: Uint8Array<ArrayBuffer>;
  readonly problem?: string;
}

export interface Machine {
  readonly threads: number;
  readonly sharedMemory: boolean;
}

export type ToTrainer =
  | {
      readonly type: 'open';
      readonly data: string;
      readonly settings: Settings;
      readonly threads?: number;
      /** Least milliseconds between two saves while training. */
      readonly saveEvery?: number;
    }
  | { readonly type: 'start'; readonly settings: Settings }
  | { readonly type: 'pause' | 'resume' | 'reset' }
  /** The page has drawn a frame with what it was told last. */
  | { readonly type: 'drawn' };

export type FromTrainer =
  | ({ readonly type: 'machine' } & Machine)
  | { readonly type: 'progress'; readonly progress: Progress };

export type ToRecogniser =
  | { readonly type: 'model'; readonly from: string | Uint8Array<ArrayBuffer> }
  | {
      readonly type: 'picture';
      readonly width: number;
      readonly height: number;
      readonly data: Uint8ClampedArray;
    };

export type FromRecogniser =
  | { readonly type: 'ready' }
  /** Without probabilities where the picture shows no ink. */
  | { readonly type: 'answer'; readonly probabilities?: readonly number[]; readonly seen?: Uint8Array }
  | { readonly type: 'failed'; readonly problem: string };

import type { Kernel } from './kernel.ts';
import type { NonzeroProducts } from './nonzero-products.ts';
import type { Dtype } from './tensor-type.ts';
import type { WindowConvolutions, WindowProducts } from './window-products.ts';

/** A loop nest, or a walk over the elements that maxima passed on or that are not zero. */
export type PlanKernel = Kernel | WindowProducts | WindowConvolutions | NonzeroProducts;

export const isWindowConvolutions = (kernel: PlanKernel): kernel is WindowConvolutions =>
  'windows' in kernel && 'masks' in kernel;
export const isLoopNest = (kernel: PlanKernel): kernel is Kernel => 'stores' in kernel;
export const isNonzeroProducts = (kernel: PlanKernel): kernel is NonzeroProducts => 'dense' in kernel;
export const isWindowProducts = (kernel: PlanKernel): kernel is WindowProducts =>
  'windows' in kernel && !('masks' in kernel);

/**
 * Where a buffer of a kernel lies when it is called. `address` is relative to the region:
 * `absolute` the memory; `slot` the job's slot, plus sampleStride * sample; `stored` the memory, plus
 * sampleStride * sample; `accumulator` the shard's accumulators; `sample` the thread's scratch; `microBatch` the
 * thread's scratch, plus sampleStride * (sample - first of the micro-batch); `shard` the thread's scratch, plus
 * sampleStride * (sample - first of the shard).
 */
export interface Place {
  readonly region: 'absolute' | 'slot' | 'stored' | 'accumulator' | 'sample' | 'microBatch' | 'shard';
  readonly address: number;
  readonly sampleStride: number;
}

/** Sums over the batch: bytes at an offset of every shard's accumulators, and the address where they have joined. */
export interface JoinedSum {
  readonly offset: number;
  readonly bytes: number;
  readonly to: number;
}

/** A kernel with the places of its buffers. */
export interface KernelCall {
  /** Number of the kernel in the plan. */
  readonly kernel: number;
  readonly places: readonly Place[];
  /** What is joined before, where no other call reads it. */
  readonly joins?: readonly JoinedSum[];
}

/** Part of a segment: kernels run for one sample after another, or one kernel for the micro-batch at once. */
export type SegmentStep =
  | { readonly kind: 'samples'; readonly calls: readonly KernelCall[] }
  | {
      readonly kind: 'microBatch';
      readonly calls: readonly KernelCall[];
      /** The same for one sample, where a shard is no multiple of the micro-batch. */
      readonly single: readonly KernelCall[];
    };

/** Walks all samples by shards: an item of the phase is a shard. */
export interface Segment {
  readonly microBatch: number;
  readonly steps: readonly SegmentStep[];
  /** Once a shard, after its samples; kernels over a runtime number of samples. */
  readonly perShard: readonly KernelCall[];
  /** Bytes of a shard's accumulators: they start at zero. */
  readonly accumulators: number;
}

/** Calls without a batch; the items of a phase are independent, the calls of an item run in order. */
export interface BorderPhase {
  readonly items: readonly (readonly KernelCall[])[];
  /** Sums that further items of the phase join. */
  readonly joins?: readonly JoinedSum[];
}

export interface PlanLevel {
  readonly border: readonly BorderPhase[];
  readonly segment?: Segment;
}

/** How a tensor lies in memory; strides in bytes. */
export interface TensorLayout {
  readonly shape: readonly number[];
  /** Byte offset of element 0 (behind the zeros before it). */
  readonly base: number;
  readonly strides: readonly number[];
  /** Bytes from one sample to the next; of an unbatched tensor, its bytes. */
  readonly bytes: number;
}

/** A program before emission. All addresses but those of slots and scratch are absolute. */
export interface Plan {
  readonly kernels: readonly PlanKernel[];
  readonly levels: readonly PlanLevel[];
  /** What runs behind the border of a level, instead of all that follows it, to set some variables alone. */
  readonly prelude?: { readonly level: number; readonly phases: readonly BorderPhase[] };
  /** Accumulators of the shards, which every level uses anew, `stride` bytes apart. */
  readonly accumulators: { readonly address: number; readonly stride: number };
  /** Bytes of a thread's scratch. */
  readonly scratchStride: number;
  /** Bytes behind everything that may be read, and are not used. */
  readonly overreach: number;
  /** Name of the output that has to be finite: else the last border does not run and the status becomes 1. */
  readonly guard?: string;
  /** Bytes of a slot: header, inputs, outputs. */
  readonly slotBytes: number;
  readonly inputs: readonly {
    readonly name: string;
    readonly dtype: Dtype;
    readonly place: Place;
    readonly layout: TensorLayout;
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly batched: boolean;
    readonly place: Place;
    readonly layout: TensorLayout;
  }[];
}

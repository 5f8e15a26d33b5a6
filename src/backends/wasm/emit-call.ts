import type { KernelCall, Place } from '../../ir/plan.ts';
import { type AnyCode, type Code, get, type Local } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { callKernel } from './compile-kernel.ts';
import type { CallableKernel } from './emit-kernel.ts';

/** Values that a driver function has at hand while it calls kernels. */
export interface Scope {
  readonly slot: Local<'i32'>;
  readonly accumulators?: Local<'i32'>;
  readonly scratch?: Local<'i32'>;
  /** The sample at hand, the first of its micro-batch, the first of its shard. */
  readonly sample?: Local<'i32'>;
  readonly firstOfMicroBatch?: Local<'i32'>;
  readonly firstOfShard?: Local<'i32'>;
  /** Samples that a kernel with a runtime extent walks. */
  readonly samples?: Code<'i32'>;
}

/** Calls a kernel with the addresses of its buffers. */
export function emitCall(call: KernelCall, compiled: readonly CallableKernel[], scope: Scope): AnyCode {
  return callKernel(compiled[call.kernel]!, {
    addresses: call.places.map((place) => address(place, scope)),
    samples: scope.samples ?? i32.const(0),
    slot: get(scope.slot),
    sample: scope.sample ? get(scope.sample) : i32.const(0),
  });
}

function address(place: Place, scope: Scope): Code<'i32'> {
  const strided = (base: Code<'i32'>, index: Code<'i32'> | undefined): Code<'i32'> =>
    index === undefined || place.sampleStride === 0
      ? base
      : i32.add(base, i32.mul(index, i32.const(place.sampleStride)));
  const from = (first: Local<'i32'> | undefined): Code<'i32'> | undefined =>
    scope.sample && first && scope.sample !== first ? i32.sub(get(scope.sample), get(first)) : undefined;
  const plus = (base: Local<'i32'>): Code<'i32'> => i32.add(get(base), i32.const(place.address));
  switch (place.region) {
    case 'absolute':
      return i32.const(place.address);
    case 'slot':
      return strided(plus(scope.slot), scope.sample && get(scope.sample));
    case 'stored':
      return strided(i32.const(place.address), scope.sample && get(scope.sample));
    case 'accumulator':
      return plus(required(scope.accumulators));
    case 'sample':
      return plus(required(scope.scratch));
    case 'microBatch':
      return strided(plus(required(scope.scratch)), from(scope.firstOfMicroBatch));
    case 'shard':
      return strided(plus(required(scope.scratch)), from(scope.firstOfShard));
  }
}

function required(local: Local<'i32'> | undefined): Local<'i32'> {
  if (!local) throw new Error('internal: scratch is used at a border');
  return local;
}

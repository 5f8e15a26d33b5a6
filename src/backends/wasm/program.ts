import type { Target } from '../../compiler/schedule/schedule.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { MemoryRange } from '../../ir/memory-range.ts';
import {
  type BorderPhase,
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type KernelCall,
  type Place,
  type Plan,
  type PlanLevel,
  type Segment,
} from '../../ir/plan.ts';
import { slotWord } from '../../ir/slot.ts';
import {
  type AnyCode,
  type Code,
  forRange,
  get,
  ifThen,
  type Local,
  returnVoid,
  sequence,
  set,
  whileLoop,
} from './assembler.ts';
import { f32, i32, memory } from './assembler-scalar.ts';
import { clearBody, clearItems } from './clear-ranges.ts';
import { emitCall, type Scope } from './emit-call.ts';
import type { CallableKernel } from './emit-kernel.ts';
import { emitNonzeroProducts } from './emit-nonzero-products.ts';
import { emitWindowConvolutions } from './emit-window-convolutions.ts';
import { emitWindowProducts } from './emit-window-products.ts';
import { callJoin, type JoinFunction, joinFunction, joinItems, joinPieces } from './join-shards.ts';
import type { ModuleBuilder, WasmFunction } from './module.ts';
import { slotWordCode as word } from './slot-word.ts';

/** A phase as the runtime runs it: `entry(item, thread, slot)` for every item. */
export interface ProgramPhase {
  readonly entry: string;
  readonly items: 'shards' | number;
}

/** What the runtime runs for a step, in order. */
export interface ProgramPhases {
  readonly phases: readonly ProgramPhase[];
  /** What it runs for the prelude of the plan, if that has one. */
  readonly prelude: readonly ProgramPhase[] | undefined;
}

/** Where a program runs. */
export interface ProgramMemory {
  /** Address of thread 0's scratch. */
  readonly scratch: number;
  /** What other programs use too: cleared where one of them ran since the last step. */
  readonly shared: readonly MemoryRange[];
}

/** Adds the functions of a plan to a module and lists its phases. */
export function emitProgram(
  plan: Plan,
  builder: ModuleBuilder,
  compile: (kernel: Kernel, builder: ModuleBuilder) => CallableKernel,
  { scratch, shared }: ProgramMemory,
  target: Target = {},
): ProgramPhases {
  const compiled = plan.kernels.map((kernel) =>
    isWindowProducts(kernel)
      ? { fn: emitWindowProducts(kernel, builder) }
      : isWindowConvolutions(kernel)
        ? { fn: emitWindowConvolutions(kernel, builder, target) }
        : isNonzeroProducts(kernel)
          ? { fn: emitNonzeroProducts(kernel, () => compile(kernel.dense, builder), builder, target) }
          : compile(kernel, builder),
  );
  // many programs have nothing to join
  let joining: JoinFunction | undefined;
  const join = (): JoinFunction => {
    joining ??= joinFunction(builder, plan.accumulators);
    return joining;
  };
  const phases: ProgramPhase[] = [];
  const make = (
    entry: string,
    items: ProgramPhase['items'],
    body: (fn: WasmFunction) => AnyCode,
  ): ProgramPhase => {
    const fn = builder.function(entry, ['i32', 'i32', 'i32'], { exportName: entry });
    fn.setBody(body(fn));
    return { entry, items };
  };
  const phase = (items: ProgramPhase['items'], body: (fn: WasmFunction) => AnyCode): void =>
    void phases.push(make(`phase${phases.length}`, items, body));
  const scratchOf = (thread: Local<'i32'>): Code<'i32'> =>
    i32.add(i32.const(scratch), i32.mul(get(thread), i32.const(plan.scratchStride)));
  let prelude: ProgramPhase[] | undefined;
  if (shared.length > 0) phase(clearItems(shared), (fn) => clearBody(fn, shared));
  plan.levels.forEach((level: PlanLevel, k) => {
    const guarded = plan.guard !== undefined && k === plan.levels.length - 1;
    if (guarded) phase(1, (fn) => guardBody(fn, plan));
    for (const border of level.border)
      phase(border.items.length + joinItems(border.joins ?? []), (fn) =>
        borderBody(fn, border, compiled, join, guarded, scratchOf),
      );
    if (plan.prelude?.level === k)
      prelude = [
        ...phases,
        ...plan.prelude.phases.map((border, n) =>
          make(`prelude${n}`, border.items.length, (fn) =>
            borderBody(fn, border, compiled, join, false, scratchOf),
          ),
        ),
      ];
    if (level.segment) phase('shards', (fn) => segmentBody(fn, level.segment!, plan, compiled, scratchOf));
  });
  return { phases, prelude };
}

/** Sets the status to 1 if an element of the guarded output is NaN or infinite: x * 0 is 0 for finite x alone. */
function guardBody(fn: WasmFunction, plan: Plan): AnyCode {
  const output = plan.outputs.find((o) => o.name === plan.guard);
  if (!output) throw new Error(`internal: the guard "${plan.guard}" is no output`);
  const slot = fn.param(2);
  const [sample, at, doubt] = [fn.local('i32'), fn.local('i32'), fn.local('f32')];
  const { place, layout } = output;
  let offsets = [layout.base];
  layout.shape.forEach((extent, k) => {
    offsets = offsets.flatMap((o) => Array.from({ length: extent }, (_, i) => o + i * layout.strides[k]!));
  });
  return sequence(
    forRange(
      sample,
      i32.const(0),
      word(slot, slotWord.batch),
      sequence(
        set(
          at,
          i32.add(
            i32.add(get(slot), i32.const(place.address)),
            i32.mul(get(sample), i32.const(place.sampleStride)),
          ),
        ),
        ...offsets.map((offset) =>
          set(doubt, f32.add(get(doubt), f32.mul(f32.load(get(at), offset), f32.const(0)))),
        ),
      ),
    ),
    ifThen(f32.ne(get(doubt), f32.const(0)), i32.store(get(slot), i32.const(1), 4 * slotWord.status)),
  );
}

function borderBody(
  fn: WasmFunction,
  { items, joins = [] }: BorderPhase,
  compiled: readonly CallableKernel[],
  join: () => JoinFunction,
  guarded: boolean,
  scratchOf: (thread: Local<'i32'>) => Code<'i32'>,
): AnyCode {
  const [item, thread, slot] = [fn.param(0), fn.param(1), fn.param(2)];
  const usesScratch = items.some((calls) => calls.some(({ places }) => places.some(isScratch)));
  const scratch = usesScratch ? fn.local('i32') : undefined;
  const scope: Scope = { slot, samples: word(slot, slotWord.batch), ...(scratch ? { scratch } : {}) };
  const run = (call: KernelCall): AnyCode =>
    sequence(
      ...(call.joins ?? []).map((sum) => callJoin(join(), sum, slot)),
      emitCall(call, compiled, scope),
    );
  return sequence(
    ...(guarded ? [ifThen(word(slot, slotWord.status), returnVoid())] : []),
    ...(scratch ? [set(scratch, scratchOf(thread))] : []),
    ...items.map((calls, k) => ifThen(i32.eq(get(item), i32.const(k)), sequence(...calls.map(run)))),
    joins.length > 0 ? joinPieces(join(), joins, item, items.length, slot) : sequence(),
  );
}

const isScratch = ({ region }: Place): boolean => region === 'sample';

function segmentBody(
  fn: WasmFunction,
  segment: Segment,
  plan: Plan,
  compiled: readonly CallableKernel[],
  scratchOf: (thread: Local<'i32'>) => Code<'i32'>,
): AnyCode {
  const [shard, thread, slot] = [fn.param(0), fn.param(1), fn.param(2)];
  const names = ['first', 'end', 'accumulators', 'scratch', 'start', 'stop', 'sample'] as const;
  const local = Object.fromEntries(names.map((name) => [name, fn.local('i32')])) as Record<
    (typeof names)[number],
    Local<'i32'>
  >;
  const scope: Scope = {
    slot,
    accumulators: local.accumulators,
    scratch: local.scratch,
    firstOfMicroBatch: local.start,
    firstOfShard: local.first,
  };
  const bound = (item: Code<'i32'>): Code<'i32'> =>
    i32.divU(i32.mul(item, word(slot, slotWord.batch)), word(slot, slotWord.shards));
  const each = (calls: readonly KernelCall[]): AnyCode =>
    forRange(
      local.sample,
      get(local.start),
      get(local.stop),
      sequence(...calls.map((c) => emitCall(c, compiled, { ...scope, sample: local.sample }))),
    );
  const { microBatch } = segment;
  const body = segment.steps.map((step): AnyCode => {
    if (step.kind === 'samples') return each(step.calls);
    if (microBatch === 1) return each(step.single);
    return ifThen(
      i32.eq(i32.sub(get(local.stop), get(local.start)), i32.const(microBatch)),
      sequence(...step.calls.map((c) => emitCall(c, compiled, { ...scope, sample: local.start }))),
      each(step.single),
    );
  });
  const next = i32.add(get(local.start), i32.const(microBatch));
  return sequence(
    set(local.first, bound(get(shard))),
    set(local.end, bound(i32.add(get(shard), i32.const(1)))),
    set(
      local.accumulators,
      i32.add(i32.const(plan.accumulators.address), i32.mul(get(shard), i32.const(plan.accumulators.stride))),
    ),
    set(local.scratch, scratchOf(thread)),
    segment.accumulators > 0
      ? memory.fill(get(local.accumulators), i32.const(0), i32.const(segment.accumulators))
      : sequence(),
    set(local.start, get(local.first)),
    whileLoop(
      i32.ltS(get(local.start), get(local.end)),
      sequence(
        set(local.stop, next),
        ifThen(i32.gtS(get(local.stop), get(local.end)), set(local.stop, get(local.end))),
        ...body,
        set(local.start, get(local.stop)),
      ),
    ),
    ...segment.perShard.map((c) =>
      emitCall(c, compiled, {
        ...scope,
        sample: local.first,
        samples: i32.sub(get(local.end), get(local.first)),
      }),
    ),
  );
}

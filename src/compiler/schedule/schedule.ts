import type { Load } from '../../ir/expression.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { analyseKernel, type KernelFacts } from './facts.ts';
import { chooseLoops } from './loops.ts';
import { normaliseKernel } from './normalise.ts';
import { tileCandidates } from './tile.ts';
import type { TileCandidate } from './tile-shape.ts';
import { type VectorPath, vectorChoices } from './vector-axis.ts';

/**
 * A loop over an axis in steps; what is left of the axis inside (the step, or the remainder) is written out. A
 * chunk is a part of the slowest reduce axis that stands outside the outputs: accumulators go through memory.
 */
export interface ScheduledLoop {
  readonly axis: string;
  readonly step: number;
  readonly kind: 'chunk' | 'output' | 'reduce';
}

/** How a kernel runs: its lanes, its tile and the order of its loops. It changes no bit of the result. */
export interface Schedule {
  /** The normalised kernel that the loops walk. */
  readonly kernel: Kernel;
  readonly facts: KernelFacts;
  /**
   * `vector`: every access is contiguous or uniform along the lanes; `gather`: some are strided and go lane by
   * lane; `scalar`: no axis serves as lanes.
   */
  readonly path: VectorPath;
  /** The output axis whose neighbours are lanes. */
  readonly vectorAxis: string | undefined;
  /** Groups of four lanes in a tile. */
  readonly groups: number;
  /** Outermost first; reduce loops come last, in the order of the sum. */
  readonly loops: readonly ScheduledLoop[];
  /** Points of output axes in a tile, the slowest first in the written-out block. */
  readonly tile: ReadonlyMap<string, number>;
  /** Points of reduce axes in a written-out block. */
  readonly unroll: ReadonlyMap<string, number>;
  /** The load whose values are shared between neighbouring points, which are then visited by its address. */
  readonly sliding: Load | undefined;
  /** 256-bit registers that the tile holds, at the estimate of the cost model. */
  readonly registers: number;
  /** Estimated cycles a call. */
  readonly cycles: number;
}

/** What the machine offers. It decides speed alone: every schedule of a kernel gives the same bits. */
export interface Target {
  /** Float32 lanes of a register: 8 where the engine joins pairs of 128-bit operations, else 4. Default 8. */
  readonly registerLanes?: 4 | 8;
}

/** The cheapest schedule by the cost model, the first of equals. */
export function scheduleKernel(kernel: Kernel, target: Target = {}): Schedule {
  const candidates = candidatesOf(kernel, target);
  let best = candidates[0]!;
  for (const each of candidates) if (each.candidate.cycles < best.candidate.cycles) best = each;
  return finish(best);
}

/** The cheapest schedules by the cost model, best first. */
export function rankSchedules(kernel: Kernel, count: number, target: Target = {}): Schedule[] {
  const candidates = candidatesOf(kernel, target);
  candidates.sort((a, b) => a.candidate.cycles - b.candidate.cycles);
  return candidates.slice(0, count).map(finish);
}

interface Candidate {
  readonly facts: KernelFacts;
  readonly candidate: TileCandidate;
}

function candidatesOf(kernel: Kernel, target: Target): Candidate[] {
  const pairs = target.registerLanes !== 4;
  return variantsOf(kernel).flatMap((variant) => {
    const facts = analyseKernel(normaliseKernel(variant));
    return vectorChoices(facts).flatMap((choice) =>
      tileCandidates(facts, choice, pairs).map((candidate) => ({ facts, candidate })),
    );
  });
}

/** Loops with bounds of their own are not written out and not fused: all terms may be cheaper. */
function variantsOf(kernel: Kernel): Kernel[] {
  const { clips, ...whole } = kernel;
  return clips ? [kernel, whole] : [kernel];
}

function finish({ facts, candidate }: Candidate): Schedule {
  const { choice, groups, tile, unroll, sliding, registers, cycles } = candidate;
  return {
    kernel: facts.kernel,
    facts,
    path: choice.path,
    vectorAxis: choice.axis,
    groups,
    loops: chooseLoops(facts, candidate),
    tile,
    unroll,
    sliding,
    registers,
    cycles,
  };
}

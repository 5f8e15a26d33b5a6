import { invariant } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import type { ArenaUse } from './arena.ts';
import type { CompileTarget } from './compile-graph.ts';
import type { Placement } from './program-cache.ts';

/**
 * A target that notes what a compilation reserves. Where a memory, the arena and the variables are as they were, the same
 * compilation reserves the same: `replay` does it without compiling.
 */
export function recorded(
  target: CompileTarget,
  variables: readonly Node[],
): { target: CompileTarget; placements: readonly Placement[] } {
  const placements: Placement[] = [];
  const numbers = new Map(variables.map((variable, number) => [variable, number]));
  const { arena } = target;
  return {
    placements,
    target: {
      ...target,
      arena: {
        open(): ArenaUse {
          const use = arena.open();
          const reserve = use.reserve.bind(use);
          use.reserve = (bytes): number => {
            const address = reserve(bytes);
            placements.push({ kind: 'range', bytes, address });
            return address;
          };
          return use;
        },
      },
      addressOf(variable): number {
        const address = target.addressOf(variable);
        placements.push({ kind: 'variable', number: numbers.get(variable)!, address });
        return address;
      },
    },
  };
}

/** Reserves what a compilation reserved. */
export function replay(
  placements: readonly Placement[],
  { arena, addressOf }: CompileTarget,
  variables: readonly Node[],
): void {
  const use = arena.open();
  for (const placed of placements) {
    const address =
      placed.kind === 'range' ? use.reserve(placed.bytes) : addressOf(variables[placed.number]!);
    invariant(address === placed.address, 'equal programs lie at equal places of equal memories');
  }
}

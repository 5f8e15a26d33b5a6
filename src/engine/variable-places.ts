import { layoutOf } from '../compiler/plan/lay-out.ts';
import type { Node } from '../graph/node.ts';
import type { TensorLayout } from '../ir/plan.ts';
import type { SessionMemory } from './session-memory.ts';

export interface PlacedVariable {
  readonly address: number;
  readonly layout: TensorLayout;
}

/** Where the variables of a session lie: each gets its place when it is first asked for. */
export class VariablePlaces {
  readonly #memory: SessionMemory;
  readonly #places = new Map<Node, PlacedVariable>();

  constructor(memory: SessionMemory) {
    this.#memory = memory;
  }

  /** The address of a variable that has its place. */
  known(node: Node): number | undefined {
    return this.#places.get(node)?.address;
  }

  of(node: Node): PlacedVariable {
    let placed = this.#places.get(node);
    if (!placed) {
      const { name, type } = node;
      const layout = layoutOf({ id: 0, name, role: 'variable', type, definition: undefined });
      placed = { address: this.#memory.reserve(layout.bytes + 16), layout };
      this.#places.set(node, placed);
    }
    return placed;
  }
}

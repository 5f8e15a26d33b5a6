/** A tensor that lives in memory for a part of a program; positions are [step, call in the step]. */
export interface ScratchUse {
  readonly id: number;
  readonly bytes: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Tensors with zeros around them share a place only with equal layouts, so that the zeros survive. */
  readonly key: string;
}

type Position = ScratchUse['from'];

/** A range of bytes and the time in which it is taken. */
interface Block {
  readonly uses: readonly ScratchUse[];
  readonly bytes: number;
  readonly from: Position;
  readonly to: Position;
}

/** Places are multiples of a cache line, with room for a vector that starts at the last element. */
const ALIGNMENT = 64;
const SLACK = 64;
const ALWAYS: Pick<Block, 'from' | 'to'> = {
  from: [Number.NEGATIVE_INFINITY, 0],
  to: [Number.POSITIVE_INFINITY, 0],
};

const before = (a: Position, b: Position): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
const aligned = (bytes: number): number => Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;

/**
 * Gives each use an offset; uses that live at the same time do not overlap. The largest comes first, each goes into
 * the smallest gap that holds it, or behind all others: "greedy by size" of Pisarchyk and Lee, Efficient Memory
 * Management for Deep Neural Net Inference (arXiv 2001.03288).
 */
export function allocateScratch(uses: readonly ScratchUse[]): {
  offsets: Map<number, number>;
  bytes: number;
} {
  const plain = uses
    .filter(({ key }) => key === '')
    .map((use): Block => ({ uses: [use], bytes: aligned(use.bytes), from: use.from, to: use.to }));
  const blocks = [...plain, ...keyedBlocks(uses.filter(({ key }) => key !== ''))];
  const first = (block: Block): number => block.uses[0]!.id;
  blocks.sort((a, b) => b.bytes - a.bytes || first(a) - first(b));
  /** Blocks with their offsets, the lowest first. */
  const placed: { readonly block: Block; readonly offset: number }[] = [];
  const offsets = new Map<number, number>();
  let total = 0;
  for (const block of blocks) {
    const offset = smallestGap(
      placed.filter((other) => meet(block, other.block)),
      block.bytes,
    );
    const at = placed.findIndex((other) => other.offset > offset);
    placed.splice(at < 0 ? placed.length : at, 0, { block, offset });
    for (const { id } of block.uses) offsets.set(id, offset);
    total = Math.max(total, offset + block.bytes);
  }
  return { offsets, bytes: total };
}

const meet = (a: Block, b: Block): boolean => !before(a.to, b.from) && !before(b.to, a.from);

/** The offset of the smallest gap of at least `bytes` between blocks that are sorted by offset, or their end. */
function smallestGap(
  taken: readonly { readonly block: Block; readonly offset: number }[],
  bytes: number,
): number {
  let end = 0;
  let best: { offset: number; room: number } | undefined;
  for (const { block, offset } of taken) {
    const room = offset - end;
    if (room >= bytes && (!best || room < best.room)) best = { offset: end, room };
    end = Math.max(end, offset + block.bytes);
  }
  return best?.offset ?? end;
}

/** Uses of one layout after another share a block that nothing else ever enters. */
function keyedBlocks(uses: readonly ScratchUse[]): Block[] {
  const sorted = [...uses].sort((a, b) =>
    before(a.from, b.from) ? -1 : before(b.from, a.from) ? 1 : a.id - b.id,
  );
  const blocks: { uses: ScratchUse[]; bytes: number }[] = [];
  for (const use of sorted) {
    const bytes = aligned(use.bytes);
    const same = blocks.find((block) => {
      const last = block.uses.at(-1)!;
      return last.key === use.key && block.bytes === bytes && before(last.to, use.from);
    });
    if (same) same.uses.push(use);
    else blocks.push({ uses: [use], bytes });
  }
  return blocks.map((block) => ({ ...block, ...ALWAYS }));
}

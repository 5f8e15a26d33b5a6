import { axesOf, equalAffine } from '../../ir/affine.ts';
import { type Piece, wholePiece } from '../../ir/definition.ts';
import { StructuralKeys } from '../../ir/structural.ts';
import { type NonzeroMatch, nonzeroProductOf } from './find-nonzero-products.ts';
import type { WindowProductsMatch } from './find-window-products.ts';
import { isBorderNode, isSegmentNode } from './levels.ts';
import {
  containsKind,
  isElementwise,
  nodeLoads,
  type PlanNode,
  piecesOf,
  sourcesOf,
  usersOf,
} from './plan-graph.ts';
import type { SegmentedGraph } from './rematerialise.ts';
import { readsAlike, windowKey } from './shared-loops.ts';

/** Nodes that become one loop nest: a main node and elementwise ones computed in its store. */
export interface FusionGroup {
  readonly main: PlanNode;
  /** The main node first; all have the shape of the main node. */
  readonly members: readonly PlanNode[];
  /** Members that others read, that leave the step or that are assigned: they have a buffer. */
  readonly outputs: readonly PlanNode[];
  /** Numbers of the nodes outside the group that it reads. */
  readonly sources: readonly number[];
  /** The members are products that walk the gradient of window maxima. */
  readonly products?: WindowProductsMatch;
  /** The main node walks the nonzero values of an operand. */
  readonly nonzero?: NonzeroMatch;
}

/** Groups of one level: first those of the border, then those of the segment, each in dependency order. */
export interface LevelGroups {
  readonly border: readonly FusionGroup[];
  readonly segment: readonly FusionGroup[];
}

/** Members of an elementwise group at most: more would not keep their values in registers. */
const LARGEST_GROUP = 8;

/** Sums over the batch that share their loops at most: each has accumulators of its own. */
const MOST_SUMS = 3;

/** A segmented graph and the products found in it. */
export interface MatchedGraph extends SegmentedGraph {
  readonly products: readonly WindowProductsMatch[];
}

export interface GroupedGraph extends MatchedGraph {
  readonly groups: readonly LevelGroups[];
  /** What the prelude assigns, behind the border of its level. */
  readonly prelude: readonly FusionGroup[];
}

/**
 * Fuses elementwise nodes into the store of what they read: into the latest group of which they read a member at
 * their own element, if everything else they read is computed before that group. A window maximum and the argmax
 * of the same window share one nest, and so do sums over the batch that read the same elements.
 */
export function groupNodes(segmented: MatchedGraph): GroupedGraph {
  const { graph, levels } = segmented;
  const surroundings = surroundingsOf(segmented);
  const byLevel = new Map<number, PlanNode[]>();
  const inPrelude = new Set(graph.prelude.map(({ value }) => value));
  for (const node of graph.nodes) {
    if (inPrelude.has(node.id)) continue;
    const level = levels.of.get(node.id)!;
    const here = byLevel.get(level);
    if (here) here.push(node);
    else byLevel.set(level, [node]);
  }
  const groups: LevelGroups[] = [];
  for (let level = 0; level <= levels.count; level++) {
    const here = byLevel.get(level) ?? [];
    groups.push({
      border: groupList(surroundings, here.filter(isBorderNode), true),
      segment: groupList(surroundings, here.filter(isSegmentNode), false),
    });
  }
  const prelude = groupList(
    surroundings,
    graph.prelude.map(({ value }) => surroundings.byId.get(value)!),
    true,
  );
  return { ...segmented, groups, prelude };
}

/** What all levels share. */
interface Surroundings {
  readonly byId: ReadonlyMap<number, PlanNode>;
  readonly users: ReadonlyMap<number, readonly PlanNode[]>;
  /** Numbers of the nodes that have a buffer whoever reads them. */
  readonly kept: ReadonlySet<number>;
  /** The products of a node, and what is walked instead of being computed. */
  readonly matchOf: ReadonlyMap<number, WindowProductsMatch>;
  readonly neverComputed: ReadonlySet<number>;
}

function surroundingsOf({ graph, stored, products }: MatchedGraph): Surroundings {
  const kept = new Set<number>(stored);
  for (const output of graph.outputs) kept.add(output.node);
  for (const { value } of [...graph.assignments, ...graph.prelude]) kept.add(value);
  const matchOf = new Map<number, WindowProductsMatch>();
  for (const match of products) {
    for (const product of [match.toInput, match.toWeights]) if (product) matchOf.set(product.node, match);
  }
  return {
    byId: new Map(graph.nodes.map((node) => [node.id, node])),
    users: usersOf(graph.nodes),
    kept,
    matchOf,
    neverComputed: new Set(products.map((match) => match.gradient.id)),
  };
}

interface OpenGroup {
  readonly main: PlanNode;
  readonly members: PlanNode[];
  /** Loops that other nodes may share, where there are such: `windowKey`. */
  readonly window: string | undefined;
  readonly products: WindowProductsMatch | undefined;
  readonly nonzero: NonzeroMatch | undefined;
}

function groupList(
  { byId, users, kept, matchOf, neverComputed }: Surroundings,
  nodes: readonly PlanNode[],
  border: boolean,
): FusionGroup[] {
  const open: OpenGroup[] = [];
  const homeOf = new Map<number, number>();
  const readersOf = new Map<number, Set<number>>();
  const keys = new StructuralKeys();
  for (const node of productsTogether(nodes, matchOf)) {
    if (neverComputed.has(node.id)) continue;
    const match = matchOf.get(node.id);
    const window = match ? undefined : windowKey(node, keys, byId);
    const twin = match ? open.findIndex((group) => group.products === match) : -1;
    const home = match
      ? twin < 0
        ? undefined
        : twin
      : findHome(node, open, homeOf, readersOf, window, border, byId);
    homeOf.set(node.id, home ?? open.length);
    for (const source of sourcesOf(node)) {
      const readers = readersOf.get(source);
      if (readers) readers.add(home ?? open.length);
      else readersOf.set(source, new Set([home ?? open.length]));
    }
    if (home !== undefined) open[home]!.members.push(node);
    else {
      const nonzero = match || border ? undefined : nonzeroProductOf(node, (id) => byId.get(id)!);
      open.push({ main: node, members: [node], window, products: match, nonzero });
    }
  }
  const leaves = (node: PlanNode): boolean => {
    const home = homeOf.get(node.id);
    const fused = (user: PlanNode): boolean => homeOf.get(user.id) === home && atOwnElement(user, node.id);
    return !(users.get(node.id) ?? []).every(fused);
  };
  const made = open
    .map(({ main, members, products: match, nonzero }): FusionGroup => {
      const read = new Set([...members, ...(match ? [match.gradient] : [])].flatMap(sourcesOf));
      const inside = new Set([...members.map((m) => m.id), ...(match ? [match.gradient.id] : [])]);
      return {
        main,
        members,
        outputs: members.filter((m) => kept.has(m.id) || m.definition!.batch === 'reduce' || leaves(m)),
        sources: [...read].filter((id) => !inside.has(id)),
        ...(match ? { products: match } : {}),
        ...(nonzero ? { nonzero } : {}),
      };
    })
    .filter((group) => group.outputs.length > 0);
  return made;
}

/**
 * The nodes in an order in which both products of a gradient, which one group computes, follow each other: behind all
 * that either reads. Else a node between them could join a group that one product reads and read the other itself.
 */
function productsTogether(
  nodes: readonly PlanNode[],
  matchOf: ReadonlyMap<number, WindowProductsMatch>,
): PlanNode[] {
  if (!nodes.some((node) => matchOf.has(node.id))) return [...nodes];
  const unitOf = (node: PlanNode): PlanNode | WindowProductsMatch => matchOf.get(node.id) ?? node;
  const members = Map.groupBy(nodes, unitOf);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<PlanNode | WindowProductsMatch>();
  const ordered: PlanNode[] = [];
  const visit = (unit: PlanNode | WindowProductsMatch): void => {
    if (seen.has(unit)) return;
    seen.add(unit);
    const own = members.get(unit)!;
    for (const id of own.flatMap(sourcesOf)) {
      const source = byId.get(id);
      if (source) visit(unitOf(source));
    }
    ordered.push(...own);
  };
  for (const node of nodes) visit(unitOf(node));
  return ordered;
}

function findHome(
  node: PlanNode,
  open: readonly OpenGroup[],
  homeOf: ReadonlyMap<number, number>,
  readersOf: ReadonlyMap<number, ReadonlySet<number>>,
  window: string | undefined,
  border: boolean,
  byId: ReadonlyMap<number, PlanNode>,
): number | undefined {
  const homes = sourcesOf(node).flatMap((id) => homeOf.get(id) ?? []);
  const latest = Math.max(-1, ...homes);
  if (window !== undefined) {
    const sums = node.definition!.batch === 'reduce';
    const same = open.findIndex(
      (group) =>
        group.window === window &&
        (!sums || (group.members.length < MOST_SUMS && readsAlike(group.main, node, byId))),
    );
    return same >= 0 && latest < same ? same : undefined;
  }
  if (!isElementwise(node) || containsKind(node, 'random') || node.unsharded) return undefined;
  const sameShape = (g: OpenGroup): boolean => String(g.main.type.shape) === String(node.type.shape);
  const fits = (k: number): boolean => {
    const g = open[k]!;
    if (g.products || g.nonzero || g.main.choosesRows) return false;
    if (
      !sameShape(g) ||
      g.main.type.batched !== node.type.batched ||
      g.main.definition!.batch === 'reduce' ||
      g.main.unsharded
    )
      return false;
    if (piecesOf(g.main).length !== 1 || !wholePiece(g.main.definition!, g.main.type.shape)) return false;
    if (containsKind(g.main, 'random') || (g.members.length >= LARGEST_GROUP && isElementwise(g.main)))
      return false;
    return sourcesOf(node).every((id) => {
      const home = homeOf.get(id);
      return home === undefined || home < k || (home === k && atOwnElement(node, id));
    });
  };
  if (latest >= 0 && fits(latest) && homes.includes(latest)) {
    // in a segment only stores of reductions take members: elementwise chains were inlined where that pays
    if (border || containsKind(open[latest]!.main, 'reduce') || isElementwise(open[latest]!.main))
      return latest;
  }
  if (!border) return undefined;
  // else the last group behind all that it reads which reads one of the same values
  const sharing = new Set(sourcesOf(node).flatMap((id) => [...(readersOf.get(id) ?? [])]));
  return [...sharing]
    .filter((k) => k > latest)
    .sort((a, b) => b - a)
    .find((k) => isElementwise(open[k]!.main) && fits(k));
}

/** Every load of the source stands at the element that the node computes. */
function atOwnElement(node: PlanNode, source: number): boolean {
  const piece = piecesOf(node)[0]!;
  return nodeLoads(node)
    .filter((l) => l.source === source)
    .every((l) => l.index.every((form, k) => equalAffine(form, piece.index[k]!) || bothUnit(form, piece, k)));
}

const bothUnit = (form: Piece['index'][number], piece: Piece, k: number): boolean =>
  axesOf(form).length === 0 && form.constant === 0 && axesOf(piece.index[k]!).length === 0;

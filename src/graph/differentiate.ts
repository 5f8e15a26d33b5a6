import { invariant } from '../errors/index.ts';
import { affine, axisIndex } from '../ir/affine.ts';
import * as b from '../ir/build.ts';
import { compute, type Definition, extentsOf, outputAxesOf, wholePiece } from '../ir/definition.ts';
import type { Expression, Load, Reduce } from '../ir/expression.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { operands, reductionsOf, visitExpression } from '../ir/walk.ts';
import { accumulate, type Contribution, contributionBatch, coversAll, loadedNodes } from './accumulate.ts';
import { canonicalPiece } from './canonical-piece.ts';
import { propagateBinary, unaryAdjoint } from './chain-rules.ts';
import { invertLoad } from './invert.ts';
import { isCheap, type Nest, regionInReverse } from './nest.ts';
import { computeNode, type Node, topologicalOrder, withLayer } from './node.ts';
import { rewriteNodes } from './rewrite.ts';
import { sinkMonotone } from './sink-monotone.ts';
import { trimTaps } from './trim-taps.ts';

/**
 * The derivative of an objective by some nodes, as nodes of the same shape: of the sum of a batched objective over
 * all samples, of an unbatched one itself, and of the sum of several.
 *
 * Bias and clipping activations move behind max-pools first, and taps that reach nothing vanish; the same rewrites of
 * the forward graph (`simplify`) make the two share their values. A node that the objective does not depend on has the gradient 0.
 * @param objective shape []
 * @throws {UnsupportedError} where an index cannot be solved
 */
export function gradients(objective: Node | readonly Node[], variables: readonly Node[]): Map<Node, Node> {
  const objectives: readonly Node[] = Array.isArray(objective) ? objective : [objective as Node];
  for (const { type } of objectives) invariant(elementCount(type.shape) === 1, 'an objective is a number');
  const rewritten = rewriteNodes(objectives, (node) => sinkMonotone(node) ?? trimTaps(node));
  const targets = variables.map((variable) => rewritten.get(variable.id) ?? variable);
  const found = new Differentiation(
    objectives.map((node) => rewritten.get(node.id)!),
    targets,
  ).run();
  return new Map(variables.map((variable, k) => [variable, found.get(targets[k]!) ?? zeros(targets[k]!)]));
}

const zeros = ({ name, type }: Node): Node =>
  computeNode(
    `${name}.gradient`,
    type.shape,
    compute(type.batched ? 'map' : 'none', type.shape, () => b.constant(0)),
    [],
  );

class Differentiation {
  private readonly contributions = new Map<Node, Contribution[]>();
  private readonly needed = new Set<Node>();
  private readonly byId = new Map<number, Node>();
  private readonly objectives: ReadonlySet<Node>;
  private readonly targets: ReadonlySet<Node>;
  private readonly order: readonly Node[];

  constructor(objectives: readonly Node[], targets: readonly Node[]) {
    this.objectives = new Set(objectives);
    this.targets = new Set(targets);
    this.order = topologicalOrder(objectives);
    for (const node of this.order) {
      this.byId.set(node.id, node);
      const through = !node.stopGradient && node.inputs.some((source) => this.needed.has(source));
      if (this.targets.has(node) || through) this.needed.add(node);
    }
  }

  run(): Map<Node, Node> {
    const found = new Map<Node, Node>();
    for (const node of [...this.order].reverse()) {
      if (!this.needed.has(node)) continue;
      const tagged = (): void => {
        const gradient = this.gradientOf(node);
        if (gradient === undefined) return;
        if (this.targets.has(node)) found.set(node, asNode(node, gradient));
        if (node.definition && !node.stopGradient) this.differentiateNode(node, gradient);
      };
      if (node.layer === undefined) tagged();
      else withLayer(node.layer, tagged);
    }
    return found;
  }

  /** The gradient of a node: the constant 1 for an objective that nothing else reads. */
  private gradientOf(node: Node): Node | 1 | undefined {
    const parts = this.contributions.get(node) ?? [];
    if (!this.objectives.has(node)) return parts.length > 0 ? this.known(accumulate(node, parts)) : undefined;
    return parts.length === 0 ? 1 : this.known(accumulate(node, [unit(node), ...parts]));
  }

  private known(node: Node): Node {
    this.byId.set(node.id, node);
    return node;
  }

  private differentiateNode(node: Node, gradient: Node | 1): void {
    for (const piece of node.definition!.pieces) {
      const output = outputAxesOf(piece);
      const nest: Nest = {
        node,
        piece,
        outer: piece.axes.filter((axis) => output.has(axis.name)),
        inner: [],
      };
      const adjoint = gradient === 1 ? b.constant(1) : b.load(gradient, piece.index);
      this.differentiateRegion(piece.value, adjoint, nest, true);
    }
  }

  /**
   * Reverse mode over the expressions of one loop nest. Bodies of reductions are regions of their own, because
   * their adjoints live at more points.
   */
  private differentiateRegion(root: Expression, seed: Expression, nest: Nest, isRoot: boolean): void {
    const adjoints = new Map<Expression, Expression>([[root, seed]]);
    const depends = this.dependence(root);
    // Expressions whose value the node's own output gives wherever a clip around them lets a gradient through.
    const asOutput = new Set<Expression>(isRoot ? [root] : []);
    const propagate = (e: Expression, adjoint: Expression): void => {
      if (!depends.has(e)) return;
      const before = adjoints.get(e);
      adjoints.set(e, before ? b.add(before, adjoint) : adjoint);
    };
    const value = (e: Expression): Expression => {
      if (asOutput.has(e) && nest.node.definition!.batch !== 'reduce')
        return b.load(nest.node, nest.piece.index);
      return reductionsOf(e).length > 0 ? this.stored('value', e, nest) : e;
    };
    for (const e of regionInReverse(root)) {
      const adjoint = adjoints.get(e);
      if (!adjoint || !depends.has(e)) continue;
      switch (e.kind) {
        case 'load':
          this.contribute(e, adjoint, nest);
          break;
        case 'unary':
          propagate(e.a, unaryAdjoint(e, adjoint, value));
          break;
        case 'binary': {
          const clips = (e.op === 'max' || e.op === 'min') && asOutput.has(e);
          if (clips && e.b.kind === 'constant') asOutput.add(e.a);
          else if (clips && e.a.kind === 'constant') asOutput.add(e.b);
          propagateBinary(e, adjoint, value, propagate);
          break;
        }
        case 'select':
          propagate(e.a, b.select(e.mask, adjoint, 0));
          propagate(e.b, b.select(e.mask, 0, adjoint));
          break;
        case 'reduce':
          this.differentiateReduction(e, adjoint, nest);
          break;
        default:
          break;
      }
    }
  }

  private differentiateReduction(e: Reduce, adjoint: Expression, nest: Nest): void {
    if (e.op === 'argmax') return;
    const extents = extentsOf(nest.piece);
    const axes = e.axes.map((name) => ({ name, extent: extents[name]! }));
    const deeper: Nest = { ...nest, inner: [...nest.inner, ...axes] };
    const outside = isCheap(adjoint) ? adjoint : this.stored('gradient', adjoint, nest);
    if (e.op === 'sum') {
      this.differentiateRegion(e.body, outside, deeper, false);
      return;
    }
    const first = this.stored('argmax', b.argmax(e.axes, e.body), nest, true);
    let stride = elementCount(axes.map((axis) => axis.extent));
    const number = affine(
      Object.fromEntries(
        axes.map(({ name, extent }) => {
          stride /= extent;
          return [name, stride];
        }),
      ),
    );
    const chosen = b.select(b.eq(first, b.indexValue(number)), outside, 0);
    this.differentiateRegion(e.body, chosen, deeper, false);
  }

  /** A node that holds the expression at every point of the nest, and the load of it. */
  private stored(name: string, e: Expression, nest: Nest, stopGradient = false): Expression {
    const { node, piece, outer, inner } = nest;
    const fits = inner.length === 0 && wholePiece({ batch: 'map', pieces: [piece] }, node.type.shape);
    const around = [...outer, ...inner];
    const shape = fits ? node.type.shape : around.map((axis) => axis.extent);
    const index = fits ? piece.index : around.map((axis) => axisIndex(axis.name));
    const reduced = reductionsOf(e).flatMap((reduction) => reduction.axes);
    const own = new Set([...around.map((axis) => axis.name), ...reduced]);
    const batch = node.definition!.batch === 'reduce' ? 'map' : node.definition!.batch;
    const made = canonicalPiece(
      { axes: piece.axes.filter((axis) => own.has(axis.name)), index, value: e },
      batch,
    );
    const stored = computeNode(
      `${node.name}.${name}`,
      shape,
      { batch, pieces: [made] },
      loadedNodes([e], this.byId),
      { stopGradient },
    );
    return b.load(this.known(stored), index);
  }

  private contribute(load: Load, adjoint: Expression, nest: Nest): void {
    const target = this.byId.get(load.source)!;
    const batch = contributionBatch(target, nest.node.definition!.batch);
    const pieces = invertLoad(
      { index: load.index, adjoint, outer: nest.outer, inner: nest.inner },
      target.type,
      batch,
      (source) => this.byId.get(source)!.type.shape,
    );
    if (pieces.length === 0) return;
    const definition: Definition = { batch, pieces, ...(coversAll(pieces, target) ? {} : { fill: 0 }) };
    const operandNodes = loadedNodes(
      pieces.map((piece) => piece.value),
      this.byId,
    );
    const list = this.contributions.get(target);
    const contribution = { definition, operands: operandNodes };
    if (list) list.push(contribution);
    else this.contributions.set(target, [contribution]);
  }

  /** The expressions below `root` that lead to a node whose gradient is wanted. */
  private dependence(root: Expression): Set<Expression> {
    const depends = new Set<Expression>();
    visitExpression(root, (e) => {
      const wanted =
        e.kind === 'load'
          ? this.needed.has(this.byId.get(e.source)!)
          : operands(e).some((x) => depends.has(x));
      if (wanted) depends.add(e);
    });
    return depends;
  }
}

const unit = (node: Node): Contribution => ({
  definition: compute(node.type.batched ? 'map' : 'none', node.type.shape, () => b.constant(1)),
  operands: [],
});

const asNode = (node: Node, gradient: Node | 1): Node =>
  gradient === 1
    ? computeNode(`${node.name}.gradient`, node.type.shape, unit(node).definition, [])
    : gradient;

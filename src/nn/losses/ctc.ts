import { ShapeError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import { affine } from '../../ir/affine.ts';
import * as e from '../../ir/build.ts';
import { compute, type Definition } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import * as ops from '../../ops/index.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';

/** Logarithm of the chance of what cannot be: finite, and exp of it is 0. */
const NEVER = -1e30;

const node = (
  name: string,
  shape: readonly number[],
  definition: Definition,
  inputs: readonly Node[],
): Node => computeNode(name, shape, definition, inputs);

/** The blank in front of, between and behind the labels: state 2k is a blank, state 2k + 1 label k. */
function statesOf(logits: Node, labels: Node): Node {
  const [steps, length] = [logits.type.shape[0]!, labels.type.shape[0]!];
  const chances = ops.logSoftmax(logits);
  const chosen = ops.take(chances, labels, { axis: 1 });
  const t = { name: 't', extent: steps };
  const definition: Definition = {
    batch: 'map',
    pieces: [
      {
        axes: [t, { name: 'k', extent: length + 1 }],
        index: [affine({ t: 1 }), affine({ k: 2 })],
        value: e.load(chances, ['t', 0]),
      },
      {
        axes: [t, { name: 'k', extent: length }],
        index: [affine({ t: 1 }), affine({ k: 2 }, 1)],
        value: e.load(chosen, ['t', 'k']),
      },
    ],
  };
  return node('ctc.states', [steps, 2 * length + 1], definition, [chances, chosen]);
}

/** 1 where a label may follow the label before it without a blank: it is another one. */
function skipsOf(labels: Node): Node {
  const length = labels.type.shape[0]!;
  const axes = [{ name: 'k', extent: length - 1 }];
  const differs = e.ne(e.load(labels, [affine({ k: 1 }, 1)]), e.load(labels, ['k']));
  const pieces = length < 2 ? [] : [{ axes, index: [affine({ k: 2 }, 3)], value: e.select(differs, 1, 0) }];
  const definition: Definition = { batch: 'map', pieces, fill: 0 };
  return node('ctc.skips', [2 * length + 1], definition, [labels]);
}

/** Logarithms of the chances of all paths that are in a state after a step, from those after the step before. */
function forward(before: Node, states: Node, skips: Node, step: number): Node {
  const shape = before.type.shape;
  const ways = (s: string): Expression[] => {
    const from = (back: number): Expression =>
      e.select(e.ge(e.indexValue(s), back), e.load(before, [affine({ [s]: 1 }, -back)]), NEVER);
    return [e.load(before, [s]), from(1), e.select(e.gt(e.load(skips, [s]), 0), from(2), NEVER)];
  };
  const largest = computeNode(
    'ctc.largest',
    shape,
    compute('map', shape, ([s]) => ways(s!).reduce((a, b) => e.max(a, b))),
    [before, skips],
    { stopGradient: true },
  );
  const definition = compute('map', shape, ([s]) => {
    const m = e.load(largest, [s!]);
    const total = ways(s!)
      .map((way) => e.exp(e.sub(way, m)))
      .reduce((a, b) => e.add(a, b));
    return e.add(e.add(m, e.log(total)), e.load(states, [step, s!]));
  });
  return node('ctc.forward', shape, definition, [before, largest, skips, states]);
}

/** -log of the chance of all paths through the steps that give the labels. */
function ctcOf(labels: Node, logits: Node): Node {
  if (logits.type.shape.length !== 2)
    throw new ShapeError({
      subject: 'the prediction of ctc',
      expected: '[steps, classes]',
      received: logits.type.shape,
    });
  const states = statesOf(logits, labels);
  const skips = skipsOf(labels);
  const shape = [states.type.shape[1]!];
  let paths = node(
    'ctc.start',
    shape,
    compute('map', shape, ([s]) => e.select(e.lt(e.indexValue(s!), 2), e.load(states, [0, s!]), NEVER)),
    [states],
  );
  for (let step = 1; step < logits.type.shape[0]!; step++) paths = forward(paths, states, skips, step);
  const twice = ops.rescale(ops.subtract(1, ops.equal(labels, 0)), { scale: 2 });
  const last = ops.reduceSum(twice);
  const isEnd = (s: string): Expression => {
    const end = e.load(last, []);
    return e.or(e.eq(e.indexValue(s), end), e.eq(e.indexValue(s), e.sub(end, 1)));
  };
  const ends = node(
    'ctc.ends',
    shape,
    compute('map', shape, ([s]) => e.select(isEnd(s!), e.load(paths, [s!]), NEVER)),
    [paths, last],
  );
  const largest = ops.stopGradient(ops.reduceMax(ends));
  return ops.negate(ops.add(largest, ops.log(ops.reduceSum(ops.exp(ops.subtract(ends, largest))))));
}

/**
 * Connectionist temporal classification: -log of the chance that the steps of a prediction, with repeated classes
 * drawn together and blanks left out, give the labels. Predictions are logits of shape [steps, classes], class 0 is the
 * blank. Targets are whole numbers of shape [steps]: the labels, then zeros (Keras takes shorter rows too; fill them up).
 * Labels that do not fit into the steps give about 1e30. Every step has nodes of its own: to compile a training takes
 * about 0.15 s longer with 100 steps and 0.5 s with 200.
 * Source: Graves, Fernandez, Gomez and Schmidhuber 2006, Connectionist Temporal Classification.
 */
export const ctc: (options?: ReductionOptions) => Loss = lossKind({
  className: 'CTC',
  name: 'ctc',
  target: 'classes',
  options: {},
  values: (_, target, prediction) => ctcOf(target, prediction),
});

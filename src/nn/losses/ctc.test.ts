import { describe, expect, test } from 'vitest';
import { interpret } from '../../backends/interpreter/interpret.ts';
import { gradients } from '../../graph/differentiate.ts';
import { input } from '../../graph/node.ts';
import { TestRandom } from '../../ops/samplers.test-support.ts';
import { ctc } from './ctc.ts';

interface Sample {
  readonly steps: number;
  readonly classes: number;
  /** [steps, classes] */
  readonly logits: Float64Array;
  readonly labels: readonly number[];
}

function evaluate({ steps, classes, logits, labels }: Sample): { loss: number; gradient: Float64Array } {
  const x = input('x', { dtype: 'f32', shape: [steps, classes], batched: true });
  const y = input('y', { dtype: 'i32', shape: [steps], batched: true });
  const loss = ctc().perSample(y, x);
  const outputs = { loss, gradient: gradients(loss, [x]).get(x)! };
  const target = Int32Array.from({ length: steps }, (_, k) => labels[k] ?? 0);
  const found = interpret({ outputs, assignments: [] }, { x: logits, y: target }, new Map(), {
    precision: 'f64',
    batchSize: 1,
  }).outputs;
  return { loss: found.loss![0]!, gradient: Float64Array.from(found.gradient!) };
}

/** The definition: the chances of all paths are added whose repetitions, drawn together, are the labels. */
function ofAllPaths({ steps, classes, logits, labels }: Sample): number {
  const chances = Array.from({ length: steps }, (_, t) => {
    const row = Array.from(logits.subarray(t * classes, (t + 1) * classes), Math.exp);
    const total = row.reduce((a, b) => a + b);
    return row.map((value) => value / total);
  });
  let sum = 0;
  for (let path = 0; path < classes ** steps; path++) {
    const said = Array.from({ length: steps }, (_, t) => Math.floor(path / classes ** t) % classes);
    const read = said.filter((label, t) => label !== 0 && label !== said[t - 1]);
    if (read.join() === labels.join())
      sum += said.reduce((product, label, t) => product * chances[t]![label]!, 1);
  }
  return -Math.log(sum);
}

const seed = Math.floor(Math.random() * 2 ** 31);

describe(`the CTC loss (seed ${seed})`, () => {
  const labels: Readonly<Record<string, readonly number[]>> = {
    'no label': [],
    'one label': [2],
    'different labels': [1, 2, 1],
    'a label twice, which needs a blank between': [2, 2],
    'as many labels as steps': [1, 2, 1, 2, 1],
    'repetitions that just fit': [1, 1, 2],
  };

  test.each(Object.entries(labels))('adds the chances of all paths: %s', (_, own) => {
    const random = new TestRandom(seed);
    const [steps, classes] = [5, 3];
    const logits = Float64Array.from(random.spread(steps * classes, -3, 3));
    const sample = { steps, classes, logits, labels: own };
    expect(evaluate(sample).loss).toBeCloseTo(ofAllPaths(sample), 10);
  });

  test('of one step', () => {
    const sample = { steps: 1, classes: 3, logits: Float64Array.of(0.3, -1, 2), labels: [1] };
    expect(evaluate(sample).loss).toBeCloseTo(ofAllPaths(sample), 10);
  });

  test('labels that do not fit have almost no chance', () => {
    const sample = { steps: 3, classes: 3, logits: new Float64Array(9), labels: [1, 1, 1] };
    expect(evaluate(sample).loss).toBeGreaterThan(1e29);
  });

  test.each([
    ...Object.entries(labels),
    ['of many steps', [3, 3, 1, 2, 1, 4]] as const,
  ])('its gradient is that of finite differences: %s', (name, own) => {
    const random = new TestRandom(seed + 1);
    const [steps, classes] = name === 'of many steps' ? [21, 5] : [5, 3];
    const logits = Float64Array.from(random.spread(steps * classes, -3, 3));
    const sample = { steps, classes, logits, labels: own };
    const { gradient } = evaluate(sample);
    for (const k of logits.keys()) {
      const moved = (delta: number): number =>
        evaluate({ ...sample, logits: logits.with(k, logits[k]! + delta) }).loss;
      expect(gradient[k]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
  });
});

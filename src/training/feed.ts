import { checkFinite, checkIndices, checkLabels, checkWhole } from '../data/check.ts';
import type { Batch, Dataset } from '../data/dataset.ts';
import { dtypeOf, type Field, makeValues } from '../data/field.ts';
import type { Values } from '../engine/session.ts';
import { DataError, InvalidArgumentError, nearest, showShape } from '../errors/index.ts';
import type { Dtype } from '../ir/tensor-type.ts';
import type { InputDtype } from '../nn/layers/input-layer.ts';
import type { Network } from '../nn/network/network.ts';
import { INVERSE_BATCH, inputName, keepsBytes, SAMPLE_WEIGHT, targetName } from './graphs.ts';
import { indexRange } from './index-range.ts';
import { type FeedTypes, type OutputObjective, targetShapeOf } from './objective.ts';

/** Weight of each class (by number) in the loss. */
export type ClassWeight = Readonly<Record<number, number>> | readonly number[];

/** Turns batches of a data set into values of the inputs of a graph. */
export interface Feeder {
  readonly types: FeedTypes;
  /**
   * Inputs by name.
   * @throws {DataError} for labels out of range and for values that are not finite
   */
  feed(batch: Batch): Record<string, Values>;
}

const withoutOnes = (shape: readonly number[]): string => shape.filter((n) => n !== 1).join();

/** Position in the data set of each wanted field: by name where the data set names its fields, else by position. */
function arrange(
  names: readonly string[],
  shapes: readonly (readonly number[])[],
  fields: readonly Field[],
  call: string,
  argument: string,
  advice: (k: number, given: readonly number[]) => string = () => '',
): number[] {
  if (fields.length !== names.length) {
    const expected = `${names.length} (${names.map((name) => `"${name}"`).join(', ')})`;
    throw new InvalidArgumentError({ call, argument, expected, received: fields.length });
  }
  const given = fields.map((field) => field.name);
  const byName = names.length > 1 && given.some((name) => name !== undefined);
  return names.map((name, k) => {
    const at = byName ? given.indexOf(name) : k;
    if (at < 0) {
      const suggestion = nearest(
        name,
        given.filter((own) => own !== undefined),
      );
      const expected = `"${name}" among the names of ${argument}`;
      throw new InvalidArgumentError({ call, argument, expected, received: given, suggestion });
    }
    const { shape } = fields[at]!;
    // An axis of extent 1 may be left out or added, as in Keras: the elements are the same.
    if (withoutOnes(shape) === withoutOnes(shapes[k]!)) return at;
    throw new InvalidArgumentError({
      call,
      argument: names.length > 1 ? `${argument}.${name}` : argument,
      expected: `samples of shape ${showShape(shapes[k]!)}${advice(k, shape)}`,
      received: shape,
    });
  });
}

/** A feeder for predictions, which need no targets. */
export function inputFeeder(network: Network, dataset: Pick<Dataset, 'inputs'>, call: string): Feeder {
  const names = network.inputs.map(({ layer }) => layer.name);
  const at = arrange(
    names,
    network.inputs.map(({ shape }) => shape),
    dataset.inputs,
    call,
    'x',
  );
  const inputs = at.map(
    (field, k): Dtype => (dataset.inputs[field]!.dtype === 'u8' && keepsBytes(network, k) ? 'u8' : 'f32'),
  );
  const dtypes = network.inputs.map(({ layer }) => layer.options.dtype as InputDtype);
  const ranges = names.map((_, k) => indexRange(network, k));
  return {
    types: { inputs, targets: [], weighted: false },
    feed: (batch) => {
      const values: Record<string, Values> = { [INVERSE_BATCH]: Float32Array.of(1 / batch.size) };
      for (const [k, field] of at.entries()) {
        const given = batch.inputs[field]!;
        const name = at.length > 1 ? `input "${names[k]}" of a batch` : 'the inputs of a batch';
        checkFinite(given, name, given.length / batch.size);
        const dtype = dtypes[k]!;
        if (dtype !== 'float32') checkWhole(given, dtype, name);
        const rows = ranges[k];
        if (rows !== undefined) checkIndices(given, rows, name);
        values[inputName(k)] = converted(given, inputs[k]!);
      }
      return values;
    },
  };
}

/** A feeder for training and evaluation. */
export function objectiveFeeder(
  network: Network,
  objectives: readonly OutputObjective[],
  dataset: Pick<Dataset, 'inputs' | 'targets' | 'weighted'>,
  call: string,
  classWeight?: ClassWeight,
): Feeder {
  const base = inputFeeder(network, dataset, call);
  const names = objectives.map(({ name }) => name);
  const shapes = objectives.map((objective, k) => targetShapeOf(network, objective, k));
  const at = arrange(names, shapes, dataset.targets, call, 'y', (k, given) =>
    otherForm(objectives[k]!, network.outputs[k]!.shape, given),
  );
  if (classWeight) checkClasses(classWeight, network.outputs[0]!.shape.at(-1) ?? 1, call);
  if (classWeight && objectives.length > 1) {
    const expected = 'a model with one output';
    throw new InvalidArgumentError({ call, argument: 'classWeight', expected, received: objectives.length });
  }
  const targets = at.map((field) => dataset.targets[field]!).map(({ dtype, shape }) => ({ dtype, shape }));
  return {
    types: { ...base.types, targets, weighted: dataset.weighted || classWeight !== undefined },
    feed: (batch) => {
      const values = base.feed(batch);
      for (const [k, field] of at.entries()) {
        const given = batch.targets[field]!;
        checkTargets(
          given,
          objectives[k]!,
          network.outputs[k]!.shape,
          names.length > 1 ? ` "${names[k]}"` : '',
        );
        values[targetName(k)] = given;
      }
      if (classWeight) {
        values[SAMPLE_WEIGHT] = weightedByClass(batch, values[targetName(0)]!, objectives[0]!, classWeight);
      } else if (batch.sampleWeights) {
        values[SAMPLE_WEIGHT] = batch.sampleWeights;
      }
      return values;
    },
  };
}

/** Which loss takes targets that come as classes where they should be one-hot, or the other way round. */
function otherForm(
  { loss }: OutputObjective,
  prediction: readonly number[],
  given: readonly number[],
): string {
  if (loss.target === 'classes' && withoutOnes(given) === withoutOnes(prediction))
    return ' (whole numbers of classes; one-hot targets are for categoricalCrossentropy)';
  if (loss.target === 'probabilities' && withoutOnes(given) === withoutOnes(prediction.slice(0, -1)))
    return ' (one-hot; whole numbers of classes are for sparseCategoricalCrossentropy)';
  return '';
}

/** A weight of a class that does not exist would count for nothing. One output stands for two classes. */
function checkClasses(classWeight: ClassWeight, units: number, call: string): void {
  const classes = Math.max(units, 2);
  const wrong = Object.keys(classWeight).find((key) => Number(key) >= classes);
  if (wrong === undefined) return;
  const expected = `weights of the classes 0 to ${classes - 1}`;
  throw new InvalidArgumentError({ call, argument: 'classWeight', expected, received: Number(wrong) });
}

function converted(values: Values, dtype: Dtype): Values {
  if (dtypeOf(values) === dtype) return values;
  const result = makeValues(dtype, values.length);
  result.set(values);
  return result;
}

function checkTargets(
  values: Values,
  { loss }: OutputObjective,
  prediction: readonly number[],
  of: string,
): void {
  if (loss.target === 'classes') {
    checkLabels(values, prediction.at(-1)!, `the labels${of} of a batch`, loss.ignoredClass ?? undefined);
    return;
  }
  checkFinite(values, `the targets${of} of a batch`);
  if (loss.target !== 'probabilities') return;
  const wrong = values.findIndex((value) => value < 0 || value > 1);
  if (wrong < 0) return;
  throw new DataError({
    source: `the targets${of} of a batch`,
    problem: `the value at index ${wrong} is ${values[wrong]}, where ${loss.name} needs numbers from 0 to 1`,
    advice: 'For whole numbers of classes use sparseCategoricalCrossentropy',
  });
}

/** The weight of each sample times that of its class (the largest target where targets are one-hot). */
function weightedByClass(
  batch: Batch,
  targets: Values,
  { loss }: OutputObjective,
  classWeight: ClassWeight,
): Float32Array {
  const elements = targets.length / batch.size;
  if (loss.target === 'classes' && elements !== 1) {
    const expected = 'one label a sample';
    throw new InvalidArgumentError({ call: 'fit', argument: 'classWeight', expected, received: elements });
  }
  return Float32Array.from({ length: batch.size }, (_, n) => {
    const own = targets.subarray(n * elements, (n + 1) * elements);
    const label = elements === 1 ? own[0]! : own.indexOf(Math.max(...own));
    const weight = (classWeight as Readonly<Record<number, number | undefined>>)[label] ?? 1;
    return weight * (batch.sampleWeights?.[n] ?? 1);
  });
}

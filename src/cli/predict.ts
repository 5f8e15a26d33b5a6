import { extname } from 'node:path';
import { Command } from 'commander';
import { imageEndings } from '../data/image-file.ts';
import { configure } from '../engine/index.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import { writeFile } from '../formats/node-files.ts';
import { encodeNpy } from '../formats/npy.ts';
import type { StoredArray } from '../formats/stored-array.ts';
import { loadModel, type Model } from '../model/node-model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readClassNames } from './class-names.ts';
import { type Context, printJson } from './context.ts';
import { grouped, percent } from './figures.ts';
import { integerOption } from './numbers.ts';
import { arePictures, type PictureSamples, readPictures } from './pictures.ts';
import { readSamples } from './samples.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const call = 'atrous predict';

interface PredictCommandOptions {
  readonly input: readonly string[];
  readonly preprocess: boolean;
  readonly output?: string;
  readonly batchSize: number;
  readonly threads?: number;
  readonly json?: boolean;
}

export const predictCommand = (context: Context): Command =>
  new Command('predict')
    .summary('apply a saved model to pictures, or to samples in a .npy file')
    .description(
      'Applies a saved model and prints what it finds. Pictures (PNG, and JPEG where jpeg-js is installed) for a model ' +
        'of 28 x 28 grey pixels are made what MNIST holds: light ink on black, cropped, fitted into 20 x 20, centred ' +
        'by mass. Other models get pictures of the size that they want. An array of NumPy (.npy) has one sample along ' +
        'its first axis, in the units that the model was trained with (MNIST: 0 to 255).',
    )
    .argument('<MODEL>', 'a saved model (.keras, .h5, .safetensors)')
    .requiredOption('--input <file...>', 'pictures, folders of pictures, or one .npy file')
    .option('--no-preprocess', 'take pictures as they are: bytes of the size that the model wants')
    .option('--output <file>', 'write the predictions to a .npy file (float32)')
    .option('--batch-size <n>', 'samples at once', integerOption('--batch-size', call, 1, 65_536), 128)
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option('--json', 'print one JSON object a line, one a sample')
    .addHelpText(
      'after',
      `\nExamples:\n  ${context.self} predict runs/seed/model.keras --input digit.png\n` +
        `  ${context.self} predict runs/seed/model.keras --input runs/seed/sample.npy`,
    )
    .action(async (path: string, options: PredictCommandOptions) => {
      const { output, batchSize, threads, json } = options;
      configure({ revectorize: true, threads });
      const model = await loadModel(path);
      try {
        const { samples, names, preprocessed } = await readInput(options, inputShape(model));
        const prediction = await model.predict(samples, { batchSize });
        if (output !== undefined) await writeFile(output, encodeNpy(storedPrediction(prediction)));
        const terminal = openTerminal(context.stdout, context.env);
        if (!json && preprocessed) terminal.line(preprocessing);
        const classNames = await readClassNames(path);
        if (json) printSamples(prediction, { names, classNames }, context);
        else if (output === undefined) describe(prediction, { names, classNames }, terminal);
        else terminal.line(`Wrote float32 [${prediction.shape.join(', ')}] to ${output}`);
      } finally {
        model.dispose();
      }
    });

const preprocessing = 'Pictures become like those of MNIST: light on black, centred in 28 x 28.';

/** What there is to predict, with names of the files where they are pictures. */
type NamedSamples = Pick<PictureSamples, 'samples'> & Partial<PictureSamples>;

async function readInput(
  { input, preprocess }: PredictCommandOptions,
  shape: readonly number[],
): Promise<NamedSamples> {
  if (await arePictures(input)) return readPictures(input, shape, { preprocess });
  if (input.length === 1 && extname(input[0]!).toLowerCase() === '.npy')
    return { samples: await readSamples(input[0]!, shape) };
  const expected = `pictures (${imageEndings.join(', ')}) and folders of pictures, or one .npy file`;
  throw new InvalidArgumentError({ call, argument: '--input', expected, received: input });
}

/** Shape of the only input. */
function inputShape({ inputs, name }: Model): readonly number[] {
  if (inputs.length === 1) return inputs[0]!.shape;
  const expected = 'a model with one input';
  throw new InvalidArgumentError({
    call,
    argument: 'MODEL',
    expected,
    received: `${name} with ${inputs.length}`,
  });
}

const storedPrediction = ({ data, shape }: Tensor): StoredArray => ({ dtype: 'f32', shape, data });

/** Rows of a prediction, one a sample. */
function* rows({ data, shape }: Tensor): Generator<Float32Array> {
  const [samples = 0] = shape;
  const elements = data.length / Math.max(1, samples);
  for (let n = 0; n < samples; n++) yield data.subarray(n * elements, (n + 1) * elements) as Float32Array;
}

/** What samples and classes are called, where they have names. */
interface Names {
  readonly names: PictureSamples['names'] | undefined;
  readonly classNames: readonly string[] | undefined;
}

function printSamples(prediction: Tensor, { names, classNames }: Names, context: Context): void {
  const classes = areProbabilities(prediction);
  for (const [index, row] of [...rows(prediction)].entries()) {
    const best = row.indexOf(Math.max(...row));
    const className = classNames?.[best];
    const found = classes
      ? { class: best, ...(className === undefined ? {} : { className }), probability: row[best] }
      : {};
    const file = names?.[index];
    printJson(context.stdout, { index, ...(file && { file }), ...found, prediction: [...row] });
  }
}

const mostLines = 20;
const mostValues = 8;

function describe(prediction: Tensor, { names, classNames }: Names, terminal: Terminal): void {
  const classes = areProbabilities(prediction);
  const all = [...rows(prediction)];
  const labels = all.slice(0, mostLines).map((_, index) => names?.[index] ?? String(index));
  const width = Math.max(...labels.map(({ length }) => length));
  for (const [index, row] of all.slice(0, mostLines).entries()) {
    const best = row.indexOf(Math.max(...row));
    const values = [...row.subarray(0, mostValues)].map((value) => value.toPrecision(5)).join(', ');
    const text = classes
      ? `${classNames?.[best] ?? `class ${best}`}  ${percent(row[best]!)}`
      : `${values}${row.length > mostValues ? `, ... ${grouped(row.length)} values` : ''}`;
    const label = names ? labels[index]!.padEnd(width) : labels[index]!.padStart(width);
    terminal.line(`${label}  ${text}`);
  }
  if (all.length > mostLines)
    terminal.line(`... and ${grouped(all.length - mostLines)} more. With --output FILE all are written.`);
}

/** True for a distribution over at least two classes in every sample. */
function areProbabilities(prediction: Tensor): boolean {
  if (prediction.shape.length !== 2 || prediction.shape[1]! < 2) return false;
  return [...rows(prediction)].every(
    (row) =>
      row.every((value) => value >= 0) && Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-3,
  );
}

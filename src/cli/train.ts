import { Command, Option } from 'commander';
import type { Context } from './context.ts';
import { imageSizeOption } from './folder-data.ts';
import { dataHelp } from './image-data.ts';
import { networkHelp } from './network.ts';
import { integerOption, numberOption, positiveOption } from './numbers.ts';
import { runTraining } from './run-training.ts';
import { type TrainOptions, trainingRequest } from './training-request.ts';

const call = 'atrous train';

export const trainCommand = (context: Context): Command =>
  new Command('train')
    .summary('train a network and write it to a folder')
    .description(
      'Trains a network on images, evaluates it after every epoch, and writes the model, its last and its best ' +
        'state, the history and a report to a folder. The first Ctrl-C finishes the step and writes the state; a ' +
        'second one ends at once. Whatever ends it, atrous train --resume FOLDER goes on from the last checkpoint, ' +
        'with the same bits as if nothing had happened.',
    )
    .argument('[DATA]', `${dataHelp} (default: mnist)`)
    .option('--model <network>', `${networkHelp} (default: seed)`)
    .option(
      '--epochs <n>',
      'times through the data (default: those of the recipe of the network, or 10)',
      integerOption('--epochs', call, 1),
    )
    .option(
      '--batch-size <n>',
      'images a step (default: that of the recipe, or 128)',
      integerOption('--batch-size', call, 1, 65_536),
    )
    .option(
      '--learning-rate <x>',
      'of Adam, with a recipe the highest of its cycle (default: that of the recipe, or 0.001)',
      positiveOption('--learning-rate', call),
    )
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option('--seed <n>', 'of weights, order and dropout (default: 0)', integerOption('--seed', call, 0))
    .option(
      '--out <folder>',
      'where files go (default: runs/ and the name of the network; with --resume the folder of the training)',
    )
    .optionsGroup('Going on:')
    .option(
      '--resume [path]',
      'go on with a training that was stopped or killed: its folder (default: that of --out) or a file of it. ' +
        'Data and settings are those it began with, unless others are given; network, seed and batch size stay',
    )
    .option(
      '--checkpoint-every <time>',
      'seconds or steps between checkpoints, such as 30s or 500steps; epoch: only after epochs (default: 30s)',
    )
    .option('--keep <n>', 'checkpoints that stay (default: 2)', integerOption('--keep', call, 1, 10_000))
    .optionsGroup('Pictures as data:')
    .option('--folder <dir>', 'a folder of pictures a class, or train and test with such folders')
    .option(
      '--image-size <size>',
      'such as 28 or 48x64 (default: that of the first picture)',
      imageSizeOption(call),
    )
    .addOption(
      new Option('--color-mode <mode>', 'default: grayscale where the first picture is, else rgb').choices([
        'grayscale',
        'rgb',
        'rgba',
      ]),
    )
    .option(
      '--validation-split <x>',
      'share of the pictures to test with, without a folder test (default: 0.2)',
      numberOption('--validation-split', call, { above: 0, below: 1 }),
    )
    .optionsGroup('Logs:')
    .option('--csv <file>', "a line an epoch, as Keras's CSVLogger")
    .option('--log <file>', 'a JSON object an epoch')
    .option('--tensorboard <folder>', 'event files: curves, weights, kernels and mistakes for TensorBoard')
    .option('--no-report', 'write no report.html')
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      `\nExamples:\n  ${context.self} train mnist --model seed --epochs 10 --out runs/seed\n` +
        `  ${context.self} train --resume runs/seed\n` +
        `  ${context.self} train --folder pictures --model digits`,
    )
    .action(async (data: string | undefined, options: TrainOptions) =>
      runTraining(await trainingRequest({ ...options, data }, call), context),
    );

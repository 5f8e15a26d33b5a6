import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Context } from './context.ts';
import { dataHelp } from './image-data.ts';
import { networkHelp, outputByDefault, recipeOf } from './network.ts';
import { integerOption, positiveOption } from './numbers.ts';
import { runTraining } from './run-training.ts';

const call = 'atrous train';

interface TrainOptions {
  readonly model: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly threads?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly report: boolean;
  readonly json?: boolean;
}

export const trainCommand = (context: Context): Command =>
  new Command('train')
    .summary('train a network and write it to a folder')
    .description(
      'Trains a network on images, evaluates it after every epoch, and writes the model, its last and its best ' +
        'state, the history and a report to a folder. The first Ctrl-C finishes the step and writes the state; a second one ' +
        'ends at once.',
    )
    .argument('[DATA]', dataHelp, 'mnist')
    .option('--model <network>', networkHelp, 'seed')
    .option(
      '--epochs <n>',
      'times through the data (default: those of the recipe of the network, or 10)',
      integerOption('--epochs', call, 1),
    )
    .option(
      '--batch-size <n>',
      'images a step (default: that of the recipe, or 128; with --resume as before)',
      integerOption('--batch-size', call, 1, 65_536),
    )
    .option(
      '--learning-rate <x>',
      'of Adam, with a recipe the highest of its cycle (default: that of the recipe, or 0.001)',
      positiveOption('--learning-rate', call),
    )
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option(
      '--seed <n>',
      'of weights, order and dropout (default: 0; with --resume as before)',
      integerOption('--seed', call, 0),
    )
    .option(
      '--out <folder>',
      'where files go (default: runs/ and the name of the network; with --resume the folder of the model)',
    )
    .option('--resume', 'with a saved model that was stopped: go on where it stood')
    .option('--no-report', 'write no report.html')
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      `\nExamples:\n  ${context.self} train mnist --model seed --epochs 10 --out runs/seed\n` +
        `  ${context.self} train mnist --model runs/seed/model.safetensors --resume --out runs/seed`,
    )
    .action((data: string, options: TrainOptions) => {
      const { model, resume = false, json = false } = options;
      const out = options.out ?? (resume ? dirname(model) : outputByDefault(model));
      const epochs = options.epochs ?? recipeOf(model)?.epochs ?? 10;
      return runTraining({ ...options, epochs, data, out, resume, json, call }, context);
    });

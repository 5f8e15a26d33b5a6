import { Argument, Command } from 'commander';
import { configure } from '../engine/index.ts';
import { asTyped, dataNames } from './as-typed.ts';
import { type Context, printJson } from './context.ts';
import { elapsed, grouped } from './figures.ts';
import { loadPictures } from './folder-data.ts';
import { dataHelp, loadImages } from './image-data.ts';
import { openSavedModel, requireLoss } from './network.ts';
import { integerOption } from './numbers.ts';
import { metricText } from './progress.ts';
import { shapedFor } from './samples.ts';
import { openTerminal } from './terminal.ts';

const call = 'atrous evaluate';

interface EvaluateCommandOptions {
  readonly batchSize: number;
  readonly folder?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export const evaluateCommand = (context: Context): Command =>
  new Command('evaluate')
    .summary('measure a saved model on test images')
    .description('Measures loss and accuracy of a saved model on the test images of a data set.')
    .argument('<MODEL>', 'a saved model (.keras, .h5, .safetensors)')
    .addArgument(new Argument('[DATA]', dataHelp).default('mnist', 'mnist'))
    .option('--batch-size <n>', 'images at once', integerOption('--batch-size', call, 1, 65_536), 128)
    .option('--folder <dir>', 'pictures in place of DATA, in a folder a class: all of them')
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  ${context.self} evaluate runs/seed/model.keras mnist`)
    .action(async (path: string, data: string, options: EvaluateCommandOptions) => {
      const { batchSize, threads, json } = options;
      configure({ revectorize: true, threads });
      const model = await openSavedModel(path);
      try {
        requireLoss(model, call, 'MODEL');
        const screen = openTerminal(json ? context.stderr : context.stdout, context.env);
        const test = options.folder
          ? await loadPictures(options.folder, model, call)
          : shapedFor(model, await loadImages(data, call, screen)).test;
        const start = context.now();
        const metrics = await model.evaluate(test, { batchSize });
        const seconds = context.now() - start;
        if (json) {
          printJson(context.stdout, { ...metrics, images: test.size, seconds: Number(seconds.toFixed(3)) });
          return;
        }
        const texts = Object.entries(metrics).map(([name, value]) => metricText(name, value));
        screen.line(`${grouped(test.size)} test images: ${texts.join(', ')} (${elapsed(seconds)})`);
      } catch (error) {
        throw asTyped(error, call, dataNames(options.folder ? '--folder' : 'DATA'));
      } finally {
        model.dispose();
      }
    });

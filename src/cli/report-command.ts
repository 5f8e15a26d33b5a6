import { join } from 'node:path';
import { Command } from 'commander';
import { configure } from '../engine/index.ts';
import { type Context, printJson } from './context.ts';
import { dataHelp } from './image-data.ts';
import { openSavedModel } from './network.ts';
import { integerOption } from './numbers.ts';
import { readRun, writeReport } from './report-file.ts';
import { openTerminal } from './terminal.ts';
import { dataFor, loadData } from './training-data.ts';
import { remembered } from './training-settings.ts';

const call = 'atrous report';

interface ReportCommandOptions {
  readonly output?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export const reportCommand = (context: Context): Command =>
  new Command('report')
    .summary('draw what a trained model learnt')
    .description(
      'Draws what a model learnt as one HTML file that loads nothing: curves, confusion matrix, worst mistakes, ' +
        'kernels, receptive field, activations, costs, and how to repeat the training. atrous train writes it too.',
    )
    .argument('<FOLDER>', 'the folder of a training, with model.safetensors and history.json')
    .argument('[DATA]', `${dataHelp} (default: that of the training)`)
    .option('--output <file>', 'where it goes (default: report.html in the folder)')
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  ${context.self} report runs/seed`)
    .action(async (folder: string, data: string | undefined, options: ReportCommandOptions) => {
      const { output = join(folder, 'report.html'), threads, json } = options;
      configure({ revectorize: true, threads });
      const run = await readRun(join(folder, 'history.json'));
      const screen = openTerminal(json ? context.stderr : context.stdout, context.env);
      const path = join(folder, 'model.safetensors');
      const model = await openSavedModel(path);
      try {
        const training = remembered(model, path);
        const images = await loadData(
          {
            data: data ?? training?.settings.data ?? run.data ?? 'mnist',
            folder: data === undefined ? training?.settings.folder : undefined,
            seed: run.seed ?? 0,
          },
          call,
          screen,
          new AbortController().signal,
        );
        const { imageShape, classNames } = images;
        const test = await dataFor(model, images).judged();
        const start = context.now();
        screen.show('Drawing');
        const named = data === undefined ? run : { ...run, data };
        await writeReport(output, model, named, { test, imageShape, classNames });
        screen.clear();
        const seconds = Number((context.now() - start).toFixed(3));
        if (json) printJson(context.stdout, { report: output, seconds });
        else screen.line(`Wrote ${output}`);
      } finally {
        screen.clear();
        model.dispose();
      }
    });

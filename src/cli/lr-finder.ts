import { Argument, Command, Option } from 'commander';
import { configure } from '../engine/index.ts';
import { writeFile } from '../formats/node-files.ts';
import { type LearningRateSweep, learningRateFinder } from '../model/learning-rate-finder.ts';
import { asTyped, dataNames } from './as-typed.ts';
import { type Context, printJson } from './context.ts';
import { dataHelp } from './image-data.ts';
import { sweepChart } from './lr-finder-chart.ts';
import { sweepSvg } from './lr-finder-svg.ts';
import { networkHelp, openNetwork, requireLoss } from './network.ts';
import { integerOption, positiveOption } from './numbers.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { dataFor, loadData } from './training-data.ts';

const call = 'atrous lr-finder';

interface FinderOptions {
  readonly model: string;
  readonly min: number;
  readonly max: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly threads?: number;
  readonly folder?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

export const learningRateCommand = (context: Context): Command =>
  new Command('lr-finder')
    .summary('find a learning rate for a network')
    .description(
      'Trains one step each at learning rates that grow exponentially, and shows where the loss falls and where it ' +
        'grows (L. N. Smith 2015, with the smoothing and the suggestions of fastai). Nothing is saved.',
    )
    .addArgument(new Argument('[DATA]', dataHelp).default('mnist', 'mnist'))
    .addOption(new Option('--model <network>', networkHelp).default('seed', 'seed'))
    .option('--min <x>', 'first rate', positiveOption('--min', call), 1e-6)
    .option('--max <x>', 'last rate', positiveOption('--max', call), 10)
    .option('--steps <n>', 'steps of the sweep', integerOption('--steps', call, 10, 100_000), 100)
    .option('--batch-size <n>', 'images a step', integerOption('--batch-size', call, 1, 65_536), 128)
    .option('--seed <n>', 'of weights, order and dropout', integerOption('--seed', call, 0), 0)
    .option('--threads <n>', 'threads at most (default: all cores)', integerOption('--threads', call, 1, 64))
    .option('--folder <dir>', 'a folder of pictures a class in place of DATA')
    .option('--svg <file>', 'draw the curve')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  ${context.self} lr-finder mnist --model digits --svg rates.svg`)
    .action(async (data: string, options: FinderOptions) => {
      const { model: name, seed, threads, json, svg, folder, ...sweepOptions } = options;
      configure({ revectorize: true, threads });
      const screen = openTerminal(json ? context.stderr : context.stdout, context.env);
      const settings = folder
        ? { path: folder, imageSize: undefined, colorMode: undefined, validationSplit: 0.2 }
        : undefined;
      const signal = new AbortController().signal;
      const raw = await loadData({ data, folder: settings, seed }, call, screen, signal);
      const classes = raw.classNames?.length;
      const model = await openNetwork({ model: name, seed, inputShape: raw.imageShape, classes }, call);
      try {
        requireLoss(model, call, '--model');
        const { train } = dataFor(model, raw);
        const onStep = (step: number, steps: number): void => screen.show(`Step ${step} of ${steps}`);
        const sweep = await learningRateFinder(model, train, { ...sweepOptions, seed, onStep });
        screen.clear();
        if (svg !== undefined) await writeFile(svg, sweepSvg(sweep, `Learning rates of ${name}`));
        if (json) printJson(context.stdout, { network: name, data: folder ?? data, ...sweep });
        else describe(sweep, svg, screen);
      } catch (error) {
        throw asTyped(error, call, { ...dataNames(folder ? '--folder' : 'DATA'), max: '--max' });
      } finally {
        screen.clear();
        model.dispose();
      }
    });

/** Rows of the table: the sweep in so many parts. */
const rows = 12;

function describe(sweep: LearningRateSweep, svg: string | undefined, screen: Terminal): void {
  const { rates, losses, smoothed, suggestion, diverged } = sweep;
  screen.line(
    `Smoothed loss by learning rate${suggestion.steepest === undefined ? '' : '; ^ where it falls fastest'}`,
  );
  for (const line of sweepChart(sweep, Math.min(screen.columns(), 100))) screen.line(line);
  screen.line();
  screen.line('     rate       loss   smoothed');
  const every = Math.max(1, Math.ceil(rates.length / rows));
  for (let k = 0; k < rates.length; k += every)
    screen.line(
      [rateText(rates[k]!).padStart(9), losses[k]!.toFixed(4), smoothed[k]!.toFixed(4)]
        .map((text) => text.padStart(9))
        .join('  '),
    );
  screen.line();
  const { steepest, minimumTenth } = suggestion;
  if (steepest !== undefined) screen.line(`The loss falls fastest at ${rateText(steepest)}.`);
  screen.line(`A tenth of the rate with the least loss is ${rateText(minimumTenth)}.`);
  screen.line(
    diverged
      ? `Above ${rateText(rates.at(-1)!)} the loss grows without end.`
      : 'The loss did not grow without end: try a larger --max.',
  );
  if (svg !== undefined) screen.line(`Wrote ${svg}`);
}

export const rateText = (rate: number): string =>
  rate >= 1e-3 && rate < 1e3 ? String(Number(rate.toPrecision(3))) : rate.toExponential(2);

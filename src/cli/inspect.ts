import { Command } from 'commander';
import { configure } from '../engine/index.ts';
import { writeFile } from '../formats/node-files.ts';
import { type Context, printJson } from './context.ts';
import { gridLines } from './inspect-gridding.ts';
import { costTableLines } from './inspect-layers.ts';
import { fieldPictureLines } from './inspect-picture.ts';
import { planLines, planOf } from './inspect-plan.ts';
import { jsonOf, type Report, reportOf } from './inspect-report.ts';
import { sampleFor } from './inspect-sample.ts';
import { svgOf } from './inspect-svg.ts';
import { measureLayers, timeLines } from './inspect-time.ts';
import { networkHelp, openNetwork } from './network.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const call = 'atrous inspect';

interface InspectOptions {
  readonly input?: string;
  readonly svg?: string;
  readonly time?: boolean;
  readonly plan?: boolean;
  readonly json?: boolean;
}

export const inspectCommand = (context: Context): Command =>
  new Command('inspect')
    .summary('show what a network costs and sees')
    .description(
      'Shows the layers of a network with what they cost and see, beside the same network with standard ' +
        'convolutions; the receptive field over a sample; and which offsets its dilations never combine.',
    )
    .argument('<MODEL>', networkHelp)
    .option('--input <file>', 'a .npy file whose first sample lies under the receptive field')
    .option('--time', "measure each layer's share of a prediction's time")
    .option('--plan', 'show what the compiler makes of a prediction, and how fast each kernel runs')
    .option('--svg <file>', 'write receptive field and gridding as a picture')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `\nExamples:\n  ${context.self} inspect seed\n` +
        `  ${context.self} inspect runs/seed/model.keras --svg seed.svg`,
    )
    .action(async (name: string, options: InspectOptions) => {
      configure({ revectorize: true });
      const request = { model: name, inputShape: [28, 28, 1], seed: 0 };
      const model = await openNetwork(request, call, 'MODEL');
      try {
        const sample = await sampleFor(model, options.input);
        const report: Report = {
          ...reportOf(model),
          time: options.time ? await measureLayers(model, context.now) : undefined,
          plan: options.plan ? planOf(model, () => 1000 * context.now()) : undefined,
        };
        if (options.svg !== undefined)
          await writeFile(options.svg, new TextEncoder().encode(svgOf(report, sample)));
        if (options.json) return printJson(context.stdout, jsonOf(report));
        const terminal = openTerminal(context.stdout, context.env);
        for (const line of linesOf(report, sample, terminal)) terminal.line(line);
        if (options.svg !== undefined) terminal.line(`\nWrote ${options.svg}`);
      } finally {
        model.dispose();
      }
    });

function linesOf(report: Report, sample: Parameters<typeof svgOf>[1], terminal: Terminal): string[] {
  return [
    ...costTableLines(report, terminal),
    ...timeLines(report.time),
    ...fieldPictureLines(report, sample, terminal),
    ...gridLines(report, terminal),
    ...planLines(report.plan, report.time, terminal),
  ];
}

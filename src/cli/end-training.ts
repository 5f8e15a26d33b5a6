import { compareWithStandard } from '../analysis/convolution-costs.ts';
import { writeFile } from '../formats/node-files.ts';
import { encodeNpy } from '../formats/npy.ts';
import { closingLines, shellWord } from './closing-report.ts';
import { printJson } from './context.ts';
import { failureOf, wantsTrace } from './failure.ts';
import { grouped } from './figures.ts';
import type { Screens, Training } from './open-training.ts';
import { type RunRecord, writeReport } from './report-file.ts';

/** Writes the state in the middle of a training, and says how to go on. */
export async function leave(training: Training, { context, terminal }: Screens): Promise<void> {
  const { request, model, folder, record } = training;
  await model.save(folder.last);
  await writeFile(folder.history, record.toJson());
  const { epoch, step } = model.trainingState;
  const { epochs } = request.settings;
  if (request.json) {
    printJson(context.stdout, {
      event: 'interrupted',
      epoch: Math.min(epoch + 1, epochs),
      steps: step,
      checkpoint: folder.last,
    });
    return;
  }
  terminal.line(
    `Stopped in epoch ${Math.min(epoch + 1, epochs)} of ${epochs}, after ${grouped(step)} steps in all.`,
  );
  terminal.line(`The state is in ${folder.last}`);
  terminal.line('Go on where it stopped:');
  terminal.line(`  ${context.self} train --resume ${shellWord(folder.path)}`);
}

const mostSamples = 10;

/** Writes the files of a finished training and prints what it gave. */
export async function finish(training: Training, screens: Screens): Promise<void> {
  const { context, terminal } = screens;
  const { request, data, model, folder, record } = training;
  await model.save(folder.keras);
  await writeFile(folder.sample, encodeNpy(await data.sample(mostSamples)));
  const reported = request.settings.report && (await drawReport(training, screens));
  const costs = compareWithStandard(model.network);
  const pauses = training.checkpoints?.pauses;
  if (request.json) {
    const { keras, last, best, history, report, sample } = folder;
    const result = { seconds: record.seconds, ...record.last?.metrics, bestEpoch: record.best?.epoch };
    const files = { keras, last, best, history, ...(reported ? { report } : {}), sample };
    const checkpoints = pauses && { checkpoints: pauses };
    printJson(context.stdout, {
      event: 'end',
      epochs: record.last?.epoch,
      ...result,
      ...checkpoints,
      costs,
      files,
    });
    return;
  }
  const { data: name, settings } = request;
  const typed = settings.folder ? undefined : name;
  for (const line of closingLines({
    record,
    costs,
    folder,
    reported,
    data: typed,
    pauses,
    self: context.self,
  }))
    terminal.line(line);
}

/** Writes the report; true if that worked. The model is safe already, and a report can be written again. */
async function drawReport(training: Training, { context, terminal, notes }: Screens): Promise<boolean> {
  const { data, model, folder, record } = training;
  terminal.show('Drawing the report');
  try {
    const run = JSON.parse(record.toJson()) as RunRecord;
    const images = { test: await data.judged(), imageShape: data.imageShape, classNames: data.classNames };
    await writeReport(folder.report, model, run, images);
    return true;
  } catch (error) {
    terminal.clear();
    const { message } = failureOf(error, wantsTrace(context.env));
    notes.line(`atrous: There is no report: ${message}`);
    notes.line(`The model is whole. Draw it later: ${context.self} report ${shellWord(folder.path)}`);
    context.exitCode = 1;
    return false;
  } finally {
    terminal.clear();
  }
}

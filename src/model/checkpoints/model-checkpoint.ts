import { InvalidArgumentError } from '../../errors/index.ts';
import { boolean, nullable, number, optional, positive, readOptions, string } from '../../nn/options.ts';
import type { Callback, TrainedModel } from '../../training/callback.ts';
import type { Logs } from '../../training/means.ts';
import { type MonitorMode, monitorOf, monitorRules } from '../../training/monitor.ts';
import { CheckpointWriter, type WrittenCheckpoint } from './checkpoint-writer.ts';
import { Due, type FrequencyLike, frequencyRule } from './frequency.ts';
import { filledPath, hasFields } from './path-template.ts';

export interface ModelCheckpointOptions {
  /**
   * Path of the file, .safetensors (from which training goes on with the same bits) or .keras. Fields are filled in as
   * in Keras: `{epoch}` (from 1), `{epoch:02d}`, `{batch}`, `{step}`, and the logs: `{val_loss:.2f}`. Batches and steps
   * are those that the file holds; in the middle of an epoch some of them have begun after the one that the logs end with.
   */
  readonly filepath: string;
  /** Key of the logs by which files are compared. Default `valLoss`. */
  readonly monitor?: string;
  /** Default `auto`: accuracies rise, all else falls. */
  readonly mode?: MonitorMode;
  /** Writes only where the value is better than all before. Default false. */
  readonly saveBestOnly?: boolean;
  /**
   * Writes the network and its weights without optimizer and state of the training, which takes a third of the place under
   * Adam. Such a file predicts, and can be compiled and trained anew; training does not go on from it as if it had not
   * been stopped. Default false.
   */
  readonly saveWeightsOnly?: boolean;
  /** Value that the first file has to beat. Default null. */
  readonly initialValueThreshold?: number | null;
  /**
   * `epoch`, a number of steps (also `500steps`), or of seconds (`30s`). Files of steps and seconds are written while
   * the training goes on; it waits where the next is due before the last is safe. Default `epoch`.
   */
  readonly saveFreq?: FrequencyLike;
  /** Files that stay, the newest; needs a path with fields. Default null: all. */
  readonly keep?: number | null;
}

/**
 * Writes the model as the training goes on, as Keras's ModelCheckpoint does. A file is whole or not there: it is
 * written beside its place, synced and renamed. Checkpoints keep the best value, so that a resumed training compares
 * with it.
 * @param onSaved is told what each file took. Default none
 * @throws {InvalidArgumentError} for a path whose ending is no format
 * @throws {FileError} from the training, where a file cannot be written
 */
export function modelCheckpoint(
  options: ModelCheckpointOptions,
  onSaved?: (checkpoint: WrittenCheckpoint) => void,
): Callback {
  const call = 'callbacks.modelCheckpoint';
  const o = readOptions(
    options,
    {
      ...monitorRules,
      filepath: string,
      saveBestOnly: optional(boolean, false),
      saveWeightsOnly: optional(boolean, false),
      initialValueThreshold: nullable(number()),
      saveFreq: frequencyRule,
      keep: nullable(positive),
    },
    { call },
  );
  const argument = 'filepath';
  // Else the first epoch would be trained before saving it failed.
  if (!/\.(keras|safetensors)$/.test(o.filepath)) {
    const expected = 'a path that ends in .keras or .safetensors';
    throw new InvalidArgumentError({ call, argument, expected, received: o.filepath });
  }
  if (o.keep !== null && !hasFields(o.filepath)) {
    const expected = 'a path with a field such as {epoch} or {step}, because several files are kept';
    throw new InvalidArgumentError({ call, argument, expected, received: o.filepath });
  }
  const monitor = monitorOf(o.monitor, o.mode, call);
  let best = o.initialValueThreshold ?? monitor.worst;
  let writer = new CheckpointWriter(o.keep ?? undefined);
  let due = new Due(o.saveFreq);
  let failure: { readonly error: unknown } | undefined;

  const isWanted = (logs: Logs): boolean => {
    if (!o.saveBestOnly) return true;
    const current = monitor.value(logs);
    if (!monitor.isBetter(current, best)) return false;
    best = current;
    return true;
  };
  const save = async (values: Logs, model: TrainedModel): Promise<void> => {
    const path = filledPath(o.filepath, values, { call, argument });
    const { written } = await writer.save(model, path, { includeOptimizer: !o.saveWeightsOnly });
    written.then(onSaved, (error: unknown) => {
      failure ??= { error };
    });
  };
  const refuseFailed = (): void => {
    if (failure) throw failure.error;
  };
  return {
    stateName: 'modelCheckpoint',
    savesModel: true,
    onTrainBegin() {
      best = o.initialValueThreshold ?? monitor.worst;
      writer = new CheckpointWriter(o.keep ?? undefined);
      due = new Due(o.saveFreq);
      failure = undefined;
    },
    async onBatchEnd({ epoch, step, logs }, model) {
      refuseFailed();
      if (!due.afterStep(step) || !isWanted(logs)) return;
      await writer.settled();
      const held = model.trainingState;
      await save({ epoch: epoch + 1, batch: held.step - held.epochStart, step: held.step, ...logs }, model);
    },
    async onEpochEnd(epoch, logs, model) {
      if (o.saveFreq.every === 'epoch' && isWanted(logs)) {
        await save({ epoch: epoch + 1, ...logs }, model);
        await writer.settled();
      }
      refuseFailed();
    },
    async onTrainEnd() {
      await writer.settled();
      refuseFailed();
    },
    onTrainLeave: () => writer.settled(),
    state: () => ({ values: { best, paths: writer.paths } }),
    restore({ values }) {
      best = Number(values.best ?? best);
      if (Array.isArray(values.paths))
        writer = new CheckpointWriter(o.keep ?? undefined, values.paths.map(String));
    },
  };
}

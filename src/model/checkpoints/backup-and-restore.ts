import { InvalidArgumentError } from '../../errors/index.ts';
import { hostFiles } from '../../formats/host-files.ts';
import { decodeNativeModel } from '../../formats/native-model.ts';
import { boolean, optional, readOptions, string } from '../../nn/options.ts';
import type { Callback, TrainedModel } from '../../training/callback.ts';
import { Model } from '../model.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import { Due, type FrequencyLike, frequencyRule } from './frequency.ts';
import { restoreModel } from './restore-model.ts';

export interface BackupAndRestoreOptions {
  /** Folder for the state. It belongs to one training. */
  readonly backupDir: string;
  /** `epoch`, a number of steps (also `500steps`), or of seconds (`30s`). Default `epoch`. */
  readonly saveFreq?: FrequencyLike;
  /** Removes the state when the training has ended. Default true. */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Lets a program that was killed be started again as it is: the training goes on where the state in `backupDir`
 * stands, in the middle of an epoch too, with the same bits. As Keras's BackupAndRestore, which goes on with the epoch.
 * @throws {InvalidArgumentError} {FileError} {FormatError} from the training
 */
export function backupAndRestore(options: BackupAndRestoreOptions): Callback {
  const call = 'callbacks.backupAndRestore';
  const rules = {
    backupDir: string,
    saveFreq: frequencyRule,
    deleteCheckpoint: optional(boolean, true),
  };
  const o = readOptions(options, rules, { call });
  const path = `${o.backupDir.replace(/\/+$/, '')}/backup.safetensors`;
  const writer = new CheckpointWriter();
  let due = new Due(o.saveFreq);
  let failure: { readonly error: unknown } | undefined;
  const save = async (model: TrainedModel): Promise<void> => {
    const { written } = await writer.save(model, path);
    written.catch((error: unknown) => {
      failure ??= { error };
    });
  };
  const refuseFailed = (): void => {
    if (failure) throw failure.error;
  };
  return {
    savesModel: true,
    async onTrainBegin(model, { batchSize, resumed }) {
      failure = undefined;
      due = new Due(o.saveFreq);
      const files = await hostFiles('Writing files');
      await files.makeFolder(o.backupDir);
      const known = (await files.namesIn(o.backupDir)).includes('backup.safetensors');
      if (!known || resumed || !(model instanceof Model)) return;
      const saved = decodeNativeModel(await files.readFile(path), path);
      const state = saved.training?.state;
      if (state && state.step > state.epochStart && state.batchSize !== batchSize) {
        const expected = `${state.batchSize}, with which the epoch began that is in ${path}`;
        throw new InvalidArgumentError({ call: 'fit', argument: 'batchSize', expected, received: batchSize });
      }
      await restoreModel(model, saved, path);
    },
    async onBatchEnd({ step }, model) {
      refuseFailed();
      if (due.afterStep(step)) await save(model);
    },
    async onEpochEnd(_, __, model) {
      if (o.saveFreq.every === 'epoch') {
        await save(model);
        await writer.settled();
      }
      refuseFailed();
    },
    async onTrainEnd() {
      await writer.settled();
      refuseFailed();
      if (o.deleteCheckpoint) await (await hostFiles('Writing files')).removeFile(path);
    },
    onTrainLeave: () => writer.settled(),
  };
}

import type { Dataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import { prepareThreads } from '../engine/index.ts';
import { knownOptions, nonNegativeInteger } from '../errors/index.ts';
import { cloneNetwork } from '../nn/network/clone.ts';
import type { Network } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TrainedModel } from '../training/callback.ts';
import { History } from '../training/callbacks/history.ts';
import type { TrainingEvent } from '../training/events.ts';
import { trainingEvents } from '../training/loop.ts';
import type { Logs } from '../training/means.ts';
import { Trainer } from '../training/trainer.ts';
import { beginTraining, initialState, type TrainingState } from '../training/training-state.ts';
import { type CompileOptions, compilationOf, readCompileOptions } from './compile-options.ts';
import { targetsAndOptions } from './data-arguments.ts';
import { type EvaluateOptions, evaluateOn } from './evaluate.ts';
import { type FitOptions, inTraining, readFit, type TrainOptions } from './fit-options.ts';
import { wantedShapes } from './network-facts.ts';
import { NetworkModel } from './network-model.ts';
import {
  batchSizeOf,
  type TestOnBatchOptions,
  type TrainOnBatchOptions,
  testOnBatch,
  trainOnBatch,
} from './on-batch.ts';
import { onlyOutput, type PredictOptions, predictAll, predictAllSync } from './predict.ts';
import { printEpochs } from './print-epochs.ts';
import type { ModelFormat, SaveOptions } from './save.ts';
import { type EngineOptions, storeOf } from './stores.ts';
import { type TransferOptions, transferWeights } from './transfer.ts';
import { useAverages } from './use-averages.ts';
import { readWeights, writeWeights } from './weights.ts';

export interface ModelOptions {
  /** Default `sequential` or `functional`. */
  readonly name?: string;
  /** Seed of the initial weights, and of trainings that name none. Default 0. */
  readonly seed?: number;
  /** Default: threads as `configure` says. */
  readonly engine?: EngineOptions;
}

/** A network with weights that can be trained, evaluated, used and saved. Made by `sequential` and `model`. */
export class Model extends NetworkModel implements TrainedModel {
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Where the training stands; it is saved in native files. */
  readonly trainingState: TrainingState;
  stopTraining = false;
  /** Texts by key that native files keep: the library itself has no use for them. */
  readonly metadata: Record<string, string> = {};
  readonly #trainer: Trainer;
  readonly #engine: EngineOptions;
  #compileOptions: CompileOptions | undefined;
  #isTraining = false;

  /** @param call what errors name */
  constructor(network: Network, options: Omit<ModelOptions, 'name'> = {}, call: string = 'model') {
    super(network);
    knownOptions(options, ['seed', 'engine'], { call });
    this.#engine = options.engine ?? {};
    this.seed = nonNegativeInteger(options.seed ?? 0, 'seed', { call });
    this.trainingState = initialState(this.seed);
    this.#trainer = new Trainer(network, storeOf(network, this.seed, this.#engine, call));
  }

  get trainer(): Trainer {
    return this.#trainer;
  }

  /** What `compile` was given last. */
  get compileOptions(): CompileOptions | undefined {
    return this.#compileOptions;
  }

  /** The optimiser; its `learningRate` may be set. */
  get optimizer(): Optimizer {
    return compilationOf(this, 'optimizer').optimizer.optimizer;
  }

  /** A model of the same structure with layers of its own and new initial weights; it is not compiled. */
  clone(options: Omit<ModelOptions, 'name'> = {}): Model {
    knownOptions(options, ['seed', 'engine'], { call: 'clone' });
    const network = cloneNetwork(this.network);
    const { seed = this.seed, engine = this.#engine } = options;
    return new Model(network, { seed, engine }, 'clone');
  }

  /**
   * Copies weights from another model into the layers of the same name.
   * @returns names of the layers whose weights were set
   * @throws {ShapeError} where a layer of that name has other shapes, unless `skipMismatch`
   */
  transferWeights(from: Model, options: TransferOptions = {}): Promise<string[]> {
    return transferWeights(from, this, options);
  }

  /**
   * Chooses optimiser, loss and metrics. Optimiser state and the count of steps begin anew. Threads start, beside what
   * the program does until it trains.
   * @throws {InvalidArgumentError} {RuntimeError} while a training of the model runs
   */
  compile(options: CompileOptions): void {
    if (this.#isTraining) throw inTraining(this.name);
    this.#trainer.compilation = readCompileOptions(this.network, options);
    this.#compileOptions = options;
    beginTraining(Object.assign(this.trainingState, { step: 0 }), 0);
    if (!this.#engine.session) prepareThreads(this.#engine);
  }

  /**
   * Trains; resolves with a number an epoch for each value (`history.history.loss`).
   * @throws {InvalidArgumentError} {DataError} for arguments and samples that cannot be used
   * @throws {NumericError} when the loss is not finite: the step assigned nothing
   * @throws {RuntimeError} while another training of the model runs
   */
  fit(x: Dataset, options?: FitOptions): Promise<History>;
  fit(x: TensorGroup, y: TensorGroup, options?: FitOptions): Promise<History>;
  async fit(x: TensorGroup | Dataset, ...rest: readonly unknown[]): Promise<History> {
    const history = new History();
    for await (const event of this.#train('fit', x, rest)) {
      if (event.type === 'epochEnd') history.onEpochEnd(event.epoch, event.logs);
    }
    return history;
  }

  /** Trains as `fit` does, silently, and tells of every step and epoch. Leaving the loop stops the training. */
  train(x: Dataset, options?: TrainOptions): AsyncGenerator<TrainingEvent>;
  train(x: TensorGroup, y: TensorGroup, options?: TrainOptions): AsyncGenerator<TrainingEvent>;
  train(x: TensorGroup | Dataset, ...rest: readonly unknown[]): AsyncGenerator<TrainingEvent> {
    return this.#train('train', x, rest);
  }

  async *#train(
    call: string,
    x: TensorGroup | Dataset,
    rest: readonly unknown[],
  ): AsyncGenerator<TrainingEvent> {
    const [y, options] = targetsAndOptions(x, rest, call);
    compilationOf(this, call);
    if (this.#isTraining) throw inTraining(this.name);
    const state = this.trainingState;
    const fit = readFit(call, [x, y], options as FitOptions, this.#wanted(), state);
    state.batchSize = fit.plan.batchSize;
    if (!fit.resume) {
      beginTraining(state, fit.initialEpoch);
      state.seed = fit.seed ?? this.seed;
    }
    const { plan } = fit;
    const lines = call === 'fit' && fit.verbose ? [printEpochs(plan.epochs)] : [];
    const callbacks = [...plan.callbacks, ...lines];
    this.#isTraining = true;
    try {
      yield* trainingEvents(this.#trainer, { ...plan, callbacks }, state, this);
      await useAverages(this.#trainer);
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * Loss and metrics over all samples, by name.
   * @throws {InvalidArgumentError} {DataError}
   */
  evaluate(x: Dataset, options?: EvaluateOptions): Promise<Logs>;
  evaluate(x: TensorGroup, y: TensorGroup, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: TensorGroup | Dataset, ...rest: readonly unknown[]): Promise<Logs> {
    return this.#evaluate('evaluate', x, rest);
  }

  async #evaluate(call: string, x: TensorGroup | Dataset, rest: readonly unknown[]): Promise<Logs> {
    compilationOf(this, call);
    const [y, options] = targetsAndOptions(x, rest, call);
    return evaluateOn(this.#trainer, x, y, options, this.#wanted(), call);
  }

  /**
   * One step of the optimiser on these samples, as Keras's `train_on_batch`. Values are those of this batch alone, the
   * loss before the step. Callbacks, shuffling and printing belong to `fit`.
   * @throws {InvalidArgumentError} {DataError} {NumericError} {RuntimeError} as `fit`
   */
  async trainOnBatch(x: TensorGroup, y: TensorGroup, options: TrainOnBatchOptions = {}): Promise<Logs> {
    const { epoch } = this.trainingState;
    const batch = { batchSize: this.#batchSize(x, 'trainOnBatch'), epoch };
    return trainOnBatch((call, own) => this.#train(call, x, [y, own]), batch, options);
  }

  /**
   * Loss and metrics of these samples, which run at once.
   * @throws {InvalidArgumentError} {DataError}
   */
  async testOnBatch(x: TensorGroup, y: TensorGroup, options: TestOnBatchOptions = {}): Promise<Logs> {
    const evaluate = (call: string, own: EvaluateOptions) => this.#evaluate(call, x, [y, own]);
    return testOnBatch(evaluate, this.#batchSize(x, 'testOnBatch'), options);
  }

  /**
   * The predictions of these samples, which run at once. `predictSync` computes few without a promise.
   * @throws {InvalidArgumentError} {DataError}
   */
  async predictOnBatch(x: TensorGroup): Promise<Tensor> {
    const call = 'predictOnBatch';
    return this.#predict(call, x, { batchSize: this.#batchSize(x, call) });
  }

  /**
   * The predictions, samples first.
   * @throws {InvalidArgumentError} {DataError} for a model with several outputs: `predictAll` gives them
   */
  async predict(x: TensorGroup | Dataset, options: PredictOptions = {}): Promise<Tensor> {
    return this.#predict('predict', x, options);
  }

  async #predict(call: string, x: TensorGroup | Dataset, options: PredictOptions): Promise<Tensor> {
    const outputs = await predictAll(this.#trainer, x, options, this.#wanted().inputs, call);
    return onlyOutput(outputs, call, this.name);
  }

  /** Opens the session in which the model runs and hands it the weights; `predictSync` needs that. */
  async prepare(): Promise<void> {
    await this.#trainer.store.session();
  }

  /**
   * The predictions, computed before this returns, on the calling thread: for a few samples, where waking other threads
   * would cost more than the work. With the nests of one sample that are large enough, threads that are not busy help. The
   * model must have run or been prepared (`await model.prepare()`), and nothing of
   * it may be running. The first call with a batch size compiles.
   * @throws {RuntimeError} where the model is not ready or runs something
   */
  predictSync(x: TensorGroup): Tensor {
    const outputs = predictAllSync(this.#trainer, x, this.#wanted().inputs);
    return onlyOutput(outputs, 'predictSync', this.name);
  }

  /** The predictions of every output, by position. */
  predictAll(x: TensorGroup | Dataset, options: PredictOptions = {}): Promise<Tensor[]> {
    return predictAll(this.#trainer, x, options, this.#wanted().inputs, 'predictAll');
  }

  /** Copies of all weights in the order of Keras; state that only native files keep is not among them. */
  getWeights(): Promise<Tensor[]> {
    return readWeights(this.network, this.#trainer.store);
  }

  /**
   * Sets all weights, in the order of `getWeights`.
   * @throws {InvalidArgumentError} if their number or a shape differs
   */
  setWeights(weights: readonly Tensor[]): Promise<void> {
    return writeWeights(this.network, this.#trainer.store, weights);
  }

  /**
   * Writes the model to a file; the ending says the format: `.safetensors` keeps everything, so that a resumed
   * training gives the same bits; `.keras` is for Keras. The file is complete or not there.
   * @throws {FileError} {UnsupportedError} where there is no file system: use `toBytes`
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const { formatOf, modelBytes } = await import('./save.ts');
    const bytes = await modelBytes(formatOf(path), this, options, 'save');
    const { writeModelFile } = await import('./write-file.ts');
    await writeModelFile(path, bytes);
  }

  /** The bytes of a file of the model. Default format `safetensors`. */
  async toBytes(format: ModelFormat = 'safetensors', options: SaveOptions = {}): Promise<Uint8Array> {
    // Loaded at need, so that a page that only trains or predicts need not load the formats.
    const { modelBytes } = await import('./save.ts');
    return modelBytes(format, this, options, 'toBytes');
  }

  /** Ends workers and drops the memory, also of models that share layers with this one. Optional. */
  dispose(): void {
    this.#trainer.store.dispose();
  }

  #batchSize(x: TensorGroup, call: string): number {
    return batchSizeOf(x, this.#wanted(), call);
  }

  #wanted(): ReturnType<typeof wantedShapes> {
    return wantedShapes(this.network, this.#trainer.compilation?.objectives ?? []);
  }
}

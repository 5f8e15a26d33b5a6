import type {
  callbacks,
  constraints,
  initializers,
  optimizers,
  regularizers,
  schedules,
} from '../../src/index.ts';
import * as k from './kinds.ts';
import type { MakerRows } from './maker-row.ts';

const common = {
  learningRate: k.atLeast(0),
  weightDecay: k.orNull(k.atLeast(0)),
  excludeFromWeightDecay: k.orNull(k.list(k.text, 1)),
  clipnorm: k.orNull(k.above(0)),
  clipvalue: k.orNull(k.above(0)),
  globalClipnorm: k.orNull(k.above(0)),
  useEma: k.boolean,
  emaMomentum: k.between(0, 1),
  emaOverwriteFrequency: k.orNull(k.positive),
  gradientAccumulationSteps: k.orNull(k.fromTwo),
};
const epsilon = k.above(0);
const moments = { ...common, beta1: k.rate, beta2: k.rate, epsilon };
const strength = k.atLeast(0);

/** Every optimizer. */
export const optimizerRows: MakerRows<typeof optimizers, 'getOptimizer'> = {
  adadelta: { kinds: { ...common, rho: k.rate, epsilon } },
  adagrad: { kinds: { ...common, initialAccumulatorValue: strength, epsilon } },
  adam: { kinds: { ...moments, amsgrad: k.boolean } },
  adamW: { kinds: { ...moments, amsgrad: k.boolean, weightDecay: k.atLeast(0) } },
  adamax: { kinds: moments },
  ftrl: {
    kinds: {
      ...common,
      learningRatePower: k.between(Number.NEGATIVE_INFINITY, 0),
      initialAccumulatorValue: strength,
      l1RegularizationStrength: strength,
      l2RegularizationStrength: strength,
      l2ShrinkageRegularizationStrength: strength,
      beta: strength,
    },
  },
  lamb: { kinds: moments },
  lion: { kinds: { ...common, beta1: k.aboveUpTo(0, 1), beta2: k.rate } },
  nadam: { kinds: moments },
  rmsprop: { kinds: { ...common, rho: k.rate, momentum: k.rate, epsilon, centered: k.boolean } },
  sgd: { kinds: { ...common, momentum: k.rate, nesterov: k.boolean } },
};

const initial = { initialLearningRate: k.atLeast(0) };
const decay = { ...initial, decaySteps: k.positive, decayRate: k.above(0), staircase: k.boolean };
const decayed = { initialLearningRate: 0.1, decaySteps: 10 };

/** Every schedule. */
export const scheduleRows: MakerRows<typeof schedules> = {
  cosineDecay: {
    kinds: {
      ...initial,
      decaySteps: k.positive,
      alpha: k.atLeast(0),
      warmupSteps: k.atLeast(0),
      warmupTarget: k.orNull(k.atLeast(0)),
    },
    given: decayed,
  },
  cosineDecayRestarts: {
    kinds: {
      ...initial,
      firstDecaySteps: k.positive,
      tMul: k.atLeast(1),
      mMul: k.atLeast(0),
      alpha: k.atLeast(0),
    },
    given: { initialLearningRate: 0.1, firstDecaySteps: 10 },
  },
  exponentialDecay: { kinds: decay, given: { ...decayed, decayRate: 0.5 } },
  inverseTimeDecay: { kinds: decay, given: { ...decayed, decayRate: 0.5 } },
  oneCycle: {
    kinds: {
      maxLearningRate: k.atLeast(0),
      totalSteps: k.fromTwo,
      warmupShare: k.between(0, 1),
      startDivisor: k.above(0),
      endDivisor: k.above(0),
    },
    given: { maxLearningRate: 0.1, totalSteps: 10 },
  },
  piecewiseConstantDecay: {
    kinds: { boundaries: k.list(k.atLeast(0)), values: k.list(k.atLeast(0)) },
    given: { boundaries: [10], values: [0.1, 0.01] },
  },
  polynomialDecay: {
    kinds: {
      ...initial,
      decaySteps: k.positive,
      endLearningRate: k.atLeast(0),
      power: k.above(0),
      cycle: k.boolean,
    },
    given: decayed,
  },
};

/** Every regularizer. */
export const regularizerRows: MakerRows<typeof regularizers> = {
  l1: { kinds: { l1: k.atLeast(0) } },
  l1l2: { kinds: { l1: k.atLeast(0), l2: k.atLeast(0) } },
  l2: { kinds: { l2: k.atLeast(0) } },
  orthogonal: { kinds: { factor: k.atLeast(0), mode: k.oneOf('rows', 'columns') } },
};

const normAxis = k.different(
  k.either(
    (value) => Number.isSafeInteger(value),
    k.list((value) => Number.isSafeInteger(value), 1),
  ),
);

/** Every constraint. */
export const constraintRows: MakerRows<typeof constraints> = {
  maxNorm: { kinds: { maxValue: k.atLeast(0), axis: normAxis } },
  minMaxNorm: {
    kinds: { minValue: k.atLeast(0), maxValue: k.atLeast(0), rate: k.between(0, 1), axis: normAxis },
  },
  nonNeg: { kinds: {} },
  unitNorm: { kinds: { axis: normAxis } },
};

const seed = k.orNull(k.count);
const normal = { kinds: { mean: k.number, stddev: k.atLeast(0), seed } };
const seeded = { kinds: { seed } };

/** Every initializer. */
export const initializerRows: MakerRows<typeof initializers, 'getInitializer'> = {
  constant: { kinds: { value: k.number } },
  glorotNormal: seeded,
  glorotUniform: seeded,
  heNormal: seeded,
  heUniform: seeded,
  identity: { kinds: { gain: k.number } },
  lecunNormal: seeded,
  lecunUniform: seeded,
  ones: { kinds: {} },
  orthogonal: { kinds: { gain: k.number, seed } },
  randomNormal: normal,
  randomUniform: { kinds: { minval: k.number, maxval: k.number, seed } },
  truncatedNormal: normal,
  varianceScaling: {
    kinds: {
      scale: k.above(0),
      mode: k.oneOf('fanIn', 'fanOut', 'fanAvg'),
      distribution: k.oneOf('uniform', 'truncatedNormal', 'untruncatedNormal'),
      seed,
    },
  },
  zeros: { kinds: {} },
};

const monitored = { monitor: k.text, mode: k.oneOf('auto', 'min', 'max') };
const frequency = k.either(k.positive, k.oneOf('epoch'));
const called = k.functionOf;

/** Every callback that takes options; the others take a function, or nothing. */
export const callbackRows: MakerRows<
  typeof callbacks,
  'History' | 'learningRateScheduler' | 'terminateOnNaN'
> = {
  backupAndRestore: {
    kinds: { backupDir: k.text, saveFreq: frequency, deleteCheckpoint: k.boolean },
    given: { backupDir: 'state' },
  },
  csvLogger: {
    kinds: { filename: k.text, separator: k.text, append: k.boolean },
    given: { filename: 'log.csv' },
  },
  earlyStopping: {
    kinds: {
      ...monitored,
      minDelta: k.number,
      patience: k.count,
      baseline: k.orNull(k.number),
      restoreBestWeights: k.boolean,
      startFromEpoch: k.count,
    },
  },
  jsonLogger: { kinds: { filename: k.text, append: k.boolean }, given: { filename: 'log.jsonl' } },
  lambdaCallback: {
    kinds: {
      onTrainBegin: called,
      onEpochBegin: called,
      onBatchEnd: called,
      onEpochEnd: called,
      onTrainEnd: called,
      onTrainLeave: called,
    },
    given: {},
  },
  modelCheckpoint: {
    kinds: {
      ...monitored,
      filepath: k.nothing,
      saveBestOnly: k.boolean,
      saveWeightsOnly: k.boolean,
      initialValueThreshold: k.orNull(k.number),
      saveFreq: frequency,
      keep: k.orNull(k.positive),
    },
    given: { filepath: 'model-{epoch}.keras' },
  },
  reduceLROnPlateau: {
    kinds: {
      ...monitored,
      factor: k.rate,
      patience: k.count,
      minDelta: k.atLeast(0),
      cooldown: k.count,
      minLr: k.atLeast(0),
    },
  },
  tensorBoard: {
    kinds: {
      logDir: k.text,
      histogramFreq: k.count,
      writeGraph: k.boolean,
      writeImages: k.boolean,
      updateFreq: frequency,
    },
  },
};

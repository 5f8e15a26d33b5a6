export { type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
export { History } from './history.ts';
export { type LambdaCallbackOptions, lambdaCallback } from './lambda-callback.ts';
export { learningRateScheduler } from './learning-rate-scheduler.ts';
export { type ReduceLROnPlateauOptions, reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
export { terminateOnNaN } from './terminate-on-nan.ts';

export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export { type AdamaxOptions, adamax } from './adamax.ts';
export { type FtrlOptions, ftrl } from './ftrl.ts';
export { type LionOptions, lion } from './lion.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { type SgdOptions, sgd } from './sgd.ts';

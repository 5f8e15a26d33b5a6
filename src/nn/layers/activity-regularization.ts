import { number, optional } from '../options.ts';
import { l1l2 } from '../regularizers/norms.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface ActivityRegularizationOptions extends LayerOptions {
  /** Factor of the sum of absolute values, at least 0. Default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares, at least 0. Default 0. */
  readonly l2?: number;
}

/** Passes its input on and adds a penalty of it, the mean over the samples, to the loss. */
export const activityRegularization: (options?: ActivityRegularizationOptions) => Layer = layerKind({
  className: 'ActivityRegularization',
  keras: { masking: 'passes' },
  options: { l1: optional(number({ min: 0 }), 0), l2: optional(number({ min: 0 }), 0) },
  call: (options, [x], scope) => {
    if (options.l1 > 0 || options.l2 > 0) scope.addLoss(l1l2(options).penalty(x!));
    return x!;
  },
});

/** Passes its input on. */
export const identity: (options?: LayerOptions) => Layer = layerKind({
  className: 'Identity',
  keras: { masking: 'passes' },
  options: {},
  call: (_, [x]) => x!,
});

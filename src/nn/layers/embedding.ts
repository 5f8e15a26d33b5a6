import * as ops from '../../ops/index.ts';
import { randomUniform } from '../initializers/random.ts';
import { boolean, optional, positive } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface EmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Rows of the table: inputs are whole numbers from 0 to inputDim - 1. */
  readonly inputDim: number;
  /** Numbers in a row. */
  readonly outputDim: number;
  /** Index 0 marks what is to be left out, as `masking` does. Default false. */
  readonly maskZero?: boolean;
}

/**
 * A row of a table that is trained for each whole number (see `ops.embedding`); an index outside of it gives zeros.
 */
export const embedding: (options: EmbeddingOptions) => Layer = layerKind({
  className: 'Embedding',
  options: {
    inputDim: positive,
    outputDim: positive,
    ...weightRules('embeddings', randomUniform({ minval: -0.05, maxval: 0.05 })),
    maskZero: optional(boolean, false),
  },
  weights: (o) => [weightOf(o, 'embeddings', [o.inputDim, o.outputDim])],
  call: ({ maskZero }, [x], scope) => {
    if (maskZero) scope.setMask(ops.anyDiffers(ops.reshape(x!, [...x!.type.shape, 1])));
    return ops.embedding(x!, scope.weight('embeddings'));
  },
});

import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import { sumOfSquares } from '../../ops/sum-of-squares.ts';
import type { Common } from './common-options.ts';

/**
 * Gradients kept small in one of three ways, as `BaseOptimizer._clip_gradients` of Keras has them:
 * `clipnorm` c: g c / max(|g|, c) for each variable; `clipvalue` c: min(max(g, -c), c) for each element;
 * `globalClipnorm` c: g times c min(1 / n, 1 / c), where n is the norm of all gradients together.
 */
export function clipGradients(gradients: readonly Node[], options: Common): readonly Node[] {
  const { clipnorm, clipvalue, globalClipnorm } = options;
  if (clipnorm !== null) {
    return gradients.map((gradient) =>
      elementwise('clipNorm', [gradient, sumOfSquares([gradient])], (g, square) =>
        e.div(e.mul(g!, clipnorm), e.max(e.sqrt(square!), clipnorm)),
      ),
    );
  }
  if (globalClipnorm !== null && gradients.length > 0) {
    const scale = elementwise('globalClipScale', [sumOfSquares(gradients)], (square) => {
      const norm = e.sqrt(square!);
      const scaled = e.mul(e.min(e.div(1, norm), 1 / globalClipnorm), globalClipnorm);
      // Adds 0, or NaN where the norm is not finite.
      return e.add(scaled, e.sub(norm, norm));
    });
    return gradients.map((gradient) =>
      elementwise('globalClipNorm', [gradient, scale], (g, s) => e.mul(g!, s!)),
    );
  }
  if (clipvalue !== null) {
    return gradients.map((gradient) =>
      elementwise('clipValue', [gradient], (g) => e.min(e.max(g!, -clipvalue), clipvalue)),
    );
  }
  return gradients;
}

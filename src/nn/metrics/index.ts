export {
  binaryAccuracy,
  categoricalAccuracy,
  type MetricOptions,
  sparseCategoricalAccuracy,
} from './accuracy.ts';
export { getMetric, type MetricLike } from './get-metric.ts';
export type { Metric } from './metric.ts';

export type { MetricOptions } from './define.ts';
export { getMetric, type MetricLike, type MetricName } from './get-metric.ts';
export * from './makers.ts';
export type { Metric } from './metric.ts';

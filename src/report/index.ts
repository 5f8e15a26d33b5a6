export type { ReportData, ReportOptions, TrainingHistory } from './options.ts';
export { report } from './report.ts';

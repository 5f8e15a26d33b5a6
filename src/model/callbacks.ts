export { type CsvLoggerOptions, csvLogger } from '../events/csv-logger.ts';
export { type JsonLoggerOptions, jsonLogger } from '../events/json-logger.ts';
export { type TensorBoardOptions, tensorBoard } from '../events/tensor-board.ts';
export * from '../training/callbacks/index.ts';
export { type BackupAndRestoreOptions, backupAndRestore } from './checkpoints/backup-and-restore.ts';
export { type ModelCheckpointOptions, modelCheckpoint } from './checkpoints/model-checkpoint.ts';

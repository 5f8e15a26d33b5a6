export {
  configure,
  endIdleWorkers,
  type RuntimeInfo,
  type RuntimeOptions,
  runtimeInfo,
} from '../runtime/index.ts';
export { createSession, prepareThreads, type SessionOptions } from './create-session.ts';
export { createInterpreterSession } from './interpreter-session.ts';
export type { Feed, Outputs, Program, Session, SyncProgram, Values } from './session.ts';

import type { Callback, TrainedModel } from './callback.ts';
import type { CallbackState, CallbackStates } from './training-state.ts';

/** Callbacks in the order in which they are called: those that write the model come last. */
export const inOrder = (callbacks: readonly Callback[]): readonly Callback[] => [
  ...callbacks.filter(({ savesModel }) => !savesModel),
  ...callbacks.filter(({ savesModel }) => savesModel),
];

/** Callbacks that have a state, by the name that it has in a checkpoint: of equal names the later ones are numbered. */
function named(callbacks: readonly Callback[]): [name: string, callback: Callback][] {
  const counts = new Map<string, number>();
  return callbacks.flatMap((callback): [string, Callback][] => {
    const { stateName } = callback;
    if (stateName === undefined) return [];
    const count = (counts.get(stateName) ?? 0) + 1;
    counts.set(stateName, count);
    return [[count === 1 ? stateName : `${stateName}-${count}`, callback]];
  });
}

export const statesOf = (callbacks: readonly Callback[]): CallbackStates =>
  Object.fromEntries(
    named(callbacks).flatMap(([name, callback]): [string, CallbackState][] => {
      const state = callback.state?.();
      return state ? [[name, state]] : [];
    }),
  );

/** Hands callbacks what a checkpoint kept of them; those that it does not know begin anew. */
export function restoreCallbacks(
  callbacks: readonly Callback[],
  states: CallbackStates,
  model: TrainedModel,
): void {
  for (const [name, callback] of named(callbacks)) {
    if (Object.hasOwn(states, name)) callback.restore?.(states[name]!, model);
  }
}

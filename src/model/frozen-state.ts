import { Means } from '../training/means.ts';
import type { SavedTrainingState, TrainingState } from '../training/training-state.ts';

/** A copy of a state for a file, once the steps that were begun are finished. */
export async function frozenState(state: Readonly<TrainingState>): Promise<SavedTrainingState> {
  const { progress, callbacks, ...counts } = state;
  // Of steps that failed there is nothing to go on with; whoever trains hears of them.
  const means = await progress?.means.catch(() => undefined);
  return {
    ...counts,
    shifted: state.shifted,
    progress: progress && means && { ...means.sums(), seconds: progress.seconds() },
    callbacks: callbacks(),
  };
}

/** The state of a model that was read from a file. */
export function loadedState({ progress, callbacks, ...counts }: SavedTrainingState): TrainingState {
  return {
    ...counts,
    progress: progress && {
      means: Promise.resolve(new Means(new Map(), progress)),
      seconds: () => progress.seconds,
    },
    callbacks: () => callbacks,
  };
}

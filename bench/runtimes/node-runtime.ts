/** A version of Node as a contestant: see `PeerProcess`. */
import { serve } from '../peers/serve.ts';
import { prepareSteps, type StepsRequest, timeSteps } from './steps.ts';

await serve({
  prepare: (request: StepsRequest) => prepareSteps(request),
  async time({ leastMs }: { leastMs: number }) {
    return { ms: await timeSteps(leastMs) };
  },
});

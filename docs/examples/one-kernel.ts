/** Prints what the compiler makes of one small network, from the graph to the instructions of one kernel. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configure, layers, sequential, tensor } from '../../src/index.ts';

if (process.env.ATROUS_DEBUG === undefined) {
  const env = { ...process.env, ATROUS_DEBUG: 'graph,plan,loops,wat' };
  const { stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { env, encoding: 'utf8' });
  process.stdout.write(oneSample(stderr));
} else {
  configure({ threads: 1 });
  const options = { kernelSize: 2, dilationRate: 2, padding: 'same', useBias: false, name: 'taps' } as const;
  const model = sequential([layers.depthwiseConv1d({ ...options, activation: 'relu' })], {
    inputShape: [4, 4],
  });
  await model.predict(tensor(new Float32Array(16), [1, 4, 4]));
  model.dispose();
}

/** Of each section, what concerns the kernel that takes one sample at a time. */
function oneSample(text: string): string {
  const section = (name: string): string => {
    const start = text.indexOf(`: ${name}`);
    return text.slice(text.indexOf('\n', start) + 1, text.indexOf('\n\n==', start) + 1 || undefined);
  };
  const graph = section('graph').trim();
  const plan = section('plan')
    .split(/\n(?=kernel)|\n(?=level)/)
    .filter((part) => /^kernel \d+ \S+Convolution {2}\(i0/.test(part));
  const loops = section('loops')
    .split(/\n(?=kernel)/)
    .filter((part) => /Convolution/.test(part) && !/for batch/.test(part));
  const wat = section('wat')
    .split(/\n(?=\(func)/)
    .filter((part) => /^\(func \d+ ;; \S+Convolution/.test(part));
  const shortest = wat.toSorted((a, b) => a.length - b.length)[0]!;
  return [graph, plan.join('\n'), loops.join('\n'), shortest].map((part) => part.trimEnd()).join('\n\n');
}

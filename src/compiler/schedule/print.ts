import { printAffine } from '../../ir/affine.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { Schedule } from './schedule.ts';

/** The loop nest of a schedule as text, one loop a line. */
export function printSchedule(schedule: Schedule): string {
  const { kernel, facts, path, vectorAxis, groups, loops, tile, unroll, registers, sliding } = schedule;
  const lines = [
    `kernel ${kernel.name}: ${path}${vectorAxis ? ` along ${vectorAxis}, ${groups} groups of 4 lanes` : ''}, ` +
      `about ${registers} registers${sliding ? ', sliding window' : ''}`,
  ];
  let indent = '  ';
  for (const { axis, step, kind } of loops) {
    const extent = facts.extents.get(axis)!;
    lines.push(
      `${indent}${kind === 'output' ? 'for' : kind} ${axis} in ${extent < 0 ? 'count' : extent}` +
        (step === 1 ? '' : ` by ${step}`) +
        clippedText(kernel, axis, kind),
    );
    indent += '  ';
  }
  const written = [
    ...tile,
    ...facts.windowAxes.map((axis) => [axis, facts.extents.get(axis)!] as const),
    ...unroll,
  ];
  if (written.length > 0) lines.push(`${indent}write out ${written.map(([a, n]) => `${a}:${n}`).join(' ')}`);
  for (const store of kernel.stores) {
    const target = `${kernel.buffers[store.buffer].name}[${printAffine(store.address)}]`;
    lines.push(`${indent}${target} ${store.accumulate ? '+=' : '='} ${printExpression(store.value, kernel)}`);
  }
  return `${lines.join('\n')}\n`;
}

function clippedText({ clips }: Kernel, axis: string, kind: Schedule['loops'][number]['kind']): string {
  const clip = kind === 'reduce' ? clips?.find((one) => one.axis === axis) : undefined;
  return clip ? `, where 0 <= ${printAffine(clip.position)} < ${clip.extent}` : '';
}

/** An expression of a kernel as text. */
export function printExpression(e: Expression, kernel: Kernel): string {
  const show = (x: Expression): string => printExpression(x, kernel);
  switch (e.kind) {
    case 'constant':
      return String(e.value);
    case 'load':
      return `${kernel.buffers[e.source].name}[${printAffine(e.index[0])}]`;
    case 'index':
      return `float(${printAffine(e.value)})`;
    case 'random':
      return `random${e.stream}(${printAffine(e.element)})`;
    case 'unary':
      return `${e.op}(${show(e.a)})`;
    case 'select':
      return `select(${show(e.mask)}, ${show(e.a)}, ${show(e.b)})`;
    case 'reduce':
      return `${e.op}[${e.axes.join(' ')}](${show(e.body)})`;
    default:
      return `${e.op}(${show(e.a)}, ${show(e.b)})`;
  }
}

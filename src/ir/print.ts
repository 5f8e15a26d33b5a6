import { printAffine } from './affine.ts';
import type { Expression } from './expression.ts';
import type { Kernel } from './kernel.ts';
import type { NonzeroProducts } from './nonzero-products.ts';
import {
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type JoinedSum,
  type KernelCall,
  type Plan,
  type PlanKernel,
} from './plan.ts';
import type {
  RowOperand,
  TapRows,
  WindowConvolutions,
  WindowOperand,
  WindowProducts,
} from './window-products.ts';

const SYMBOL = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '==',
  ne: '!=',
} as const;

/** An expression as text; `name` gives the text of a load's source. */
export function printExpression(e: Expression, name: (source: number) => string = (s) => `%${s}`): string {
  const go = (x: Expression): string => printExpression(x, name);
  switch (e.kind) {
    case 'constant':
      return String(e.value);
    case 'load':
      return `${name(e.source)}[${e.index.map(printAffine).join(', ')}]`;
    case 'index':
      return `float(${printAffine(e.value)})`;
    case 'random':
      return `random${e.stream}(${printAffine(e.element)})`;
    case 'unary':
      return `${e.op}(${go(e.a)})`;
    case 'binary':
      return e.op === 'max' || e.op === 'min'
        ? `${e.op}(${go(e.a)}, ${go(e.b)})`
        : `(${go(e.a)} ${SYMBOL[e.op]} ${go(e.b)})`;
    case 'compare':
      return `(${go(e.a)} ${SYMBOL[e.op]} ${go(e.b)})`;
    case 'logic':
      return `${e.op}(${go(e.a)}, ${go(e.b)})`;
    case 'select':
      return `(${go(e.mask)} ? ${go(e.a)} : ${go(e.b)})`;
    case 'reduce':
      return `${e.op}[${e.axes.join(', ')}](${go(e.body)})`;
  }
}

/** A kernel: its axes and what it stores, addresses in bytes. */
export function printKernel(kernel: Kernel, number: number): string {
  const axes = kernel.axes.map((a) => `${a.name}:${a.extent < 0 ? 'n' : a.extent}`).join(' ');
  const name = (source: number): string => `${kernel.buffers[source]!.name}.${source}`;
  const stores = kernel.stores.map(
    (s) =>
      `  ${name(s.buffer)}[${printAffine(s.address)}] ${s.accumulate ? '+=' : '='} ${printExpression(s.value, name)}`,
  );
  return `kernel ${number} ${kernel.name}  (${axes})\n${stores.join('\n')}`;
}

/** A walk over the elements that window maxima passed on. */
export function printWindowProducts(kernel: WindowProducts, number: number): string {
  const axes = [...kernel.windows, ...kernel.elements].map((a) => `${a.name}:${a.extent}`).join(' ');
  const at = ({ buffer, address }: WindowOperand): string =>
    `${kernel.buffers[buffer]!.name}.${buffer}[${printAffine(address)} + 4*k]`;
  const row = ({ buffer, offset, stride }: RowOperand): string =>
    `${kernel.buffers[buffer]!.name}.${buffer}[${offset} + ${stride}*c + 4*k]`;
  const { toInput, toWeights, value, argmax } = kernel;
  return [
    `kernel ${number} ${kernel.name}  (${axes} c:${kernel.channels} k:${kernel.width})`,
    `  z = ${kernel.buffers[argmax.buffer]!.name}.${argmax.buffer}[${printAffine(argmax.address)} + 4*c] == element ? ${kernel.buffers[value.buffer]!.name}.${value.buffer}[${printAffine(value.address)} + 4*c] : 0`,
    ...(toInput ? [`  ${at(toInput.gradient)} = sum[c](z * ${row(toInput.weights)})`] : []),
    ...(toWeights ? [`  ${row(toWeights.gradient)} += z * ${at(toWeights.input)}`] : []),
  ].join('\n');
}

/** The same with taps. */
export function printWindowConvolutions(kernel: WindowConvolutions, number: number): string {
  const names = (axes: readonly { readonly name: string; readonly extent: number }[]): string =>
    axes.map((a) => `${a.name}:${a.extent}`).join(' ');
  const at = ({ buffer, address }: WindowOperand): string =>
    `${kernel.buffers[buffer]!.name}.${buffer}[${printAffine(address)} + 4*k]`;
  const row = ({ buffer, address, stride }: TapRows): string =>
    `${kernel.buffers[buffer]!.name}.${buffer}[${printAffine(address)} + ${stride}*c + 4*k]`;
  const { toInput, toWeights, argmax, value, masks } = kernel;
  return [
    `kernel ${number} ${kernel.name}  (${names([...kernel.windows, ...kernel.elements])} c:${kernel.channels} k:${kernel.width})`,
    `  z = ${at(argmax)} == element ? ${at(value)} : 0, at c for k; bits of ${masks.extents.join(' x ')} positions`,
    ...(toInput
      ? [
          `  (${names(toInput.axes)}) ${at(toInput.gradient)} = sum[${names(toInput.taps)} c](z[${toInput.position.map(printAffine).join(', ')}] * ${row(toInput.weights)})`,
        ]
      : []),
    ...(toWeights
      ? [`  (${names(toWeights.taps)}) ${row(toWeights.gradient)} += z * ${at(toWeights.input)}`]
      : []),
  ].join('\n');
}

/** A contraction that leaves out zeros, by the same without leaving them out. */
export const printNonzeroProducts = (kernel: NonzeroProducts, number: number): string =>
  `${printKernel(kernel.dense, number)}\n  from nonzero to nonzero of ${kernel.buffers[kernel.input.buffer]!.name}.${kernel.input.buffer}`;

/** A plan: kernels, then levels with their calls and places. */
export function printPlan(plan: Plan): string {
  const sums = (joins: readonly JoinedSum[] | undefined): string =>
    joins ? `join ${joins.map(({ bytes }) => bytes).join(' + ')} bytes` : '';
  const call = ({ kernel, places, joins }: KernelCall): string =>
    `${joins ? `${sums(joins)}; ` : ''}k${kernel}(${places.map((p) => `${p.region}+${p.address}${p.sampleStride ? `/${p.sampleStride}` : ''}`).join(', ')})`;
  const lines = plan.kernels.map((kernel: PlanKernel, k) =>
    isWindowProducts(kernel)
      ? printWindowProducts(kernel, k)
      : isWindowConvolutions(kernel)
        ? printWindowConvolutions(kernel, k)
        : isNonzeroProducts(kernel)
          ? printNonzeroProducts(kernel, k)
          : printKernel(kernel, k),
  );
  plan.levels.forEach((level, k) => {
    lines.push(`level ${k}`);
    for (const { items, joins } of level.border)
      lines.push(
        `  border ${[...items.map((item) => item.map(call).join('; ')), ...(joins ? [sums(joins)] : [])].join(' | ')}`,
      );
    if (level.segment) {
      lines.push(`  segment, micro-batch ${level.segment.microBatch}`);
      for (const step of level.segment.steps)
        lines.push(`    ${step.kind}: ${step.calls.map(call).join('; ')}`);
      for (const c of level.segment.perShard) lines.push(`    shard: ${call(c)}`);
    }
  });
  return lines.join('\n');
}

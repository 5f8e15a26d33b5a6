import { type CompiledKernel, printKernel } from '../backends/wasm/compile-kernel.ts';
import { disassemble } from '../backends/wasm/disassemble.ts';
import type { Graph } from '../graph/node.ts';
import { printGraph } from '../graph/print.ts';
import type { Plan } from '../ir/plan.ts';
import { printPlan } from '../ir/print.ts';
import type { DebugSubject } from './debug.ts';

/** All forms that a graph takes on its way to a module. */
export interface CompiledForms {
  /** After simplification and order. */
  readonly graph: Graph;
  readonly maxBatch: number;
  readonly plan: Plan;
  /** Kernels that were scheduled; equal ones once. */
  readonly kernels: ReadonlySet<CompiledKernel>;
  readonly module: Uint8Array;
  /** Names of the module's functions, in order. */
  readonly functions: readonly string[];
}

/** The wanted forms of a program as text, in the order in which the compiler made them. */
export function printProgram(forms: CompiledForms, wanted: ReadonlySet<DebugSubject>): string {
  const { graph, maxBatch, plan, kernels, module, functions } = forms;
  const outputs = [...Object.keys(graph.outputs), ...graph.assignments.map(({ variable }) => variable.name)];
  const title = `program of ${outputs.slice(0, 3).join(', ')}${outputs.length > 3 ? ', …' : ''}; batches up to ${maxBatch}`;
  const parts: Readonly<Record<DebugSubject, () => [about: string, text: string]>> = {
    graph: () => ['graph', printGraph(graph)],
    plan: () => ['plan', printPlan(plan)],
    loops: () => [`loops, ${kernels.size} kernels`, [...kernels].map(printKernel).join('')],
    wat: () => [
      `wat, ${functions.length} functions in ${module.length} bytes`,
      disassemble(module, functions),
    ],
  };
  return Object.entries(parts)
    .filter(([subject]) => wanted.has(subject as DebugSubject))
    .map(([, part]) => {
      const [about, text] = part();
      return `== ${title}: ${about}\n${text.trimEnd()}\n`;
    })
    .join('\n');
}

/** Prints to standard error, or to a page's console. */
export function printToConsole(text: string): void {
  // biome-ignore lint/suspicious/noConsole: what ATROUS_DEBUG asks for
  console.error(text);
}

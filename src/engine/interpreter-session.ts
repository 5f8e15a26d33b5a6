import { type Interpreted, interpret } from '../backends/interpreter/interpret.ts';
import { InvalidArgumentError, integerBetween, RuntimeError, ShapeError } from '../errors/index.ts';
import { type Graph, type Node, rootsOf, topologicalOrder } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { prepare } from './prepare.ts';
import type { Feed, Outputs, Program, Session, SyncProgram, Values } from './session.ts';

/**
 * A session that interprets graphs in float32, in the order that the bit contract states: the same bits as every
 * compiled program, slowly and on one thread. Each step runs at once when it is asked for.
 */
export function createInterpreterSession(): Session {
  const variables = new Map<Node, Float32Array>();
  let disposed = false;
  const requireOpen = (): void => {
    if (disposed) throw new RuntimeError('The session was disposed.');
  };
  const current = (variable: Node): Float32Array => {
    const known = variables.get(variable);
    if (known) return known;
    const zeros = new Float32Array(elementCount(variable.type.shape));
    variables.set(variable, zeros);
    return zeros;
  };

  const compile = (prepared: Graph, graph: Graph, maxBatch: number): SyncProgram => {
    const used = new Set<Node>(graph.assignments.map(({ variable }) => variable));
    for (const node of topologicalOrder(rootsOf(prepared))) if (node.role === 'variable') used.add(node);
    for (const variable of used) current(variable);
    const run = (feed: Feed): Outputs => {
      requireOpen();
      const batchSize = integerBetween(feed.batchSize, 1, maxBatch, 'batchSize');
      const options = { precision: 'f32', batchSize, step: feed.step, seed: feed.seed } as const;
      const result = interpret(prepared, feed.inputs, variables, options);
      for (const [variable, value] of result.variables) variables.set(variable, Float32Array.from(value));
      return copies(result);
    };
    return { graph, maxBatch, run };
  };

  return {
    compile: async (graph, { maxBatch }): Promise<Program> => {
      requireOpen();
      integerBetween(maxBatch, 1, Number.MAX_SAFE_INTEGER, 'maxBatch');
      const prepared = prepare(graph);
      const alone = new Set(prepared.prelude);
      const assignments = prepared.assignments.filter(({ variable }) => alone.has(variable));
      const program = compile(prepared, graph, maxBatch);
      const prelude = compile({ outputs: {}, assignments }, graph, maxBatch);
      // A rejection, not an exception: callers wait for steps as they do for those of a worker.
      return {
        ...program,
        run: async (feed) => program.run(feed),
        prelude: async (feed) => void prelude.run(feed),
      };
    },
    compileSync: (graph, { maxBatch }) => {
      requireOpen();
      integerBetween(maxBatch, 1, Number.MAX_SAFE_INTEGER, 'maxBatch');
      return compile(prepare(graph), graph, maxBatch);
    },
    read: async (variable) => {
      requireOpen();
      requireVariable(variable);
      return current(variable).slice();
    },
    write: async (variable, values) => {
      requireOpen();
      requireVariable(variable);
      const count = elementCount(variable.type.shape);
      if (values.length !== count) {
        throw new ShapeError({
          subject: `the values of "${variable.name}"`,
          expected: `${count} numbers`,
          received: [values.length],
        });
      }
      variables.set(variable, Float32Array.from(values));
    },
    dispose: () => {
      disposed = true;
      variables.clear();
    },
  };
}

function requireVariable(node: Node): void {
  if (node.role === 'variable') return;
  throw new InvalidArgumentError({ argument: 'variable', expected: 'a variable', received: node.role });
}

const copies = ({ outputs }: Interpreted): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, values]) => [name, Float32Array.from(values as Values)]),
  );

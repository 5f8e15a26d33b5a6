/**
 * The WebAssembly memories that `work` makes, in their order: a model keeps its own to itself, and its size is asked
 * for where it is made.
 */
export async function recordMemories(
  work: (memories: readonly WebAssembly.Memory[]) => Promise<void>,
): Promise<void> {
  const { Memory } = WebAssembly;
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  try {
    await work(made);
  } finally {
    WebAssembly.Memory = Memory;
  }
}

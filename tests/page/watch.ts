/** What `watchPage` has seen. */
export interface Watched {
  /** Number of the animation frame in which each progress event of the training came. */
  readonly progressFrames: number[];
  /** Modules of WebAssembly that the page's own thread compiled or instantiated. */
  modules: number;
  /** Milliseconds between animation frames, and whether the training ran then. */
  readonly frames: { readonly ms: number; readonly training: boolean }[];
}

declare global {
  interface Window {
    watched: Watched;
  }
}

/** Runs in a page before its own scripts: counts frames, progress events and modules of WebAssembly. */
export function watchPage(): void {
  const watched: Watched = { progressFrames: [], modules: 0, frames: [] };
  window.watched = watched;
  let frame = 0;
  let before: number | undefined;
  const count = (now: number): void => {
    frame++;
    const training = document.getElementById('train')?.dataset.status === 'training';
    if (before !== undefined) watched.frames.push({ ms: now - before, training });
    before = now;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);

  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }) => {
        if (data?.type === 'progress') watched.progressFrames.push(frame);
      });
    }
  };

  const counted = <T extends object>(what: T): T =>
    new Proxy(what, {
      apply: (target, self, args) => {
        watched.modules++;
        return Reflect.apply(target as () => unknown, self, args);
      },
      construct: (target, args) => {
        watched.modules++;
        return Reflect.construct(target as new () => object, args);
      },
    });
  for (const name of [
    'Module',
    'Instance',
    'compile',
    'instantiate',
    'compileStreaming',
    'instantiateStreaming',
  ] as const)
    Object.defineProperty(WebAssembly, name, { value: counted(WebAssembly[name]) });
}

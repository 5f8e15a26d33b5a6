import { drawChart } from './chart.ts';
import { element, picture } from './elements.ts';
import type { FromTrainer, Machine, Point, Progress, Status, ToTrainer } from './messages.ts';
import { type Settings, stepsPerEpoch } from './recipe.ts';
import { startWorker } from './start-worker.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const grouped = (count: number): string => count.toLocaleString('en');

/** Steps whose mean stands for "now". */
const recentSteps = 20;
/** A guess among ten digits costs ln 10, which is 2.3. */
const highestLoss = 2.5;

interface Listener {
  machine(machine: Machine): void;
  /** A file of the newest state, or none any more. */
  file(file: Uint8Array<ArrayBuffer> | undefined): void;
}

/** What changes nothing but the time. */
interface Running {
  readonly threads: number | undefined;
  readonly saveEvery: number | undefined;
}

/** The part of the page that trains: buttons, curves and figures for the worker that does the work. */
export class Training {
  readonly #worker = startWorker('trainer');
  readonly #given: Settings;
  readonly #listen: Listener;
  readonly #epochs = element<HTMLSelectElement>('epochs');
  readonly #main = element<HTMLButtonElement>('run');
  readonly #over = element<HTMLButtonElement>('over');
  #points: Point[] = [];
  #status: Status = 'opening';

  constructor(settings: Settings, { threads, saveEvery }: Running, listen: Listener) {
    this.#given = settings;
    this.#listen = listen;
    const known = [...this.#epochs.options].some(({ value }) => value === String(settings.epochs));
    if (!known) this.#epochs.add(new Option(String(settings.epochs)));
    this.#epochs.value = String(settings.epochs);
    this.#worker.onmessage = ({ data: message }: MessageEvent<FromTrainer>) => {
      if (message.type === 'machine') listen.machine(message);
      else this.#take(message.progress);
    };
    this.#worker.onerror = (event) => this.#showProblem(event.message || 'The worker could not be started.');
    this.#main.onclick = () => this.#run();
    this.#over.onclick = () => this.#post({ type: 'reset' });
    const data = new URL('mnist/', document.baseURI).href;
    this.#post({ type: 'open', data, settings, threads, saveEvery });
  }

  #post(message: ToTrainer): void {
    this.#worker.postMessage(message);
  }

  #run(): void {
    if (this.#status === 'training') this.#post({ type: 'pause' });
    else if (this.#status === 'paused' || (this.#status === 'failed' && this.#points.length > 0))
      this.#post({ type: 'resume' });
    else this.#post({ type: 'start', settings: { ...this.#given, epochs: Number(this.#epochs.value) } });
  }

  #take(progress: Progress): void {
    if (progress.afresh) this.#points = [];
    this.#points.push(...progress.points);
    this.#status = progress.status;
    if (progress.file) this.#listen.file(progress.file);
    else if (progress.status === 'idle') this.#listen.file(undefined);
    requestAnimationFrame(() => {
      this.#show(progress);
      // The worker waits for this: a frame lies between any two of its messages.
      requestAnimationFrame(() => this.#post({ type: 'drawn' }));
    });
  }

  #show(progress: Progress): void {
    const { status, settings, step, judged, imagesPerSecond, hash, problem } = progress;
    const perEpoch = stepsPerEpoch(settings);
    const steps = perEpoch * settings.epochs;
    element('train').dataset.status = status;
    this.#showButtons(status, settings);
    const bar = element<HTMLProgressElement>('progress');
    bar.max = steps;
    bar.value = step;
    element('status').textContent = sentence(progress, perEpoch);
    const recent = this.#points.slice(-recentSteps);
    const mean = (key: 'loss' | 'accuracy'): number =>
      recent.reduce((sum, point) => sum + point[key], 0) / recent.length;
    const figures: Readonly<Record<string, string>> = {
      accuracy: recent.length > 0 ? percent(mean('accuracy')) : '–',
      loss: recent.length > 0 ? mean('loss').toFixed(4) : '–',
      judged: judged.length > 0 ? percent(judged.at(-1)!.accuracy) : '–',
      speed: imagesPerSecond ? grouped(Math.round(imagesPerSecond)) : '–',
    };
    for (const [id, text] of Object.entries(figures)) element(id).textContent = text;
    element('hash').textContent = hash ? hash.slice(0, 16) : '–';
    element('hash').title = hash ?? '';
    element('problem').textContent = problem ?? '';
    this.#draw(progress, perEpoch, steps);
  }

  #draw({ judged }: Progress, perEpoch: number, steps: number): void {
    for (const [key, high] of [
      ['accuracy', 1],
      ['loss', highestLoss],
    ] as const) {
      const values = this.#points.map((point) => ({ step: point.step, value: point[key] }));
      const marks = judged.map((epoch) => ({ step: epoch.epoch * perEpoch - 1, value: epoch[key] }));
      const svg = picture(`${key}-chart`);
      drawChart(svg, { values, marks, steps, high });
      const last = judged.at(-1);
      const now = last
        ? `, on the test images ${key === 'loss' ? last.loss.toFixed(4) : percent(last.accuracy)}`
        : '';
      svg.setAttribute('aria-label', `Curve of the ${key} over ${grouped(this.#points.length)} steps${now}`);
    }
  }

  #showButtons(status: Status, settings: Settings): void {
    const labels: Readonly<Record<Status, string>> = {
      opening: 'Train',
      idle: 'Train',
      loading: 'Loading',
      training: 'Pause',
      pausing: 'Pausing',
      paused: 'Resume',
      finished: 'Trained',
      failed: 'Try again',
    };
    this.#main.textContent = labels[status];
    this.#main.disabled = ['opening', 'loading', 'pausing', 'finished'].includes(status);
    this.#over.disabled = !['paused', 'finished', 'failed'].includes(status);
    this.#epochs.disabled = status !== 'idle';
    if (status !== 'idle') {
      if (![...this.#epochs.options].some(({ value }) => value === String(settings.epochs)))
        this.#epochs.add(new Option(String(settings.epochs)));
      this.#epochs.value = String(settings.epochs);
    }
  }

  #showProblem(problem: string): void {
    element('train').dataset.status = 'failed';
    element('problem').textContent = problem;
  }
}

function sentence({ status, settings, step, loaded }: Progress, perEpoch: number): string {
  const epoch = Math.min(settings.epochs, Math.floor(step / perEpoch) + 1);
  const place = `epoch ${epoch} of ${settings.epochs}, step ${grouped(step)}`;
  const megabytes = ((loaded ?? 0) / 1e6).toFixed(1);
  const sentences: Readonly<Record<Status, string>> = {
    opening: 'Looking for an earlier training',
    idle: `${grouped(settings.images)} handwritten digits, ${settings.epochs === 1 ? 'once' : `${settings.epochs} times`} over`,
    loading: `Loading the digits: ${megabytes} MB`,
    training: `Training: ${place}`,
    pausing: `Pausing: ${place}`,
    paused: `Paused and saved: ${place}`,
    finished: `Trained: ${grouped(step)} steps`,
    failed: 'The training stopped',
  };
  return sentences[status];
}

import { configure, loadModel, type Model, runtimeInfo } from 'atrous';
import { type ImageSets, mnist } from 'atrous/datasets';
import type { FromTrainer, Judged, Point, Progress, Status, ToTrainer } from './messages.ts';
import { hashOfWeights, newModel, type Settings, trainOn, usualSettings } from './recipe.ts';
import { storage } from './storage.ts';

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToTrainer>) => void;
  postMessage(message: FromTrainer): void;
};

/** Least milliseconds between two messages about steps. */
const tellEvery = 100;

let dataAddress = '';
/** Least milliseconds between two saves while training. */
let saveEvery = 3000;
let settings: Settings = usualSettings;
let status: Status = 'opening';
let images: ImageSets | undefined;
let model: Model | undefined;
let points: Point[] = [];
let judged: Judged[] = [];
let wantsPause = false;

/** What the page has not been told yet. */
let news: { from: number; afresh: boolean } & Pick<Progress, 'hash' | 'file' | 'problem' | 'loaded'> =
  untold();
let speed: number | undefined;
let hasNews = false;
let pageHasDrawn = true;
let toldAt = 0;

function untold(): typeof news {
  return { from: points.length, afresh: false };
}

/** Tells the page where the training stands, once it has drawn a frame with what it was told before. */
function tell(change: Partial<typeof news> = {}): void {
  news = { ...news, ...change };
  hasNews = true;
  if (!pageHasDrawn) return;
  const { from, ...rest } = news;
  const step = model?.trainingState.step ?? 0;
  const progress: Progress = {
    ...rest,
    status,
    settings,
    step,
    judged,
    points: points.slice(rest.afresh ? 0 : from),
    imagesPerSecond: speed,
  };
  scope.postMessage({ type: 'progress', progress });
  pageHasDrawn = false;
  hasNews = false;
  toldAt = performance.now();
  news = untold();
}

function become(next: Status, change: Partial<typeof news> = {}): void {
  status = next;
  tell(change);
}

async function open(): Promise<void> {
  const saved = await storage.read();
  if (saved) {
    ({ settings } = saved);
    model = await loadModel(saved.file);
    points = [...saved.points];
    judged = [...saved.judged];
    const hash = await hashOfWeights(model);
    become(saved.finished ? 'finished' : 'paused', { afresh: true, hash, file: saved.file });
  } else become('idle', { afresh: true });
}

async function reset(): Promise<void> {
  await storage.clear();
  model?.dispose();
  model = undefined;
  points = [];
  judged = [];
  speed = undefined;
  become('idle', { afresh: true, from: 0 });
}

async function train(): Promise<void> {
  wantsPause = false;
  become('loading', { loaded: 0 });
  images ??= await load();
  model ??= newModel(settings);
  become('training');
  let samples = 0;
  let [lossSum, accuracySum] = [0, 0];
  let savedAt = performance.now();
  let [since, done] = [performance.now(), 0];
  for await (const event of trainOn(model, images, settings)) {
    if (event.type === 'epochBegin') {
      [samples, lossSum, accuracySum] = [0, 0, 0];
      [since, done] = [performance.now(), 0];
    } else if (event.type === 'batchEnd') {
      // Logs are means over the epoch so far: what the batch added to their sums is its own.
      const sums = [event.logs.loss! * event.samples, event.logs.accuracy! * event.samples] as const;
      const size = event.samples - samples;
      const loss = (sums[0] - lossSum) / size;
      points.push({ step: event.step, loss, accuracy: (sums[1] - accuracySum) / size });
      [samples, lossSum, accuracySum] = [event.samples, ...sums];
      done += size;
      const now = performance.now();
      speed = (1000 * done) / (now - since);
      if (now - savedAt > saveEvery && !wantsPause) {
        tell({ file: await save(false) });
        savedAt = performance.now();
      } else if (now - toldAt > tellEvery) tell();
    } else {
      const { valLoss, valAccuracy } = event.logs;
      judged = [...judged, { epoch: event.epoch + 1, loss: valLoss!, accuracy: valAccuracy! }];
      tell();
    }
    if (wantsPause && model.trainingState.epoch < settings.epochs) break;
  }
  const finished = model.trainingState.epoch >= settings.epochs;
  const hash = await hashOfWeights(model);
  const file = await save(finished);
  become(finished ? 'finished' : 'paused', { hash, file });
}

/** Writes the training to the browser's storage; gives the file. */
async function save(finished: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const file = (await model!.toBytes('safetensors')) as Uint8Array<ArrayBuffer>;
  const { step } = model!.trainingState;
  await storage.write({ settings, file, step, finished, points, judged });
  return file;
}

async function load(): Promise<ImageSets> {
  const received = new Map<string, number>();
  return mnist({
    baseUrls: [dataAddress],
    onProgress: (progress) => {
      received.set(progress.file, progress.received);
      const loaded = [...received.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (performance.now() - toldAt > tellEvery) tell({ loaded });
    },
  });
}

/** What the page asks for, one after the other; a pause is heard at once. */
let work: Promise<void> = Promise.resolve();

function next(step: () => Promise<void>): void {
  work = work.then(step).catch((error: unknown) => {
    become('failed', { problem: error instanceof Error ? error.message : String(error) });
  });
}

/** Makes of this worker the one that trains. */
export function serveTraining(): void {
  scope.onmessage = ({ data }) => hear(data);
}

function hear(message: ToTrainer): void {
  if (message.type === 'open') {
    dataAddress = message.data;
    ({ settings, saveEvery = saveEvery } = message);
    configure({ threads: message.threads });
    const { threads, sharedMemory } = runtimeInfo();
    scope.postMessage({ type: 'machine', threads, sharedMemory });
    next(open);
  } else if (message.type === 'start') {
    ({ settings } = message);
    next(train);
  } else if (message.type === 'resume') next(train);
  else if (message.type === 'reset') next(reset);
  else if (message.type === 'pause') {
    wantsPause = true;
    if (status === 'training') become('pausing');
  } else {
    pageHasDrawn = true;
    if (hasNews) tell();
  }
}

import { Drawing } from './drawing.ts';
import { element } from './elements.ts';
import { showMachine } from './isolation.ts';
import { Reading } from './reading.ts';
import { usualSettings } from './recipe.ts';
import { Recogniser } from './recogniser.ts';
import type { Pen } from './strokes.ts';
import { Training } from './training.ts';

/** Numbers that the address may set, such as `?epochs=1&seed=3`. */
function numberOf(name: string): number | undefined {
  const text = new URL(location.href).searchParams.get(name);
  const number = Number(text);
  return text && Number.isInteger(number) && number >= 0 ? number : undefined;
}

const settings = {
  epochs: numberOf('epochs') || usualSettings.epochs,
  batchSize: numberOf('batch') || usualSettings.batchSize,
  seed: numberOf('seed') ?? usualSettings.seed,
  images: Math.min(numberOf('images') || usualSettings.images, usualSettings.images),
};

const say = (sentence: string): void => {
  element('spoken').textContent = sentence;
};

const reading = new Reading(say);
const undo = element<HTMLButtonElement>('undo');
const clear = element<HTMLButtonElement>('clear');

const drawing = new Drawing(element<HTMLCanvasElement>('pad'), element('cursor'), {
  changed: () => {
    undo.disabled = clear.disabled = drawing.isEmpty;
    element('draw').classList.toggle('empty', drawing.isEmpty);
    recogniser.ask();
  },
  say,
});

const recogniser = new Recogniser(drawing.picture, {
  answer: (answer) => reading.show(answer),
  ready: () => {
    element('read').dataset.ready = reader;
  },
  failed: (problem) => {
    element('sure').textContent = problem;
  },
});

undo.onclick = () => drawing.undo();
clear.onclick = () => drawing.clear();
for (const input of document.querySelectorAll<HTMLInputElement>('input[name="pen"]'))
  input.onchange = () => {
    drawing.pen = input.value as Pen;
  };
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawing.redraw());

const shipped = new URL('digits.safetensors', document.baseURI).href;
let reader: 'shipped' | 'own' = 'shipped';
let own: Uint8Array<ArrayBuffer> | undefined;
const readers = [...document.querySelectorAll<HTMLInputElement>('input[name="reader"]')];

function useReader(next: typeof reader): void {
  reader = next;
  for (const input of readers) input.checked = input.value === next;
  recogniser.use(next === 'own' ? own! : shipped);
}
for (const input of readers) input.onchange = () => useReader(input.value as typeof reader);

useReader('shipped');
const running = { threads: numberOf('threads'), saveEvery: numberOf('save') };
new Training(settings, running, {
  machine: showMachine,
  file: (file) => {
    own = file;
    element<HTMLInputElement>('own').disabled = file === undefined;
    if (file && reader === 'own') useReader('own');
    if (!file && reader === 'own') useReader('shipped');
  },
});

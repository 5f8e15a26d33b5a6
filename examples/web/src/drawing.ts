import { drawStroke, type Pen, penWidths, type Stroke, type StrokePoint } from './strokes.ts';

/** Side of the picture that is read, in pixels. */
const pictureSide = 140;
/** How far an arrow key goes, in sides of the drawing area; with Shift three times as far. */
const keyStep = 1 / 40;

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A canvas to draw on with mouse, touch, pen or keyboard. */
export class Drawing {
  pen: Pen = 'medium';
  readonly #canvas: HTMLCanvasElement;
  readonly #cursor: HTMLElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #picture: OffscreenCanvasRenderingContext2D;
  readonly #changed: () => void;
  readonly #say: (sentence: string) => void;
  #strokes: Stroke[] = [];
  #pointer: number | undefined;
  #keyStroke: Stroke | undefined;
  #place = { x: 0.5, y: 0.5 };

  constructor(
    canvas: HTMLCanvasElement,
    cursor: HTMLElement,
    listen: { changed(): void; say(sentence: string): void },
  ) {
    this.#canvas = canvas;
    this.#cursor = cursor;
    this.#context = canvas.getContext('2d')!;
    this.#picture = new OffscreenCanvas(pictureSide, pictureSide).getContext('2d', {
      willReadFrequently: true,
    })!;
    this.#changed = listen.changed;
    this.#say = listen.say;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel'] as const)
      canvas.addEventListener(type, (event) => this.#end(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('blur', () => this.#liftKey());
    new ResizeObserver(() => this.redraw()).observe(canvas);
    this.#showCursor();
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  /** What is drawn, black on nothing. */
  picture = (): ImageData => this.#picture.getImageData(0, 0, pictureSide, pictureSide);

  undo(): void {
    this.#strokes = this.#strokes.slice(0, -1);
    this.#keyStroke = undefined;
    this.redraw();
    this.#changed();
  }

  clear(): void {
    this.#strokes = [];
    this.#keyStroke = undefined;
    this.#showCursor();
    this.redraw();
    this.#changed();
  }

  /** Draws all of it, in the colours that the page has now. */
  redraw(): void {
    const { clientWidth } = this.#canvas;
    const side = Math.round(clientWidth * devicePixelRatio);
    if (this.#canvas.width !== side) this.#canvas.width = this.#canvas.height = side;
    this.#context.clearRect(0, 0, side, side);
    this.#picture.clearRect(0, 0, pictureSide, pictureSide);
    for (const stroke of this.#strokes) this.#draw(stroke, 0);
  }

  #draw(stroke: Stroke, from: number): void {
    this.#context.strokeStyle = getComputedStyle(this.#canvas).color;
    drawStroke(this.#context, this.#canvas.width, stroke, from);
    drawStroke(this.#picture, pictureSide, stroke, from);
  }

  #begin(event: PointerEvent): void {
    if (this.#pointer !== undefined || event.button !== 0) return;
    // A focused canvas would show where the keyboard's pen is, which a pointer need not know.
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#liftKey();
    this.#strokes.push({ width: penWidths[this.pen], points: [] });
    this.#add(this.#strokes.at(-1)!, [this.#pointOf(event)]);
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#add(
      this.#strokes.at(-1)!,
      (events.length > 0 ? events : [event]).map((each) => this.#pointOf(each)),
    );
  }

  #end(event: PointerEvent): void {
    if (event.pointerId === this.#pointer) this.#pointer = undefined;
  }

  #pointOf({ clientX, clientY, pressure, pointerType }: PointerEvent): StrokePoint {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return {
      x: (clientX - left) / width,
      y: (clientY - top) / height,
      pressure: pointerType === 'pen' && pressure > 0 ? pressure : 0.5,
    };
  }

  #add(stroke: Stroke, points: readonly StrokePoint[]): void {
    const from = stroke.points.length;
    stroke.points.push(...points);
    this.#draw(stroke, from);
    this.#changed();
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const undoes = (event.ctrlKey || event.metaKey) && key.toLowerCase() === 'z';
    if ((event.ctrlKey || event.metaKey || event.altKey) && !undoes) return;
    if (undoes || key === 'Backspace') this.undo();
    else if (key === 'Delete' || key === 'Escape') this.clear();
    else if (key === ' ') this.#toggleKey();
    else if (arrows[key]) this.#walk(arrows[key], event.shiftKey ? 3 : 1);
    else return;
    event.preventDefault();
  }

  #toggleKey(): void {
    if (this.#keyStroke) {
      this.#liftKey();
      this.#say('Pen up');
    } else {
      this.#keyStroke = { width: penWidths[this.pen], points: [] };
      this.#strokes.push(this.#keyStroke);
      this.#add(this.#keyStroke, [{ ...this.#place, pressure: 0.5 }]);
      this.#say('Pen down');
    }
    this.#showCursor();
  }

  #liftKey(): void {
    this.#keyStroke = undefined;
    this.#showCursor();
  }

  #walk([x, y]: readonly [number, number], steps: number): void {
    const within = (place: number): number => Math.min(0.97, Math.max(0.03, place));
    this.#place = {
      x: within(this.#place.x + x * steps * keyStep),
      y: within(this.#place.y + y * steps * keyStep),
    };
    this.#showCursor();
    if (this.#keyStroke) this.#add(this.#keyStroke, [{ ...this.#place, pressure: 0.5 }]);
  }

  #showCursor(): void {
    this.#cursor.style.left = `${100 * this.#place.x}%`;
    this.#cursor.style.top = `${100 * this.#place.y}%`;
    this.#cursor.classList.toggle('down', this.#keyStroke !== undefined);
  }
}

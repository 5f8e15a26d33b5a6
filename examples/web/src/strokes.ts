/** A point of a stroke; the drawing area is 1 x 1, its corner at the top left. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  /** From 0 to 1; 0.5 where the device does not tell. */
  readonly pressure: number;
}

export interface Stroke {
  /** Width of the line in sides of the drawing area, at a pressure of 0.5. */
  readonly width: number;
  readonly points: StrokePoint[];
}

export const penWidths = { fine: 0.025, medium: 0.055, bold: 0.1 } as const;
export type Pen = keyof typeof penWidths;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws what a stroke has from its point `from` on. */
export function drawStroke(context: Context, side: number, stroke: Stroke, from = 0): void {
  const { points } = stroke;
  context.lineCap = 'round';
  for (let k = from; k < points.length; k++) {
    const point = points[k]!;
    const before = points[k - 1] ?? point;
    context.lineWidth = Math.max(1, side * stroke.width * (0.6 + 0.8 * point.pressure));
    context.beginPath();
    context.moveTo(side * before.x, side * before.y);
    context.lineTo(side * point.x, side * point.y);
    context.stroke();
  }
}

import type { CDPSession, Page } from 'playwright-core';
import strokes from './strokes.json' with { type: 'json' };

type Point = readonly [x: number, y: number];

/** Pointer paths of one hand: for each digit its strokes, in sides of the drawing area. */
export interface Hand {
  readonly pen: string;
  readonly digits: readonly (readonly (readonly Point[])[])[];
}

export const hands = strokes as unknown as Readonly<Record<string, Hand>>;

export type Device = 'mouse' | 'touch' | 'pen';

/** Draws the strokes of a digit on the page, after what was there is cleared. */
export async function drawDigit(page: Page, hand: Hand, digit: number, device: Device): Promise<void> {
  if (await page.locator('#clear').isEnabled()) await page.click('#clear');
  const { x, y, width, height } = (await page.locator('#pad').boundingBox())!;
  const at = ([u, v]: Point): Point => [x + u * width, y + v * height];
  const session = device === 'mouse' ? undefined : await page.context().newCDPSession(page);
  for (const stroke of hand.digits[digit]!) {
    const points = stroke.map(at);
    if (session) await (device === 'touch' ? touch(session, points) : press(session, points));
    else {
      await page.mouse.move(...points[0]!);
      await page.mouse.down();
      for (const point of points) await page.mouse.move(...point);
      await page.mouse.up();
    }
  }
  await session?.detach();
}

async function touch(session: CDPSession, points: readonly Point[]): Promise<void> {
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', point?: Point): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: point ? [{ x: point[0], y: point[1] }] : [],
    });
  await send('touchStart', points[0]);
  for (const point of points) await send('touchMove', point);
  await send('touchEnd');
}

/** A pen whose pressure rises and falls along the stroke. */
async function press(session: CDPSession, points: readonly Point[]): Promise<void> {
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', k: number): Promise<unknown> => {
    const [x, y] = points[k]!;
    const force = 0.3 + 0.4 * Math.sin((Math.PI * k) / points.length);
    return session.send('Input.dispatchMouseEvent', {
      type,
      x,
      y,
      force,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
      pointerType: 'pen',
    });
  };
  await send('mousePressed', 0);
  for (let k = 1; k < points.length; k++) await send('mouseMoved', k);
  await send('mouseReleased', points.length - 1);
}

/** Waits until the page reads this digit; gives what it reads when it does not within two seconds. */
export async function readingOf(page: Page, digit: number): Promise<string> {
  const best = page.locator('#best');
  await page
    .waitForFunction((text) => document.getElementById('best')!.textContent === text, String(digit), {
      timeout: 2000,
      polling: 'raf',
    })
    .catch(() => undefined);
  return (await best.textContent()) ?? '';
}

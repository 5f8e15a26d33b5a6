import { element } from './elements.ts';
import type { Answer } from './recogniser.ts';

const percent = (share: number): string =>
  `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;

/** Shows what the network makes of the drawing. */
export class Reading {
  readonly #rows: readonly { row: HTMLElement; figure: HTMLElement }[];
  readonly #best = element('best');
  readonly #sure = element('sure');
  readonly #seen = element<HTMLCanvasElement>('seen').getContext('2d')!;
  readonly #say: (sentence: string) => void;
  #timer = 0;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
    const list = element('probabilities');
    this.#rows = Array.from({ length: 10 }, (_, digit) => {
      const row = document.createElement('li');
      row.innerHTML = `<span class="digit">${digit}</span><span class="track" aria-hidden="true"><i></i></span>`;
      const figure = document.createElement('span');
      figure.className = 'figure';
      row.append(figure);
      list.append(row);
      return { row, figure };
    });
    this.show({ type: 'answer' });
  }

  show({ probabilities, seen }: Answer): void {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    for (const [digit, { row, figure }] of this.#rows.entries()) {
      const share = probabilities?.[digit] ?? 0;
      row.style.setProperty('--share', share.toFixed(4));
      row.classList.toggle('best', digit === best);
      figure.textContent = probabilities ? percent(share) : '–';
    }
    this.#best.textContent = best < 0 ? '–' : String(best);
    this.#sure.textContent = best < 0 ? 'nothing drawn yet' : `${percent(probabilities![best]!)} sure`;
    this.#showSeen(seen);
    clearTimeout(this.#timer);
    if (best >= 0)
      this.#timer = window.setTimeout(
        () => this.#say(`It reads ${best}, ${percent(probabilities![best]!)} sure`),
        700,
      );
  }

  #showSeen(seen: Uint8Array = new Uint8Array(28 * 28)): void {
    const image = this.#seen.createImageData(28, 28);
    for (const [k, value] of seen.entries()) image.data.set([value, value, value, 255], 4 * k);
    this.#seen.putImageData(image, 0, 0);
  }
}

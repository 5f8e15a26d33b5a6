import { grouped } from '../analysis/figures.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Html, html } from './html.ts';
import type { ReportOptions } from './options.ts';

/** Where the model came from, so that somebody else can make the same one. */
export interface Origin
  extends Pick<ReportOptions, 'settings' | 'machine' | 'command' | 'continued' | 'version' | 'date'> {
  readonly seed: number;
  readonly steps: number;
  /** SHA-256 of the weights. */
  readonly weights: string;
}

export function originSection({
  continued,
  settings,
  machine,
  command,
  date,
  seed,
  steps,
  version,
  weights,
}: Origin): Html {
  const rows: (readonly [string, string | number | Html])[] = [
    ...Object.entries(settings ?? {}),
    ['seed', seed],
    ...(steps > 0 ? [['steps', grouped(steps)] as const] : []),
    ...(version === undefined ? [] : [['Atrous', version] as const]),
    ...Object.entries(machine ?? {}),
    ...(date ? [['written', `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`] as const] : []),
    [
      'hash of the weights',
      html`<code>${weights}</code> <small>SHA-256 of all weights in the order of the layers, float32, little-endian</small>`,
    ],
  ];
  return html`<section id="origin">
<h2>How it was made</h2>
${
  command !== undefined &&
  html`<p>${continued ? 'It went on from a saved model. With that at hand, what was typed repeats it to the last bit on any machine:' : 'To repeat it, with the same weights to the last bit on any machine, type:'}</p><pre><code>${command.split(/(?<= )/).map((word) => (word.startsWith('-') ? html`<span class="flag">${word}</span>` : word))}</code></pre>`
}
<dl class="origin">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
</section>`;
}

/** SHA-256 of float32 values, one tensor after another, in hexadecimal. */
export async function weightsHash(weights: readonly Tensor[]): Promise<string> {
  const all = new Float32Array(weights.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const { data } of weights) {
    all.set(data, at);
    at += data.length;
  }
  const digest = await globalThis.crypto.subtle.digest('SHA-256', all);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { breakable, html } from './html.ts';
import { ClassJudge } from './judge-classes.ts';
import { kernelSection } from './kernel-section.ts';
import { mapPicture } from './map-pictures.ts';
import { fairShare } from './map-section.ts';
import { byteBetween, dataUri } from './picture.ts';
import { openPlot } from './plot.ts';
import { samplePicture } from './sample-picture.ts';
import { sureText } from './sure.ts';
import { probabilitiesOf } from './task.ts';

const decoded = (uri: string) => decode(Uint8Array.from(atob(uri.split(',')[1]!), (c) => c.charCodeAt(0)));

test('html escapes values, joins lists and leaves out what is not there', () => {
  expect(html`<p title="${'a"b'}">${['<', html`<b>`, undefined, false, 3]}</p>`.text).toBe(
    '<p title="a&quot;b">&lt;<b>3</p>',
  );
  expect(breakable('a_<b>').text).toBe('a_<wbr>&lt;b&gt;');
});

describe('pictures', () => {
  test('hold the bytes of an image as they are', () => {
    const values = Uint8Array.of(0, 128, 255, 7, 9, 200);
    const picture = samplePicture({ values, shape: [2, 3, 1] }, [2, 3, 1]);
    expect([...picture.data]).toEqual([...values]);
    const png = decoded(dataUri(picture));
    expect({ width: png.width, height: png.height, channels: png.channels }).toEqual({
      width: 3,
      height: 2,
      channels: 1,
    });
    expect([...png.data]).toEqual([...values]);
  });

  test('of other numbers span what there is, in colour where there are three channels', () => {
    const values = Float32Array.of(-1, 0, 1, 1, -1, 0);
    expect([...samplePicture({ values, shape: [1, 2, 3] }, [1, 2, 3]).data]).toEqual([
      0, 128, 255, 255, 0, 128,
    ]);
    expect(byteBetween(Number.NaN, 0, 1)).toBe(0);
  });

  test('of maps lie beside each other, zero in the middle where there are negative numbers', () => {
    const values = Float32Array.of(0, -2, 1, 2);
    const layer = { name: 'a', className: 'A', shape: [1, 2, 2], values };
    const { picture, shown, signed } = mapPicture(layer, 1000);
    expect({ shown, signed, width: picture.width }).toEqual({ shown: 2, signed: true, width: 5 });
    // channel 0 is [0, 1], channel 1 is [-2, 2], a transparent column between
    expect([...picture.data].map((k) => Math.round((k - 1) / 12.7))).toEqual([10, 15, -0, 0, 20]);
    expect(picture.data[2]).toBe(0);
    expect(mapPicture(layer, 2).shown).toBe(1);
  });
});

test('taps of a kernel are drawn as far apart as its dilation', async () => {
  const draw = await openPlot();
  const kernels = [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, -9)];
  const layer = { layer: 'a', className: 'A', taps: [3, 3], dilation: [1, 2], kernels, count: 1 };
  const svg = kernelSection([layer], draw)!.text;
  const taps = [...svg.matchAll(/<rect ([^>]*)><title>([^<]*)/g)].map(([, attributes, weight]) => {
    const number = (name: string): number =>
      Number(new RegExp(` ${name}="([\\d.]+)"`).exec(` ${attributes}`)![1]);
    return { x: number('x'), y: number('y'), width: number('width'), height: number('height'), weight };
  });
  expect(taps).toHaveLength(9);
  const [first, second, , fourth] = taps;
  expect((second!.x - first!.x) / first!.width).toBeCloseTo(2, 1);
  expect((fourth!.y - first!.y) / first!.height).toBeCloseTo(1, 1);
  expect(svg.match(/<circle/g)).toHaveLength(6);
  expect(svg).toContain('var(--negative)');
});

test('pixels are shared so that small layers leave theirs to large ones', () => {
  expect(fairShare([10, 10, 1000], 100)).toBe(80);
  expect(fairShare([50, 50], 40)).toBe(20);
  expect(fairShare([1], 100)).toBe(100);
});

describe('answers', () => {
  const task = { kind: 'classes', classes: 3, positions: 1, targets: 'oneHot', fromLogits: false } as const;

  test('are counted by what is and what was said, the surest mistakes first', () => {
    const judge = new ClassJudge(task);
    const predictions = Float32Array.of(0.6, 0.4, 0, 0.1, 0.9, 0, 0.2, 0.2, 0.6);
    const targets = Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1);
    judge.take({
      first: 10,
      size: 3,
      predictions,
      targets,
      input: (k) => ({ values: [k], shape: [1] }),
    });
    const { right, confusion, mistakes } = judge.result();
    expect(right).toBe(1);
    expect([...confusion]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
    expect(mistakes.map(({ sample, truth, said }) => [sample, truth, said])).toEqual([
      [11, 0, 1],
      [10, 1, 0],
    ]);
  });

  test('from logits become probabilities', () => {
    const logits = { ...task, fromLogits: true };
    const [a, b, c] = probabilitiesOf(Float32Array.of(1000, 1000, 0), logits);
    expect([a, b, c]).toEqual([0.5, 0.5, 0]);
    const binary = { ...logits, classes: 2, targets: 'binary' } as const;
    expect([...probabilitiesOf(Float32Array.of(0), binary)]).toEqual([0.5, 0.5]);
  });

  test('are never rounded to certainty', () =>
    expect(
      [1, 0.99999, 0.5, 0.0001, 0, Number.NaN].map((p) => sureText(p).replaceAll('\u00a0', ' ')),
    ).toEqual(['100.0 %', '> 99.9 %', '50.0 %', '< 0.1 %', '0.0 %', '?']));
});

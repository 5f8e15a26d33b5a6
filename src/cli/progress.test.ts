import { describe, expect, test } from 'vitest';
import { type EpochResult, epochLine, liveLine, type Position } from './progress.ts';

const position: Position = {
  epoch: 2,
  epochs: 10,
  step: 230,
  steps: 469,
  imagesPerSecond: 16_540.3,
  metrics: { loss: 0.1234, accuracy: 0.9612 },
  secondsLeft: 64.2,
};
const result: EpochResult = {
  epoch: 2,
  epochs: 10,
  metrics: { loss: 0.08124, accuracy: 0.97531, valLoss: 0.0561, valAccuracy: 0.982 },
  seconds: 6.91,
  imagesPerSecond: 8700,
};

describe('the live line', () => {
  test.each([80, 120])('fills at most %i columns but one', (columns) => {
    const line = liveLine(position, columns);
    expect(line.length).toBeLessThan(columns);
    for (const part of ['Epoch  3/10', '230/469', 'loss 0.1234', '1:05 left']) expect(line).toContain(part);
  });

  test('has everything at 120 columns, with half of a bar', () => {
    const line = liveLine(position, 120);
    expect(line).toMatch(
      /^Epoch {2}3\/10 {2}━+┄+ {2}230\/469 {2}16,540 images\/s {2}loss 0\.1234 {2}accuracy 96\.12 % {2}1:05 left$/,
    );
    const bar = /[━┄]+/.exec(line)![0];
    expect(bar).toHaveLength(30);
    expect([...bar].filter((c) => c === '━')).toHaveLength(15);
  });

  test('has everything but the bar at 80 columns', () => {
    const line = liveLine(position, 80);
    expect(line).toBe('Epoch  3/10  230/469  16,540 images/s  loss 0.1234  accuracy 96.12 %  1:05 left');
  });

  test('loses what matters least as columns get fewer, and never wraps', () => {
    expect(liveLine(position, 60)).toBe('Epoch  3/10  ━━━━━━┄┄┄┄┄┄┄  230/469  loss 0.1234  1:05 left');
    for (let columns = 1; columns <= 130; columns++)
      expect(liveLine(position, columns).length).toBeLessThan(columns);
  });

  test('says nothing of what is not known', () => {
    const unknown = { ...position, steps: undefined, imagesPerSecond: undefined, secondsLeft: undefined };
    expect(liveLine(unknown, 80)).toBe('Epoch  3/10  230  loss 0.1234  accuracy 96.12 %');
  });

  test.each([
    40, 60, 80, 120,
  ])('keeps its bar or its lack of one when rate and time become known: %i', (columns) => {
    const early = liveLine({ ...position, imagesPerSecond: undefined, secondsLeft: undefined }, columns);
    const bars = [early, liveLine(position, columns)].map((line) => /[━┄]*/.exec(line.slice(13))![0].length);
    expect(bars[0]).toBe(bars[1]);
  });

  test('has a bar from empty to full', () => {
    expect(liveLine({ ...position, step: 0 }, 120)).not.toContain('━');
    expect(liveLine({ ...position, step: 469 }, 120)).not.toContain('┄');
  });
});

describe('the line of an epoch', () => {
  test('is whole where nothing limits it', () =>
    expect(epochLine(result, Number.POSITIVE_INFINITY)).toBe(
      'Epoch  3/10  loss 0.0812  accuracy 97.53 %  val loss 0.0561  val accuracy 98.20 %  6.9 s  8,700 images/s',
    ));

  test('fits 120 and 80 columns, with the validation accuracy', () => {
    expect(epochLine(result, 120)).toContain('8,700 images/s');
    const narrow = epochLine(result, 80);
    expect(narrow.length).toBeLessThan(80);
    expect(narrow).toBe('Epoch  3/10  loss 0.0812  accuracy 97.53 %  val accuracy 98.20 %');
  });

  test('shows a loss that is tiny or not finite as it is', () => {
    const metrics = { loss: 0.00001234, valLoss: Number.NaN };
    expect(epochLine({ ...result, metrics }, 100)).toContain('loss 1.23e-5  val loss NaN');
  });
});

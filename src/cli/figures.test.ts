import { expect, test } from 'vitest';
import { byteSize, clock, elapsed, grouped, lossFigure, percent, ratio } from './figures.ts';
import { integerOption, positiveOption } from './numbers.ts';

test('figures read as people write them', () => {
  expect([999, 1000, 1234567, 16_540.7].map(grouped)).toEqual(['999', '1,000', '1,234,567', '16,541']);
  expect([0.08124, 0, 12.5, 321.456, 0.0000123, 1e5, -1e6, 2.5e9].map(lossFigure)).toEqual([
    '0.0812',
    '0.0000',
    '12.5000',
    '321.46',
    '1.23e-5',
    '100,000',
    '-1,000,000',
    '2.50e+9',
  ]);
  expect(percent(0.98645)).toBe('98.65 %');
  expect([ratio(18_816, 2473), ratio(144_266, 127_923), ratio(120, 10)]).toEqual(['7.6', '1.13', '12']);
  expect([0.314, 6.91, 9.96, 59.4, 59.6, 3725].map(elapsed)).toEqual([
    '0.31 s',
    '6.9 s',
    '10 s',
    '59 s',
    '1:00',
    '1:02:05',
  ]);
  expect([0, 6.2, 60, 3723].map(clock)).toEqual(['0:00', '0:07', '1:00', '1:02:03']);
  expect([512, 1500, 1024 ** 2, 23.5 * 1024 ** 3].map(byteSize)).toEqual([
    '512 bytes',
    '1.5 KiB',
    '1.0 MiB',
    '24 GiB',
  ]);
});

test.each(['0', '-1', '1.5', 'ten', '', ' ', '1e99', '0x10'])('--epochs %j is refused', (text) =>
  expect(() => integerOption('--epochs', 'atrous train', 1)(text)).toThrow(
    /^Invalid value for --epochs in atrous train\. Expected a positive integer\. Received: /,
  ));

test('--threads has an upper bound', () => {
  const read = integerOption('--threads', 'atrous train', 1, 64);
  expect(read('64')).toBe(64);
  expect(() => read('65')).toThrow('Expected an integer from 1 to 64. Received: 65.');
});

test.each(['0', '-0.1', 'NaN', 'Infinity', 'fast', ''])('--learning-rate %j is refused', (text) =>
  expect(() => positiveOption('--learning-rate', 'atrous train')(text)).toThrow(
    'Invalid value for --learning-rate in atrous train. Expected a number above 0. Received: ',
  ));

test('--learning-rate takes any notation', () =>
  expect(positiveOption('--learning-rate', 'atrous train')('1e-3')).toBe(0.001));

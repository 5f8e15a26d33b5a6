import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { interruptible } from './interrupt.ts';

function trial() {
  const source = new EventEmitter();
  const seen = { first: 0, exits: [] as number[], time: 0 };
  const interruption = interruptible(
    () => seen.first++,
    source as never,
    (code) => seen.exits.push(code),
    () => seen.time,
  );
  const send = (signal: string, time: number): void => {
    seen.time = time;
    source.emit(signal, signal);
  };
  return { source, seen, interruption, send };
}

describe('Ctrl-C', () => {
  test('once stops in good order, twice at once', () => {
    const { seen, interruption, send } = trial();
    expect(interruption.signal.aborted).toBe(false);
    send('SIGINT', 1000);
    expect([interruption.signal.aborted, seen.first, seen.exits.length]).toEqual([true, 1, 0]);
    expect(interruption.exitCode).toBe(130);
    send('SIGINT', 2000);
    expect(seen).toMatchObject({ first: 1, exits: [130] });
  });

  test('that npm passes on a second time counts once', () => {
    const { seen, send } = trial();
    send('SIGINT', 1000);
    send('SIGINT', 1040);
    expect(seen.exits).toEqual([]);
    send('SIGINT', 1500);
    expect(seen.exits).toEqual([130]);
  });
});

test('other requests to end work alike, with their own exit codes', () => {
  const { interruption, send, source } = trial();
  send('SIGTERM', 0);
  expect([interruption.signal.aborted, interruption.exitCode]).toEqual([true, 143]);
  interruption.end();
  expect(source.eventNames()).toEqual([]);
});

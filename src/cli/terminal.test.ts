import { describe, expect, test } from 'vitest';
import { openTerminal, type Screen } from './terminal.ts';

/** A screen that keeps what is written, and what a terminal would show of it. */
function fakeScreen(isTTY: boolean, columns = 80): Screen & { text: string; lines(): string[] } {
  const screen = {
    isTTY,
    columns,
    text: '',
    write(text: string) {
      screen.text += text;
    },
    lines: () => screen.text.split('\n').map(shownOf),
  };
  return screen;
}

/** What is seen of a line whose beginning was written over. */
const shownOf = (line: string): string =>
  line
    .split('\r')
    .reduce((below, text) => text + below.slice(text.length), '')
    .trimEnd();

describe('a terminal', () => {
  test('rewrites its last line, which lines that stay remove', () => {
    const screen = fakeScreen(true);
    const terminal = openTerminal(screen, {});
    terminal.show('step 1');
    terminal.show('step 2');
    expect(screen.lines()).toEqual(['step 2']);
    terminal.line('epoch 1');
    terminal.show('step 3');
    terminal.clear();
    expect(screen.lines()).toEqual(['epoch 1', '']);
  });

  test('leaves nothing of a longer text, cuts what would wrap, and writes no escape code for it', () => {
    const screen = fakeScreen(true, 20);
    const terminal = openTerminal(screen, { NO_COLOR: '1' });
    terminal.show('a text that is longer than the screen');
    expect(screen.lines()).toEqual(['a text that is long']);
    terminal.show('short');
    expect(screen.lines()).toEqual(['short']);
    terminal.line('it');
    expect(screen.lines()).toEqual(['it', '']);
    expect(screen.text).not.toContain('\x1b');
  });

  test('has colours unless NO_COLOR has a value', () => {
    const styled = (env: Record<string, string>): string =>
      openTerminal(fakeScreen(true), env).style('green', 'good');
    expect(styled({})).toBe('\x1b[32mgood\x1b[39m');
    expect(styled({ NO_COLOR: '' })).toBe('\x1b[32mgood\x1b[39m');
    expect(styled({ NO_COLOR: '1' })).toBe('good');
    expect(styled({ TERM: 'dumb' })).toBe('good');
  });

  test('has the columns of the screen, which may change', () => {
    expect(openTerminal(fakeScreen(true, 120), {}).columns()).toBe(120);
    expect(openTerminal(fakeScreen(true, 0), {}).columns()).toBe(80);
  });
});

test('a pipe gets lines alone, without controls and without a limit', () => {
  const screen = fakeScreen(false);
  const terminal = openTerminal(screen, {});
  expect(terminal.live).toBe(false);
  expect(terminal.columns()).toBe(Number.POSITIVE_INFINITY);
  terminal.show('step 1');
  terminal.line(terminal.style('bold', 'epoch 1'));
  terminal.clear();
  expect(screen.text).toBe('epoch 1\n');
});

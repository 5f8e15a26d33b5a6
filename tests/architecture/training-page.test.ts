import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { trainingPage, trainingPagePath } from '../../scripts/training-page.ts';
import { losses, metrics, optimizers, schedules } from '../../src/index.ts';

const page = trainingPage();

test('docs/losses-and-metrics.md says what there is (npm run format writes it)', () => {
  expect(readFileSync(trainingPagePath, 'utf8')).toBe(page);
});

test('every example of its tables runs', () => {
  const namespaces = { losses, metrics, optimizers, schedules };
  const examples = [...page.matchAll(/`((?:losses|metrics|optimizers|schedules)\.\w+\([^`]*\))` \|/g)];
  expect(examples.length).toBe([...page.matchAll(/^\| `/gm)].length);
  for (const [, call] of examples) {
    const made = new Function(...Object.keys(namespaces), `return ${call};`)(...Object.values(namespaces));
    expect(made.getConfig()).toBeTypeOf('object');
  }
});

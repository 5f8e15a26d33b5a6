import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { layerPage, pagePath } from '../../scripts/layer-page.ts';

test('docs/layers.md says what the layers are (npm run format writes it)', () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(layerPage());
});

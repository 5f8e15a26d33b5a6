/** A probability in percent that is never rounded to what it is not. */
export function sureText(probability: number): string {
  if (!Number.isFinite(probability)) return '?';
  const shown = (100 * probability).toFixed(1);
  if (shown === '100.0' && probability < 1) return '>\u00a099.9\u00a0%';
  return shown === '0.0' && probability > 0 ? '<\u00a00.1\u00a0%' : `${shown}\u00a0%`;
}

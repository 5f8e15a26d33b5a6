import type { Limits } from './limits.ts';
import type { StepProfile } from './profile.ts';

const [width, height, left, right, top, bottom] = [860, 520, 70, 190, 50, 60];

/** A roofline as SVG: kernels as circles whose area is their share of the time, below the limits of the machine. */
export function roofline(title: string, { kernels }: StepProfile, { peak, bandwidths }: Limits): string {
  const shown = kernels.filter(({ intensity, share }) => intensity > 0 && share > 0.001);
  const xs = [0.05, ...shown.map(({ intensity }) => intensity), (2 * peak) / bandwidths.at(-1)!.rate];
  const x = logScale(Math.min(...xs), 1.5 * Math.max(...xs), left, width - right);
  const speeds = shown.map(({ speed }) => speed);
  const y = logScale(Math.min(0.3, ...speeds) / 1.5, 1.8 * peak, height - bottom, top);
  const parts = [
    `<text x="${left}" y="26" font-size="16">${escaped(title)}</text>`,
    ...ticks(x.low, x.high).map(
      (value) =>
        `<line x1="${x.at(value)}" x2="${x.at(value)}" y1="${top}" y2="${height - bottom}" stroke="#eee"/>` +
        `<text x="${x.at(value)}" y="${height - bottom + 18}" text-anchor="middle">${value}</text>`,
    ),
    ...ticks(y.low, y.high).map(
      (value) =>
        `<line x1="${left}" x2="${width - right}" y1="${y.at(value)}" y2="${y.at(value)}" stroke="#eee"/>` +
        `<text x="${left - 8}" y="${y.at(value) + 4}" text-anchor="end">${value}</text>`,
    ),
    `<text x="${(left + width - right) / 2}" y="${height - 14}" text-anchor="middle">operations a byte</text>`,
    `<text x="18" y="${height / 2}" transform="rotate(-90 18 ${height / 2})" text-anchor="middle">GFLOP/s on one thread</text>`,
    ...bandwidths.map(({ bytes, rate }) => {
      const start = Math.max(x.low, y.low / rate);
      const ridge = Math.min(x.high, peak / rate);
      const label = `${Math.round(rate)} GB/s to ${sizeOf(bytes)}`;
      return (
        `<line x1="${x.at(start)}" y1="${y.at(start * rate)}" x2="${x.at(ridge)}" y2="${y.at(ridge * rate)}" stroke="#999"/>` +
        `<text x="${width - right + 10}" y="${y.at(ridge * rate) + 18 + 16 * bandwidths.findIndex((b) => b.bytes === bytes)}" fill="#666">${label}</text>`
      );
    }),
    `<line x1="${x.at(Math.min(x.high, peak / bandwidths[0]!.rate))}" x2="${width - right}" y1="${y.at(peak)}" y2="${y.at(peak)}" stroke="#333"/>`,
    `<text x="${width - right + 10}" y="${y.at(peak) + 4}">${Math.round(peak)} GFLOP/s</text>`,
    ...shown.map(
      ({ name, intensity, speed, share, reached }) =>
        `<circle cx="${x.at(intensity)}" cy="${y.at(speed)}" r="${(3 + 60 * Math.sqrt(share / Math.PI)).toFixed(1)}" ` +
        `fill="${reached < 0.5 ? '#c0392b' : '#2471a3'}" fill-opacity="0.45">` +
        `<title>${escaped(name)}: ${(100 * share).toFixed(1)} % of the time, ${speed.toFixed(1)} GFLOP/s, ${(100 * reached).toFixed(0)} % of its limit</title></circle>`,
    ),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">` +
    `<rect width="${width}" height="${height}" fill="white"/>${parts.join('\n')}</svg>\n`
  );
}

interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

function logScale(low: number, high: number, from: number, to: number): Scale {
  const span = Math.log(high / low);
  const at = (value: number): number =>
    Math.round(10 * (from + ((to - from) * Math.log(value / low)) / span)) / 10;
  return { low, high, at };
}

/** Powers of ten between two numbers. */
function ticks(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  return Array.from({ length: last - first + 1 }, (_, k) => Number(`1e${first + k}`));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function sizeOf(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / 2 ** 20)} MiB`;
}

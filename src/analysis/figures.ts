/** 1234567 as `1,234,567`; fractions are rounded to the nearest integer. */
export const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number of the size of a loss: four decimals, fewer where it is large, three significant digits where it is tiny. */
export function lossFigure(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return loss.toExponential(2);
  if (size >= 10_000) return grouped(loss);
  return loss.toFixed(size < 100 ? 4 : 2);
}

/** 0.98645 as `98.65 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** How many times as large: `7.6`, `12`. */
export const ratio = (large: number, small: number): string => {
  const times = large / small;
  return times >= 10 ? grouped(times) : times.toFixed(times >= 2 ? 1 : 2);
};

/** A measured time: `0.31 s`, `6.9 s`, `1:05`, `1:02:03`. */
export function elapsed(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  return seconds < 59.5 ? `${Math.round(seconds)} s` : clock(seconds);
}

/** Time that is left, rounded up: `0:07`, `1:05`, `1:02:03`. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.ceil(seconds - 1e-6));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

const byteUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in the unit that leaves a number below 1024: `512 bytes`, `1.4 MiB`, `23 GiB`. */
export function byteSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1023.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = unit === 0 || value >= 9.95 ? grouped(value) : value.toFixed(1);
  return `${text} ${byteUnits[unit]!}`;
}

/** The text, its middle left out where it is longer than `length`: numbers at the end tell names apart. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - end)}…${text.slice(text.length - end)}`;
}

const view = new DataView(new ArrayBuffer(8));

/** m and e with x = m 2^e exactly and m in [1, 2), for a positive finite x, subnormal or not. */
export function splitExponent(x: number): [m: number, e: number] {
  if (x < 2 ** -1022) {
    const [m, e] = splitExponent(x * 2 ** 54);
    return [m, e - 54];
  }
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  return [view.getFloat64(0), (high >>> 20) - 1023];
}

/** 2^n for n in [-1022, 1023]. */
function powerOfTwo(n: number): number {
  view.setUint32(0, (n + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** x 2^n for x in [0.5, 2] and |n| <= 1100, rounded once where it leaves the normal range. */
export function scaleByPower(x: number, n: number): number {
  const half = n >> 1;
  return x * powerOfTwo(half) * powerOfTwo(n - half);
}

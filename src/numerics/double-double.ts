/** An unevaluated sum high + low with |low| at most half an ulp of high: about 106 bits. */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

/** The exact sum, for |a| >= |b| or a = 0 (Dekker 1971). */
export function fastTwoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  return { high, low: b - (high - a) };
}

/** The exact sum (Knuth). */
export function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const shadow = high - a;
  return { high, low: a - (high - shadow) + (b - shadow) };
}

/** The exact product, for magnitudes in [2^-480, 2^480], by halves of 26 bits (Veltkamp, Dekker). */
export function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return { high, low: aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow };
}

function halves(a: number): [number, number] {
  const scaled = a * (2 ** 27 + 1);
  const high = scaled - (scaled - a);
  return [high, a - high];
}

export function addDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const sum = twoSum(a.high, b.high);
  return fastTwoSum(sum.high, sum.low + (a.low + b.low));
}

export function multiplyDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(a.high, b.high);
  return fastTwoSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

export function divideDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const quotient = a.high / b.high;
  const product = multiplyDouble({ high: quotient, low: 0 }, b);
  const rest = a.high - product.high - product.low + a.low;
  return fastTwoSum(quotient, rest / b.high);
}

/** ln 2 in two parts: the first has 15 bits, so that its product with an exponent is exact in float32. */
export const LN2_HIGH = 0.693145751953125;
export const LN2_LOW = 1.428606820309417e-6;

import type { AxisField, InputField } from './receptive-field.ts';

/** A field that is drawn, and what the position in the middle sees. */
export interface DrawnField {
  readonly layer: string;
  /** The layer and its field as `fieldText` writes it. */
  readonly label: string;
  /** The field in words. */
  readonly words: string;
  readonly axes: readonly AxisField[];
}

/** Inputs of a network, and the fields of its layers in them. */
export interface FieldsOfLayers {
  readonly inputs: readonly { readonly name: string }[];
  readonly layers: readonly { readonly name: string; readonly fields: readonly InputField[] }[];
}

const mostPanels = 6;

/** The fields of a network in its first input, each size once; at most six, from the smallest to that of the outputs. */
export function drawnFields({ inputs, layers }: FieldsOfLayers): DrawnField[] {
  const found = new Map<string, DrawnField>();
  for (const layer of layers) {
    const own = layer.fields.filter((field) => field.input === inputs[0]!.name);
    const axes = own[0]?.axes ?? [];
    const key = axes.map(({ centre }) => centre.join()).join(' ');
    if (axes.length > 0 && axes.some(({ size }) => size > 1) && !found.has(key))
      found.set(key, {
        layer: layer.name,
        label: `${layer.name} ${fieldText(own)}`,
        words: fieldWords(axes),
        axes,
      });
  }
  const all = [...found.values()];
  const count = Math.min(all.length, mostPanels);
  return Array.from(
    { length: count },
    (_, k) => all[count === 1 ? 0 : Math.round((k * (all.length - 1)) / (count - 1))]!,
  );
}

/** The extents of a field and its stride where that is not 1: `10x10 /2`; `all` where everything is seen. */
export function fieldText(fields: readonly InputField[]): string {
  const axes = fields.find((field) => field.axes.length > 0)?.axes ?? [];
  if (axes.length === 0) return '-';
  const { size, step } = extentOf(axes);
  if (size === undefined) return 'all';
  return step === undefined ? size : `${size} /${step}`;
}

/** The same in words: `10x10, in steps of 2`, `the whole input`. */
function fieldWords(axes: readonly AxisField[]): string {
  const { size, step } = extentOf(axes);
  if (size === undefined) return 'the whole input';
  return step === undefined ? size : `${size}, in steps of ${step}`;
}

/** No size: everything is seen. No step: it is 1. */
function extentOf(axes: readonly AxisField[]): { readonly size?: string; readonly step?: string } {
  if (axes.every(({ stride, whole }) => stride === 0 && whole)) return {};
  const size = axes.map(({ size }) => size).join('x');
  const strides = axes.map(({ stride }) => stride);
  if (!strides.some((stride) => stride > 0 && stride !== 1)) return { size };
  return { size, step: new Set(strides).size === 1 ? String(strides[0]) : strides.join('x') };
}

import { ProtobufWriter } from './protobuf.ts';

/** What a summary shows under a tag. */
export type SummaryValue =
  | { readonly kind: 'scalar'; readonly tag: string; readonly value: number }
  | { readonly kind: 'histogram'; readonly tag: string; readonly histogram: Histogram }
  | { readonly kind: 'image'; readonly tag: string; readonly image: PngImage };

export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colours. */
  readonly channels: number;
  /** A PNG file. */
  readonly png: Uint8Array;
}

/** Counts of values between limits; bucket k ends at `limits[k]`. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** When an event happened. */
export interface EventTime {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

/** Fields of tensorflow/core/util/event.proto. */
const fields = { wallTime: 1, step: 2, fileVersion: 3, graphDef: 4, summary: 5, sessionLog: 7 } as const;

function event({ wallTime, step }: EventTime, write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter().double(fields.wallTime, wallTime);
  if (step !== 0) writer.integer(fields.step, step);
  write(writer);
  return writer.finish();
}

/** What every event file begins with. */
export const fileVersion = (wallTime: number): Uint8Array =>
  event({ wallTime, step: 0 }, (writer) => writer.text(fields.fileVersion, 'brain.Event:2'));

/** Says that a training goes on at a step: TensorBoard drops what other files of the folder hold from there on. */
export const sessionStart = (time: EventTime): Uint8Array =>
  event(time, (writer) => writer.message(fields.sessionLog, (log) => log.integer(1, 1)));

export const summaryEvent = (time: EventTime, values: readonly SummaryValue[]): Uint8Array =>
  event(time, (writer) =>
    writer.message(fields.summary, (summary) => {
      for (const value of values) summary.message(1, (message) => writeValue(message, value));
    }),
  );

/** Fields of Summary.Value in tensorflow/core/framework/summary.proto. */
function writeValue(message: ProtobufWriter, value: SummaryValue): void {
  message.text(1, value.tag);
  if (value.kind === 'scalar') message.float(2, value.value);
  else if (value.kind === 'image') {
    const { width, height, channels, png } = value.image;
    message.message(4, (image) =>
      image.integer(1, height).integer(2, width).integer(3, channels).bytes(4, png),
    );
  } else {
    const { min, max, count, sum, sumOfSquares, limits, counts } = value.histogram;
    message.message(5, (histogram) =>
      histogram
        .double(1, min)
        .double(2, max)
        .double(3, count)
        .double(4, sum)
        .double(5, sumOfSquares)
        .doubles(6, limits)
        .doubles(7, counts),
    );
  }
}

/** A node of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, GraphAttribute>>;
}

export type GraphAttribute = { readonly text: string } | { readonly shapes: readonly (readonly number[])[] };

/** Fields of graph.proto, node_def.proto, attr_value.proto and tensor_shape.proto. */
export const graphEvent = (wallTime: number, nodes: readonly GraphNode[]): Uint8Array =>
  event({ wallTime, step: 0 }, (writer) =>
    writer.message(fields.graphDef, (graph) => {
      for (const { name, op, inputs, attributes } of nodes) {
        graph.message(1, (node) => {
          node.text(1, name).text(2, op);
          for (const from of inputs) node.text(3, from);
          for (const [key, value] of Object.entries(attributes)) {
            node.message(5, (entry) =>
              entry.text(1, key).message(2, (attribute) => writeAttribute(attribute, value)),
            );
          }
        });
      }
      graph.message(4, (versions) => versions.integer(1, 22));
    }),
  );

function writeAttribute(attribute: ProtobufWriter, value: GraphAttribute): void {
  if ('text' in value) {
    attribute.text(2, value.text);
    return;
  }
  attribute.message(1, (list) => {
    for (const extents of value.shapes) {
      list.message(7, (shape) => {
        for (const extent of extents) shape.message(2, (axis) => axis.integer(1, extent));
      });
    }
  });
}

import { fieldText } from '../analysis/field-words.ts';
import { costLines } from './cost-table.ts';
import { grouped, percent, ratio } from './figures.ts';
import { type Column, fitted, wrapped } from './inspect-columns.ts';
import type { InspectedLayer, Report } from './inspect-report.ts';
import type { Terminal } from './terminal.ts';

const columnsOfPipe = 100;

/** Layers with costs and fields, the twin beside them or, where the terminal is narrow, below; then both as wholes. */
export function costTableLines(report: Report, terminal: Terminal): string[] {
  const { name, inputs, cost } = report;
  const width = terminal.columns();
  const shapes = inputs.map(({ name: input, shape }) => `${input} ${shape.join('x')}`).join(', ');
  const own = ownColumns(report);
  const twin = cost.standard ? twinColumns(report) : [];
  const beside = fitted([...own, ...twin], width);
  const fits = twin.every((column) => !beside.left.includes(column));
  const main = fits ? beside : fitted(own, width);
  const headed = (lines: readonly string[]): string[] => [
    terminal.style('bold', lines[0]!),
    ...lines.slice(1, -1),
    terminal.style('bold', lines.at(-1)!),
  ];
  const below = fits
    ? []
    : ['', 'With standard convolutions, layers whose costs differ:', ...headed(besideTwin(report, width))];
  return [
    `${terminal.style('bold', name)}: ${shapes}`,
    '',
    ...headed(main.lines),
    ...wrapped(explained(report), Math.min(width, columnsOfPipe)),
    ...below,
    '',
    ...costLines(name, cost, Math.min(width, columnsOfPipe)),
  ];
}

/** What the table says in one word. */
function explained({ layers }: Report): string {
  const step = layers.map(({ fields }) => /(?<= )\/\S+/.exec(fieldText(fields))?.[0]).find(Boolean);
  const moved = step ? `, ${step}: in steps of ${step.slice(1)}` : '';
  return `Bytes: what the layer gives for one sample. Field: what a position of it sees of the input${moved}.`;
}

function ownColumns({ layers, cost, time, fields }: Report): Column[] {
  const of = (text: (layer: InspectedLayer) => string): string[] => layers.map(text);
  const shares = new Map(time?.layers.map((layer) => [layer.name, layer.share]));
  const columns: Column[] = [
    { side: 'left', cells: ['Layer', ...of(({ name }) => name), 'whole network'] },
    { side: 'left', leaves: 5, cells: ['Type', ...of(({ className }) => className), ''] },
    { side: 'left', cells: ['Output', ...of(({ outputShape }) => outputShape.join('x')), ''] },
    figures('Parameters', layers, ({ parameters }) => parameters, cost.whole.parameters),
    figures('Multiply-adds', layers, ({ multiplyAdds }) => multiplyAdds, cost.whole.multiplyAdds),
    figures('Bytes', layers, ({ activationBytes }) => activationBytes, cost.activationBytes),
    {
      side: 'right',
      cells: ['Field', ...of((layer) => fieldText(layer.fields)), fieldText(fields.whole)],
    },
  ];
  if (time)
    columns.push({
      side: 'right',
      cells: ['Time', ...of(({ name }) => percent(shares.get(name) ?? 0)), percent(1)],
    });
  return columns;
}

const figures = <T>(head: string, rows: readonly T[], of: (row: T) => number, whole: number): Column => ({
  side: 'right',
  cells: [head, ...rows.map((row) => grouped(of(row))), grouped(whole)],
});

/** Costs of the layers in the twin; a layer that went into a later one has none. */
function twinColumns({ layers, cost }: Report): Column[] {
  const { whole, activationBytes } = cost.standard!;
  const column = (head: string, of: (layer: InspectedLayer) => number | undefined, all: number): Column => {
    const cells = layers.map((layer) => {
      const figure = of(layer);
      return figure === undefined ? '-' : grouped(figure);
    });
    return { side: 'right', leaves: 9, cells: [head, ...cells, grouped(all)] };
  };
  return [
    column('Standard: parameters', ({ standard }) => standard?.parameters, whole.parameters),
    column('multiply-adds', ({ standard }) => standard?.multiplyAdds, whole.multiplyAdds),
    column('bytes', ({ standard }) => standard?.activationBytes, activationBytes),
  ];
}

/** Layers of the twin whose costs differ, and how often they are those of the network. */
function besideTwin({ layers, cost }: Report, width: number): string[] {
  const standard = cost.standard!;
  const changed = layers.filter(
    ({ parameters, multiplyAdds, standard: twin }) =>
      twin && (parameters !== twin.parameters || multiplyAdds !== twin.multiplyAdds),
  );
  const saved = (own: number, other: number | undefined): string =>
    other === undefined || own === 0 ? '-' : `${ratio(other, own)}x`;
  const { whole } = cost;
  return fitted(
    [
      { side: 'left', cells: ['Layer', ...changed.map(({ name }) => name), 'whole network'] },
      figuresOr('Parameters', changed, (layer) => layer.standard?.parameters, standard.whole.parameters),
      {
        side: 'right',
        cells: [
          '',
          ...changed.map((layer) => saved(layer.parameters, layer.standard?.parameters)),
          saved(whole.parameters, standard.whole.parameters),
        ],
      },
      figuresOr(
        'Multiply-adds',
        changed,
        (layer) => layer.standard?.multiplyAdds,
        standard.whole.multiplyAdds,
      ),
      {
        side: 'right',
        cells: [
          '',
          ...changed.map((layer) => saved(layer.multiplyAdds, layer.standard?.multiplyAdds)),
          saved(whole.multiplyAdds, standard.whole.multiplyAdds),
        ],
      },
      figuresOr('Bytes', changed, (layer) => layer.standard?.activationBytes, standard.activationBytes),
    ],
    width,
  ).lines;
}

const figuresOr = (
  head: string,
  rows: readonly InspectedLayer[],
  of: (row: InspectedLayer) => number | undefined,
  whole: number,
): Column => ({
  side: 'right',
  cells: [
    head,
    ...rows.map((row) => {
      const figure = of(row);
      return figure === undefined ? '-' : grouped(figure);
    }),
    grouped(whole),
  ],
});

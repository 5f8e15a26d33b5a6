import { type ComparedLayerCost, type CostAnalysis, cost } from '../analysis/cost.ts';
import { type DilationChain, dilationChains } from '../analysis/dilation-chains.ts';
import { type Gridding, gridding } from '../analysis/gridding.ts';
import { type InputField, type ReceptiveFields, receptiveField } from '../analysis/receptive-field.ts';
import type { Model } from '../model/model.ts';
import type { PlanFacts } from './inspect-plan.ts';
import type { LayerTimes } from './inspect-time.ts';

export interface InspectedLayer extends ComparedLayerCost {
  /** Of the last application, where a layer is applied several times. */
  readonly fields: readonly InputField[];
}

export interface InspectedChain extends DilationChain {
  readonly gridding: Gridding;
}

/** All that is known of a network. */
export interface Report {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly cost: CostAnalysis;
  readonly layers: readonly InspectedLayer[];
  readonly fields: ReceptiveFields;
  readonly chains: readonly InspectedChain[];
  readonly time?: LayerTimes;
  readonly plan?: PlanFacts;
}

/** What follows from the definitions alone. */
export function reportOf(model: Model): Report {
  const costs = cost(model);
  const fields = receptiveField(model);
  const byName = new Map(fields.layers.map((layer) => [layer.name, layer.fields]));
  return {
    name: model.name,
    inputs: model.inputs.map(({ layer, shape }) => ({ name: layer.name, shape })),
    cost: costs,
    layers: costs.layers.map((layer) => ({ ...layer, fields: byName.get(layer.name) ?? [] })),
    fields,
    chains: dilationChains(model).map((chain) => ({
      ...chain,
      gridding: gridding(chain.dilations, chain.kernel),
    })),
  };
}

/** The report for programs; ways to an offset of two axes are the products of those along each. */
export function jsonOf(report: Report): object {
  const { name, inputs, cost: costs, layers, fields, chains, time, plan } = report;
  const { convolutions, whole, activationBytes, standard } = costs;
  const share = new Map(time?.layers.map((layer) => [layer.name, layer.share]));
  return {
    network: name,
    inputs,
    layers: layers.map((layer) => ({ ...layer, timeShare: share.get(layer.name) })),
    whole: { ...whole, activationBytes, convolutions, receptiveField: fields.whole },
    standard: standard && {
      ...standard.whole,
      activationBytes: standard.activationBytes,
      convolutions: standard.convolutions,
    },
    gridding: chains.map(({ gridding: { grid: _, ...found }, ...chain }) => ({ ...chain, ...found })),
    time,
    plan,
  };
}

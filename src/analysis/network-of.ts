import { InvalidArgumentError } from '../errors/index.ts';
import { Model } from '../model/model.ts';
import type { Network } from '../nn/network/network.ts';

/** @throws {InvalidArgumentError} if `model` is no model */
export function networkOf(model: Model, call: string): Network {
  if (model instanceof Model) return model.network;
  throw new InvalidArgumentError({ call, argument: 'model', expected: 'a model', received: model });
}

import { expect, test } from 'vitest';
import { atrousModel } from '../peers/atrous-network.ts';
import { multiplyAddsOf, parametersOf } from './costs.ts';
import { seed, standard } from './digits.ts';
import { dsCnn } from './ds-cnn.ts';
import { mobileNetV2 } from './mobile-net-v2.ts';
import { tcn } from './tcn.ts';

test.each([
  seed(2, 0.5),
  seed(1, 0),
  standard(0.5),
  dsCnn(),
  tcn(),
  mobileNetV2(),
])('costs of $name are those that the model counts', async (network) => {
  const model = atrousModel(network, {});
  const { parameters, multiplyAdds } = model.costs();
  expect(parametersOf(network)).toBe(parameters);
  expect(multiplyAddsOf(network)).toBe(multiplyAdds);
  model.dispose();
});

test('the parameters of MobileNetV2 0.35 without its 1,000 classes', () => {
  // keras.applications.MobileNetV2(alpha=0.35, include_top=False): 410,208; 10 classes on 1,280 channels: 12,810.
  expect(parametersOf(mobileNetV2())).toBe(410_208 + 12_810);
});

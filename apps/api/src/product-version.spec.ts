import { readFileSync } from 'node:fs';
import { product } from './product-version';

it('is the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  expect(product.version).toBe(version);
});

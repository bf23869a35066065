import { readFileSync } from 'node:fs';
import { PRODUCT } from './developer-environment';

it('the command line tells the platform the version it is of', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  expect(PRODUCT.version).toBe(version);
});

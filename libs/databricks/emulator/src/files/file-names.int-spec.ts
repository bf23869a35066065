import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ListDirectoryResponse } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const FILES = '/api/2.0/fs/files';
const VOLUME = '/Volumes/demo/lake/files';
/** What names are made of: letters of many scripts, marks, emoji, and everything that means something to somebody. */
const PIECES = [
  ...'aZ0 .-_~%&?#=+;:@!$\'"*<>|\\`^{}[](),\t\n\r\u0001\u007f\u00a0\u200b\u202e\ufeff',
  ...[
    'é',
    'e\u0301',
    'ß',
    '数据',
    '🌊',
    '👩‍🚀',
    '%2F',
    '%00',
    '..',
    '../',
    '//',
    '${x}',
    "' OR 1=1",
    '\u0000',
    '%ff',
    'session.json',
  ],
];

describe('whatever a file is called', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let volume: string;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    volume = await workspace.createVolume('demo', 'lake', 'files');
  });
  afterAll(() => stop());

  it('it is refused, or written, listed, read and deleted by this very name, and nothing else is touched', async () => {
    const seed = randomInt(1, 2_147_483_646);
    const wrong: unknown[] = [];
    let state = seed;
    const below = (limit: number) => {
      // The minimal standard generator of Park and Miller.
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    const asked = (method: string, path: string, body?: string) =>
      ask(workspace, path, {
        method,
        token: workspace.personas.admin.token,
        ...(body === undefined ? {} : { body }),
      });
    const beside = await readdir(dirname(volume));

    for (let round = 0; round < 200; round += 1) {
      const name = Array.from({ length: 1 + below(12) }, () => PIECES[below(PIECES.length)]).join('');
      const segments = name.split('/').filter((segment) => segment !== '');
      // A directory of its own, for a name with a slash leaves one where another name wants a file.
      const folder = `${VOLUME}/names/${round}`;
      const url = `${FILES}${folder}/${encodeURIComponent(name)}`;
      await asked('PUT', `/api/2.0/fs/directories${folder}`);
      const written = await asked('PUT', url, name);
      const refusal = /(^|\/)\.{1,2}(\/|$)|\0/.test(name) ? 400 : segments.length === 0 ? 409 : undefined;
      if (written.status !== (refusal ?? 204)) wrong.push({ name, status: written.status });
      if (written.status !== 204) continue;
      const parent = [...segments.slice(0, -1)].map(encodeURIComponent).join('/');
      const listed = await asked('GET', `/api/2.0/fs/directories${folder}/${parent}`);
      const names = listed.json<ListDirectoryResponse>().contents?.map((entry) => entry.name) ?? [];
      const read = await asked('GET', url);
      const deleted = await asked('DELETE', url);
      if (!names.includes(segments.at(-1) ?? '') || read.text !== name || deleted.status !== 204) {
        wrong.push({ name, names, read: read.text, deleted: deleted.status });
      }
    }

    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(await readdir(dirname(volume))).toEqual(beside);
    expect(await readdir(volume)).toEqual(['names']);
    expect(await readdir(join(volume, '..', '..', '..'))).toEqual(['demo']);
  });
});

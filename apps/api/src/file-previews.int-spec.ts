import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { TestApi, type Answer } from './testing/test-api';

const FILES = '/Volumes/demo/lake/files';

describe('a preview of a file', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ env: { PGHOST: undefined, LAKEBASE_INSTANCE_NAME: undefined } });
    await api.stack.volume('demo.lake.tables');
    const table = join(api.stack.workspace.volumeDirectory('demo', 'lake', 'tables'), 'airports');
    await givenDeltaTable(table, { versions: [[{ iata: 'ZRH', name: 'Zürich', runways: 3 }]] });
    const data = (await readdir(table)).find((name) => name.endsWith('.parquet')) ?? '';
    await api.stack.volume('demo.lake.files', {
      'airports.parquet': await readFile(join(table, data)),
      'none.parquet': 'a,b\n1,2\n',
      'airports.csv': 'iata,name\nZRH,"Zürich, Kloten"\n',
      'airports.json': '[{"iata":"ZRH"}]',
      'long.txt': 'ä'.repeat(200_000),
      'empty.txt': '',
      noextension: 'text',
      'picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
      'drawing.svg': '<svg onload="alert(1)"/>',
      'program.bin': Buffer.from([0, 1, 2, 255]),
    });
  });

  afterAll(() => api.stop());

  it('has the first rows of Parquet with their types', async () => {
    expect((await preview('airports.parquet')).json).toMatchObject({
      kind: 'table',
      columns: [{ name: 'iata', type: 'string' }, { name: 'name' }, { name: 'runways' }],
      rows: [['ZRH', 'Zürich', expect.anything()]],
      truncated: false,
      reason: null,
    });
  });

  it.each([
    ['airports.csv', { kind: 'table', rows: [['ZRH', 'Zürich, Kloten']] }],
    ['airports.json', { kind: 'json', rows: [['ZRH']], text: '[{"iata":"ZRH"}]' }],
    ['long.txt', { kind: 'text', text: 'ä'.repeat(131_072), truncated: true }],
    ['empty.txt', { kind: 'text', text: '', truncated: false }],
    ['noextension', { kind: 'text', text: 'text' }],
    ['picture.png', { kind: 'image', text: null }],
    ['drawing.svg', { kind: 'text', text: '<svg onload="alert(1)"/>' }],
    ['program.bin', { kind: 'none', reason: expect.stringContaining('no text') }],
    ['none.parquet', { kind: 'none', reason: expect.stringContaining('no Parquet') }],
  ])('of %s is what it should be', async (name, expected) => {
    expect(await preview(name)).toMatchObject({ status: 200, json: expected });
  });

  it('is not for everybody, also of what somebody else has just seen', async () => {
    await preview('airports.parquet');

    for (const name of ['airports.parquet', 'airports.csv', 'picture.png', 'never.txt']) {
      const { status, json } = await preview(name, 'outsider');
      expect([name, status >= 403 && status <= 404, json['rows']]).toEqual([name, true, undefined]);
    }
    expect((await preview('never.parquet')).json).toMatchObject({ error_code: 'NOT_FOUND' });
  });

  function preview(name: string, as: 'analyst' | 'outsider' = 'analyst'): Promise<Answer> {
    return api.ask(`/api/v1/unity-catalog/files/preview?path=${FILES}/${name}`, { as });
  }
});

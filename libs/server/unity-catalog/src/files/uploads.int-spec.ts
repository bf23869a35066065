import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Ask, type Json, type Persona } from '../testing/unity-catalog-app';

const VOLUME = '/Volumes/shop/sales/files';
const PART = 8 * 1024 ** 2;

describe('uploads in parts', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;
  let other: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.volume('shop.sales.files', { 'there.txt': 'there' });
    await stack.workspace.grant('VOLUME', 'shop.sales.files', 'engineers', ['WRITE_VOLUME']);
    app = await UnityCatalogApp.start(stack);
    other = await UnityCatalogApp.start(stack);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await other.stop();
    await app.stop();
    await stack.stop();
  });

  it('become a file when all parts are there, whatever their order and on whichever replica', async () => {
    const content = randomBytes(PART + 1000);
    const started = await start('engineer', 'large.bin', content.length);
    expect(started).toMatchObject({
      status: 201,
      body: { path: `${VOLUME}/large.bin`, part_count: 2, part_size_bytes: PART, parts_received: [], status: 'open' },
    });
    const id = String(started.body['upload_id']);

    expect((await part(other, id, 2, content.subarray(PART))).body).toMatchObject({ parts_received: [2] });
    expect((await complete(app, id)).body).toMatchObject({
      error_code: 'CONFLICT',
      technical_details: { missing_parts: [1] },
    });
    await part(app, id, 1, content.subarray(0, PART));
    expect((await ask('engineer', `/${id}`, {}, other)).body).toMatchObject({ parts_received: [1, 2] });
    const done = await complete(other, id);

    expect(done).toMatchObject({ status: 200, body: { name: 'large.bin', size_bytes: content.length } });
    expect((await stored('large.bin')).equals(content)).toBe(true);
  });

  function ask(as: Persona, path: string, init: Ask = {}, on = app): Promise<Answer> {
    return on.ask(as, `/unity-catalog/files/uploads${path}`, init);
  }

  function start(as: Persona, name: string, size: number, more: Json = {}): Promise<Answer> {
    return ask(as, '', { method: 'POST', json: { path: `${VOLUME}/${name}`, size_bytes: size, ...more } });
  }

  function part(on: UnityCatalogApp, id: string, number: number, bytes: Uint8Array, as: Persona = 'engineer') {
    return ask(as, `/${id}/parts/${number}`, { method: 'PUT', body: new Uint8Array(bytes) }, on);
  }

  function complete(on: UnityCatalogApp, id: string, as: Persona = 'engineer'): Promise<Answer> {
    return ask(as, `/${id}/complete`, { method: 'POST' }, on);
  }

  async function stored(name: string): Promise<Buffer> {
    return readFile(join(stack.workspace.volumeDirectory('shop', 'sales', 'files'), name));
  }
});

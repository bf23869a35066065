import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StructField } from '@lakescope/delta';
import { Directory, type Principal } from '../identity/directory';
import { PERSONAS, type PersonaName } from '../identity/personas';
import { TableAlreadyExists } from '../sql/engine/engine-catalog';
import { openDirectoryDocument } from '../state/directory-document';
import { givenFolder } from '../testing/given-workspace';
import { columnInfosOf } from './column-types';
import { EngineCatalogOfMetastore } from './engine-catalog-of-metastore';
import { InvalidSecurable, Metastore } from './metastore';
import { registerTable } from './register-table';
import { Rights } from './rights';
import { writeEmptyTable } from './table-schema';

const ID: StructField = { name: 'id', type: 'long', nullable: false, metadata: { comment: 'key' } };
const TAGS: StructField = {
  name: 'tags',
  type: { type: 'array', elementType: 'string', containsNull: true },
  nullable: true,
  metadata: {},
};
const DAY: StructField = { name: 'day', type: 'date', nullable: true, metadata: {} };

describe('the catalog of the SQL engine', () => {
  let state: string;
  let metastore: Metastore;
  let catalog: EngineCatalogOfMetastore;
  let directory: Directory;

  beforeEach(async () => {
    state = await givenFolder();
    metastore = await Metastore.open(state, PERSONAS.admin.userName);
    const servicePrincipal = { id: '1', clientId: 'app', clientSecret: 'none' };
    directory = new Directory(await openDirectoryDocument(state, { servicePrincipal }));
    catalog = new EngineCatalogOfMetastore(metastore, new Rights(metastore), directory);
    for (const name of ['demo', 'hidden']) {
      await metastore.createCatalog(name, { readers: name === 'demo' ? ['engineers'] : [] });
      await metastore.createSchema(name, 'lake');
    }
  });
  afterEach(async () => {
    await metastore.settle();
    await directory.settle();
    await rm(state, { recursive: true, force: true });
  });

  const person = (name: PersonaName): Principal => {
    const found = directory.find(PERSONAS[name].userName);
    if (found === undefined) throw new RangeError(name);
    return found;
  };
  const orders = { catalog: 'demo', schema: 'lake', table: 'Orders' };
  const newTable = {
    name: orders,
    columns: [ID, TAGS, DAY],
    partitionColumns: ['day'],
    comment: 'All',
    properties: {},
  };

  it('registers a table when it is written, with its columns, for its creator', async () => {
    const seen: string[] = [];

    await catalog.createTable(person('engineer'), newTable, async (folder) => {
      seen.push(...(await readdir(folder)), (await catalog.table(orders))?.name ?? 'not yet');
      await writeFile(join(folder, 'part'), '');
    });

    const table = await catalog.table(orders);
    expect(seen).toEqual(['not yet']);
    expect(table).toMatchObject({
      ...{ catalog: 'demo', schema: 'lake', name: 'orders', tableType: 'MANAGED', format: 'DELTA', comment: 'All' },
      owner: PERSONAS.engineer.userName,
      columns: [ID, TAGS, DAY],
      partitionColumns: ['day'],
      storageLocation: `s3://lakescope-lake/${table?.tableId}`,
    });
    expect(await readdir(table?.directory ?? '')).toEqual(['part']);
  });

  it('leaves nothing of a table whose writing failed', async () => {
    const failed = catalog.createTable(person('engineer'), newTable, () => Promise.reject(new Error('disk full')));

    await expect(failed).rejects.toThrow('disk full');
    expect([await catalog.table(orders), await readdir(join(state, 'tables'))]).toEqual([undefined, []]);
  });

  it('tells who was too late, and keeps the folder of who was first', async () => {
    const write = (folder: string) => writeFile(join(folder, 'part'), '');
    const both = await Promise.allSettled([
      catalog.createTable(person('engineer'), newTable, write),
      catalog.createTable(person('admin'), newTable, write),
    ]);

    const lost = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(lost).toEqual([expect.any(TableAlreadyExists)]);
    expect(await readdir(join(state, 'tables'))).toEqual([(await catalog.table(orders))?.tableId]);
  });

  it('lists what the caller may see, and nothing else', async () => {
    await catalog.createTable(person('admin'), newTable, async () => undefined);
    const lists = async (name: PersonaName) => ({
      catalogs: (await catalog.catalogs(person(name))).map((entry) => entry.name),
      schemas: (await catalog.schemas(person(name), 'DEMO')).map((entry) => entry.name),
      tables: (await catalog.tables(person(name), 'demo', 'lake')).map((entry) => entry.name),
    });

    expect(await lists('engineer')).toEqual({ catalogs: ['demo'], schemas: ['lake'], tables: ['orders'] });
    expect(await lists('outsider')).toEqual({ catalogs: [], schemas: [], tables: [] });
    expect(await catalog.tables(person('engineer'), 'hidden', 'lake')).toEqual([]);
  });

  it('names the first right that is missing, from the catalog down', async () => {
    await catalog.createTable(person('admin'), newTable, async () => undefined);
    const missing = (name: PersonaName, privilege: 'SELECT' | 'MODIFY' | 'CREATE_TABLE' | 'MANAGE') =>
      catalog.missing(person(name), privilege, orders);

    expect(await missing('engineer', 'SELECT')).toBeUndefined();
    expect(await missing('admin', 'MANAGE')).toBeUndefined();
    expect(await missing('engineer', 'MODIFY')).toEqual({
      ...{ privilege: 'MODIFY', type: 'Table', fullName: 'demo.lake.orders' },
    });
    expect(await missing('engineer', 'CREATE_TABLE')).toEqual({
      ...{ privilege: 'CREATE TABLE', type: 'Schema', fullName: 'demo.lake' },
    });
    expect(await missing('outsider', 'SELECT')).toEqual({
      ...{ privilege: 'USE CATALOG', type: 'Catalog', fullName: 'demo' },
    });
    await metastore.grant({ type: 'CATALOG', fullName: 'demo' }, 'oscar.quinn@lakescope.example', ['USE_CATALOG']);
    expect(await missing('outsider', 'SELECT')).toMatchObject({ privilege: 'USE SCHEMA', type: 'Schema' });
  });

  it('has the columns of a table after its log said so', async () => {
    await catalog.createTable(person('engineer'), newTable, (folder) =>
      writeEmptyTable(folder, columnInfosOf([ID, DAY], ['day']), ''),
    );

    await catalog.tableChanged(person('admin'), orders);

    const table = await catalog.table(orders);
    expect(table).toMatchObject({ columns: [ID, DAY], updatedBy: PERSONAS.admin.userName });
  });

  it('has tables that lie in volumes, and forgets them without touching their files', async () => {
    const volume = await metastore.createVolume('demo', 'lake', 'files');
    await mkdir(join(volume, 'here'));
    await writeEmptyTable(join(volume, 'here'), columnInfosOf([ID]), '');
    await registerTable(metastore, 'demo.lake.orders', '/Volumes/demo/lake/files/here', { comment: 'Here' });
    await registerTable(metastore, 'demo.lake.orders', '/Volumes/demo/lake/files/here', { comment: 'Twice' });

    const table = await catalog.table(orders);
    await catalog.dropTable(person('admin'), orders);

    expect(table).toMatchObject({
      tableType: 'EXTERNAL',
      comment: 'Here',
      directory: join(volume, 'here'),
      columns: [ID],
    });
    expect([await catalog.table(orders), await readdir(join(volume, 'here'))]).toEqual([undefined, ['_delta_log']]);
    await expect(registerTable(metastore, 'demo.lake.x', '/Volumes/demo/lake/files')).rejects.toThrow(InvalidSecurable);
    await expect(registerTable(metastore, 'demo.lake.x', '/etc')).rejects.toThrow("There is no Delta table at '/etc'");
  });

  it('drops the files of a managed table', async () => {
    await catalog.createTable(person('engineer'), newTable, (folder) => writeFile(join(folder, 'part'), ''));

    await catalog.dropTable(person('engineer'), orders);

    expect([await catalog.table(orders), await readdir(join(state, 'tables'))]).toEqual([undefined, []]);
  });

  it('knows people by name, and whether catalogs and schemas are there', async () => {
    expect((await catalog.principal(PERSONAS.analyst.userName))?.groups).toEqual(['analysts']);
    expect(await catalog.principal('nobody')).toBeUndefined();
    expect([await catalog.hasCatalog('HIDDEN'), await catalog.hasCatalog('x')]).toEqual([true, false]);
    expect([await catalog.hasSchema('hidden', 'Lake'), await catalog.hasSchema('hidden', 'x')]).toEqual([true, false]);
    expect(catalog.defaultCatalog).toBe('demo');
  });
});

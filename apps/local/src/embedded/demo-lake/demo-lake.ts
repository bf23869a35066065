import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import {
  AlreadyExists,
  append,
  createTable,
  DeltaEngine,
  DeltaTable,
  LocalStorage,
  S3Storage,
  type RowSource,
  type Storage,
} from '@lakescope/delta';
import { dataSources } from './data-sources';
import { writeDemoChangeData } from './demo-change-data';
import { demoEndpoints } from './demo-endpoints';
import { demoModelEndpoints, demoModels, registerDemoModels } from './demo-models';
import { DEMO_BUCKET, demoFiles, demoProjects, demoTables, type DemoBatch, type DemoTable } from './demo-tables';
import { OpenData } from './open-data';

const catalog = 'demo';
const schema = 'lake';
const appId = 'lakescope-demo-lake';

type SeededWorkspace = Pick<
  LocalWorkspace,
  | 'createCatalog'
  | 'createSchema'
  | 'createVolume'
  | 'createServingEndpoint'
  | 'registerModel'
  | 'registerTable'
  | 'personas'
  | 's3'
>;

/**
 * Fills the lake with real open data through the writer of our own Delta library. May be cut off anywhere and run again:
 * each commit carries its number, so what is there is not written twice.
 */
export class DemoLake {
  private readonly data = new OpenData();

  constructor(
    private readonly workspace: SeededWorkspace,
    private readonly say: (line: string) => void,
  ) {}

  async seed(signal: AbortSignal): Promise<void> {
    await this.workspace.createCatalog(catalog, { comment: 'Real open data to look around in' });
    await this.workspace.createSchema(catalog, schema, { comment: 'Delta tables with a history, and plain files' });
    const tables = await this.workspace.createVolume(catalog, schema, 'tables', {
      comment: 'One folder per Delta table',
    });
    const files = await this.workspace.createVolume(catalog, schema, 'files', { comment: 'Files to browse' });
    await this.copyFiles(files);
    await this.writeProjects(
      await this.workspace.createVolume(catalog, schema, 'projects', { comment: 'Project documents' }),
    );
    await this.writeTables(tables, signal);
    // Once they are complete, so that the catalog shows the columns of their last versions.
    for (const { name, description } of demoTables) {
      const location = `/Volumes/${catalog}/${schema}/tables/${name}`;
      await this.workspace.registerTable(`${catalog}.${schema}.${name}`, location, { comment: description });
    }
    await this.seedModels();
    await this.seedChangeData();
  }

  /** What a lake that was seeded before there was change data lacks. */
  async seedChangeData(): Promise<void> {
    this.say(await writeDemoChangeData(this.workspace.s3));
  }

  /** What a lake that was seeded before there were models lacks. */
  async seedModels(): Promise<void> {
    await this.workspace.createSchema(catalog, 'models', { comment: 'Models trained from the tables of the lake' });
    await registerDemoModels(this.workspace);
    await Promise.all(
      [...demoEndpoints, ...demoModelEndpoints].map(({ request, access }) =>
        this.workspace.createServingEndpoint(request, access),
      ),
    );
    this.say(`Demo models (${demoModels.length} versions) and serving endpoints`);
  }

  private async writeTables(volume: string, signal: AbortSignal): Promise<void> {
    const scratch = await mkdtemp(join(tmpdir(), 'lakescope-demo-'));
    const engine = await DeltaEngine.open({ cacheDirectory: scratch, localRoots: [volume] });
    try {
      for (const table of demoTables) {
        await mkdir(join(volume, table.name), { recursive: true });
        await this.writeTable(engine, new LocalStorage(join(volume, table.name)), table, signal);
        this.say(`Demo table ${table.name} (${table.batches.length} versions)`);
      }
      await this.writeBucket(engine, signal);
    } finally {
      await engine.close();
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** The first of the tables once more, in object storage: something to look at by a connection to S3. */
  private async writeBucket(engine: DeltaEngine, signal: AbortSignal): Promise<void> {
    const { url: endpoint, region, rootKeys: credentials } = this.workspace.s3;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    try {
      const [table] = demoTables;
      if (table === undefined) return;
      const bucket = { Bucket: DEMO_BUCKET };
      await client.send(new CreateBucketCommand(bucket));
      const storage = new S3Storage({ client, bucket: DEMO_BUCKET, prefix: `tables/${table.name}` });
      await this.writeTable(engine, storage, table, signal);
      const sources = this.data.sources(new Map([[table.file, `Table ${table.name}`]]));
      await client.send(new PutObjectCommand({ ...bucket, Key: 'DATA-SOURCES.md', Body: sources }));
      this.say(`Demo bucket ${DEMO_BUCKET}`);
    } finally {
      client.destroy();
    }
  }

  private async writeTable(engine: DeltaEngine, storage: Storage, demo: DemoTable, signal: AbortSignal): Promise<void> {
    const [first, ...later] = demo.batches;
    if (first === undefined) return;
    const author = { userName: this.workspace.personas.admin.userName, engineInfo: 'Lakescope demo lake' };
    const table = await createTable(engine, storage, {
      ...author,
      name: demo.name,
      description: demo.description,
      source: this.rows(demo, first),
      ...(demo.partitionColumns === undefined ? {} : { partitionColumns: [...demo.partitionColumns] }),
    }).catch((error: unknown) => {
      if (error instanceof AlreadyExists) return DeltaTable.open(engine, storage);
      throw error;
    });
    for (const [index, batch] of later.entries()) {
      signal.throwIfAborted();
      await append(engine, table, {
        ...author,
        source: this.rows(demo, batch),
        mergeSchema: batch.addsColumns ?? false,
        transaction: { appId, version: index + 1 },
      });
    }
  }

  private rows({ file, format }: DemoTable, { query }: DemoBatch): RowSource {
    return { files: [this.data.file(file)], format, query };
  }

  private async writeProjects(volume: string): Promise<void> {
    for (const [slug, content] of Object.entries(demoProjects)) {
      await writeFile(join(volume, `${slug}.proj.yaml`), content);
    }
  }

  private async copyFiles(volume: string): Promise<void> {
    for (const [folder, names] of Object.entries(demoFiles)) {
      await mkdir(join(volume, folder), { recursive: true });
      for (const name of names) {
        const target = join(volume, folder, name);
        // Complete before it gets its name, so a file that is there is whole.
        await copyFile(this.data.file(name), `${target}.part`);
        await rename(`${target}.part`, target);
      }
    }
    await writeFile(join(volume, 'DATA-SOURCES.md'), dataSources(this.data));
  }
}

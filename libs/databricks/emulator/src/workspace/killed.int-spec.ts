import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { StatementResponse } from '@lakescope/databricks-wire';
import { givenFolder } from '../testing/given-workspace';
import { buildMortalWorkspace, MortalWorkspace, type MortalAddress } from '../testing/mortal-workspace';
import { Chance } from '../testing/random-requests';

/** Kills, spread over all writes of a round; 40 with FAULT_SCALE=10: one before each write. */
const KILLS = 4 * Number(process.env['FAULT_SCALE'] ?? 1);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const UC = '/api/2.1/unity-catalog';

/** One thing that is written, and how to see afterwards whether it was. */
interface Deed {
  readonly write: (at: Asking, round: number) => Promise<void>;
  /** What is there of the round: whole, or nothing. Throws for anything between. */
  readonly isThere: (at: Asking, round: number) => Promise<boolean>;
}

class Asking {
  private readonly client: S3Client;

  constructor(private readonly address: MortalAddress) {
    const { url, region, keys } = address.s3;
    this.client = new S3Client({ endpoint: url, region, credentials: keys, maxAttempts: 1 });
  }

  async send(method: string, path: string, body?: object | string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.address.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.address.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  async must(method: string, path: string, body?: object | string): Promise<string> {
    const { status, text } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  /** The body, or undefined for a 404. */
  async found(path: string): Promise<string | undefined> {
    const { status, text } = await this.send('GET', path);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return text;
  }

  async sql(statement: string): Promise<(string | null)[][]> {
    const { warehouseId: warehouse_id } = this.address;
    const body = { warehouse_id, statement, wait_timeout: '50s' };
    const answer = JSON.parse(await this.must('POST', '/api/2.0/sql/statements', body)) as StatementResponse;
    if (answer.status.state !== 'SUCCEEDED') throw new Error(`${statement}: ${JSON.stringify(answer.status)}`);
    return answer.result?.data_array ?? [];
  }

  async putObject(Key: string, Body: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: 'lakescope-lake', Key, Body }));
  }

  async object(Key: string): Promise<string | undefined> {
    try {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: 'lakescope-lake', Key }));
      return await answer.Body?.transformToString();
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  close(): void {
    this.client.destroy();
  }
}

const content = (round: number): string => `round ${round} `.repeat(20_000);
const whole = (found: string | undefined, wanted: string): boolean => {
  if (found !== undefined && found !== wanted) throw new Error(`Something in part: ${found.slice(0, 100)}`);
  return found !== undefined;
};

/** All families that write, in the order in which a round does them. */
const DEEDS: Readonly<Record<string, Deed>> = {
  'a schema': {
    write: async (at, round) => void (await at.must('POST', `${UC}/schemas`, { name: `s${round}`, catalog_name: 'k' })),
    isThere: async (at, round) => (await at.found(`${UC}/schemas/k.s${round}`)) !== undefined,
  },
  'a grant': {
    write: async (at, round) => {
      const changes = [{ principal: 'analysts', add: [round % 2 === 0 ? 'SELECT' : 'MODIFY', 'BROWSE'] }];
      await at.must('PATCH', `${UC}/permissions/schema/k.s${round}`, { changes });
    },
    isThere: async (at, round) => {
      const found = (await at.found(`${UC}/permissions/schema/k.s${round}`)) ?? '{}';
      const [all, some] = [/SELECT|MODIFY/.test(found), found.includes('BROWSE')];
      if (all !== some) throw new Error(`A grant in part: ${found}`);
      return all;
    },
  },
  'a version of a model': {
    write: async (at) => {
      const body = { catalog_name: 'k', schema_name: 'base', model_name: 'm', source: 's' };
      await at.must('POST', `${UC}/models/versions`, body);
    },
    isThere: async (at) => (await at.found(`${UC}/models/k.base.m/versions`)) !== undefined,
  },
  'a file': {
    write: async (at, round) => {
      await at.must('PUT', `/api/2.0/fs/files/Volumes/k/base/files/d/f${round}?overwrite=false`, content(round));
    },
    isThere: async (at, round) =>
      whole(await at.found(`/api/2.0/fs/files/Volumes/k/base/files/d/f${round}`), content(round)),
  },
  'an object': {
    write: (at, round) => at.putObject(`objects/o${round}`, content(round)),
    isThere: async (at, round) => whole(await at.object(`objects/o${round}`), content(round)),
  },
  'a secret': {
    write: async (at, round) => {
      await at.must('POST', '/api/2.0/secrets/put', { scope: 'k', key: `k${round}`, string_value: 'hush' });
    },
    isThere: async (at, round) => (await at.found(`/api/2.0/secrets/get?scope=k&key=k${round}`)) !== undefined,
  },
  'a workspace file': {
    write: async (at, round) => {
      await at.must('POST', `/api/2.0/workspace-files/import-file/Shared/w${round}?overwrite=true`, content(round));
    },
    isThere: async (at, round) => whole(await at.found(`/api/2.0/workspace-files/Shared/w${round}`), content(round)),
  },
  'a group': {
    write: async (at, round) => {
      await at.must('POST', '/api/2.0/preview/scim/v2/Groups', { displayName: `g${round}` });
    },
    isThere: async (at, round) => {
      const filter = encodeURIComponent(`displayName eq "g${round}"`);
      return (await at.must('GET', `/api/2.0/preview/scim/v2/Groups?filter=${filter}`)).includes(`"g${round}"`);
    },
  },
  'a token': {
    write: async (at, round) => void (await at.must('POST', '/api/2.0/token/create', { comment: `t${round}` })),
    isThere: async (at, round) => (await at.must('GET', '/api/2.0/token/list')).includes(`"t${round}"`),
  },
  'a warehouse': {
    write: async (at, round) => {
      await at.must('POST', '/api/2.0/sql/warehouses', { name: `w${round}`, cluster_size: '2X-Small' });
    },
    isThere: async (at, round) => (await at.must('GET', '/api/2.0/sql/warehouses')).includes(`"w${round}"`),
  },
  'a serving endpoint': {
    write: async (at, round) => {
      const config = { served_entities: [{ entity_name: 'system.ai.lakescope-local-chat' }] };
      await at.must('POST', '/api/2.0/serving-endpoints', { name: `e${round}`, config });
    },
    isThere: async (at, round) => {
      const found = await at.found(`/api/2.0/serving-endpoints/e${round}`);
      if (found?.includes('served_entities') === false) throw new Error(`An endpoint in part: ${found}`);
      return found !== undefined;
    },
  },
  'a table': {
    write: async (at, round) => void (await at.sql(`CREATE TABLE k.base.t${round} (id INT)`)),
    isThere: async (at, round) => {
      if ((await at.found(`${UC}/tables/k.base.t${round}`)) === undefined) return false;
      await at.sql(`SELECT * FROM k.base.t${round}`);
      return true;
    },
  },
  rows: {
    write: async (at, round) => void (await at.sql(`INSERT INTO k.base.rows VALUES (${round}, 'a'), (${round}, 'b')`)),
    isThere: async (at, round) => {
      const rows = await at.sql(`SELECT name FROM k.base.rows WHERE id = ${round} ORDER BY name`);
      if (rows.length !== 0 && rows.flat().join() !== 'a,b') throw new Error(`Rows in part or twice: ${rows.join()}`);
      return rows.length === 2;
    },
  },
};

describe('a workspace that is killed before any of its writes', () => {
  let folder: string;
  let stateDirectory: string;
  let program: string;

  beforeAll(async () => {
    folder = await givenFolder();
    stateDirectory = join(folder, 'state');
    program = await buildMortalWorkspace(folder);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    `starts again, has everything it said it had, and nothing in part (FAULT_SEED=${SEED})`,
    async () => {
      const chance = new Chance(SEED);
      let writes = 0;
      /** By round: what was acknowledged, in order. After the last one the process was gone. */
      const acknowledged: string[][] = [];
      for (let round = 0; round <= KILLS; round += 1) {
        const workspace = await MortalWorkspace.start(program, stateDirectory);
        const at = new Asking(workspace.address);
        if (round === 0) await prepare(at);
        else await verify(at, acknowledged.slice(-1), acknowledged.length - 1);
        const spread = ((round - 1) * writes) / KILLS;
        await workspace.killBefore(round === 0 ? 0 : 1 + Math.floor(spread) + chance.below(Math.ceil(writes / KILLS)));
        acknowledged.push(await doAll(at, round));
        if (round === 0) writes = await workspace.writes();
        await workspace.kill();
        at.close();
      }

      const last = await MortalWorkspace.start(program, stateDirectory);
      const at = new Asking(last.address);
      await verify(at, acknowledged, 0);
      const again = await doAll(at, KILLS + 1);
      await last.kill();
      at.close();

      expect(acknowledged[0]).toEqual(Object.keys(DEEDS));
      expect(again).toEqual(Object.keys(DEEDS));
      expect(acknowledged.some((done) => done.length < Object.keys(DEEDS).length)).toBe(true);
    },
    KILLS * 30_000,
  );

  async function prepare(at: Asking): Promise<void> {
    await at.must('POST', `${UC}/catalogs`, { name: 'k' });
    await at.must('POST', `${UC}/schemas`, { name: 'base', catalog_name: 'k' });
    const parent = { catalog_name: 'k', schema_name: 'base' };
    await at.must('POST', `${UC}/volumes`, { ...parent, name: 'files', volume_type: 'MANAGED' });
    await at.must('POST', `${UC}/models`, { ...parent, name: 'm' });
    await at.must('POST', '/api/2.0/secrets/scopes/create', { scope: 'k' });
    await at.sql('CREATE TABLE k.base.rows (id INT, name STRING)');
  }

  /** The names of what was acknowledged; it ends with the process. */
  async function doAll(at: Asking, round: number): Promise<string[]> {
    const done: string[] = [];
    for (const [name, { write }] of Object.entries(DEEDS)) {
      const answered = await write(at, round).then(
        () => undefined,
        (error: unknown) => error,
      );
      // Whoever is killed says nothing; an answer that refuses would be a fault of its own.
      if (answered instanceof Error && /: \d{3} |SUCCEEDED|FAILED/.test(answered.message)) throw answered;
      if (answered !== undefined) return done;
      done.push(name);
    }
    return done;
  }

  async function verify(at: Asking, rounds: readonly (readonly string[])[], first: number): Promise<void> {
    for (const [index, done] of rounds.entries()) {
      for (const [name, { isThere }] of Object.entries(DEEDS)) {
        const found = await isThere(at, first + index);
        if (done.includes(name) && !found) throw new Error(`Round ${first + index} lost ${name}`);
      }
    }
  }
});

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JSONSchemaType } from 'ajv';
import { JsonDocument } from '../state/json-document';
import { DEFAULT_ENDPOINT } from './default-endpoint';
import type { PostgresKind } from './postgres-kinds';

/** A Provisioned instance as it is kept. */
export interface StoredInstance {
  name: string;
  uid: string;
  creator: string;
  createdAt: number;
  capacity: string;
  nodeCount: number;
  retentionDays: number;
  stopped: boolean;
  nativeLogin: boolean;
  readableSecondaries: boolean;
  /** What it is on its way through, and until when. */
  passing?: { state: 'STARTING' | 'UPDATING' | 'DELETING'; until: number };
}

/** An Autoscaling resource as it is kept. `status` is what the API answers with. */
export interface StoredResource {
  kind: PostgresKind;
  name: string;
  uid: string;
  owner: string;
  createdAt: number;
  updatedAt: number;
  /** Made and removed together with its parent. */
  managed: boolean;
  /** Can be brought back. */
  deletedAt?: number;
  /** It is still being made until then. */
  readyAt: number;
  status: Readonly<Record<string, unknown>>;
}

export interface LakebaseDocument {
  instances: readonly StoredInstance[];
  resources: readonly StoredResource[];
}

/** What the default instance is called and who has it. */
export interface LakebaseOwner {
  readonly instanceName: string;
  readonly instanceUid: string;
  readonly owner: string;
  readonly createdAt: number;
}

const text = { type: 'string', minLength: 1 } as const;
const integer = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;

// Said without its type: that one cannot describe a status, whose fields differ by kind.
const schema: object = {
  type: 'object',
  required: ['instances', 'resources'],
  properties: {
    instances: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'uid', 'creator', 'createdAt', 'capacity', 'nodeCount', 'retentionDays', 'stopped'],
        properties: { name: text, uid: text, creator: text, createdAt: integer, capacity: text, stopped: flag },
      },
    },
    resources: {
      type: 'array',
      items: {
        type: 'object',
        required: ['kind', 'name', 'uid', 'owner', 'createdAt', 'updatedAt', 'managed', 'readyAt', 'status'],
        properties: {
          kind: { enum: ['project', 'branch', 'endpoint', 'database', 'role'] },
          name: text,
          uid: text,
          owner: text,
          createdAt: integer,
          updatedAt: integer,
          managed: flag,
          readyAt: integer,
          status: { type: 'object' },
        },
      },
    },
  },
};

export function openLakebaseDocument(
  stateDirectory: string,
  owner: LakebaseOwner,
): Promise<JsonDocument<LakebaseDocument>> {
  return JsonDocument.open<LakebaseDocument>(join(stateDirectory, 'workspace', 'lakebase.json'), {
    version: 1,
    schema: schema as JSONSchemaType<LakebaseDocument>,
    create: () => newLakebase(owner),
  });
}

function newLakebase({ instanceName, instanceUid, owner, createdAt }: LakebaseOwner): LakebaseDocument {
  const [projects = '', project = '', branches = '', branch = ''] = DEFAULT_ENDPOINT.split('/');
  const projectName = `${projects}/${project}`;
  const branchName = `${projectName}/${branches}/${branch}`;
  const made = { owner, createdAt, updatedAt: createdAt, readyAt: createdAt };
  return {
    instances: [
      {
        name: instanceName,
        uid: instanceUid,
        creator: owner,
        createdAt,
        capacity: 'CU_1',
        nodeCount: 1,
        retentionDays: 7,
        stopped: false,
        nativeLogin: false,
        readableSecondaries: false,
      },
    ],
    resources: [
      {
        ...made,
        kind: 'project',
        name: projectName,
        uid: randomUUID(),
        managed: false,
        status: { display_name: project, pg_version: 17 },
      },
      { ...made, kind: 'branch', name: branchName, uid: shortUid('br'), managed: true, status: { default: true } },
      { ...made, kind: 'endpoint', name: DEFAULT_ENDPOINT, uid: shortUid('ep'), managed: true, status: {} },
      {
        ...made,
        kind: 'database',
        name: `${branchName}/databases/databricks-postgres`,
        uid: randomUUID(),
        managed: false,
        status: { postgres_database: 'databricks_postgres', role: `${branchName}/roles/databricks-superuser` },
      },
    ],
  };
}

/** How branches and endpoints are called by the platform inside. */
export function shortUid(prefix: 'br' | 'ep'): string {
  return `${prefix}-${randomUUID().slice(0, 20)}`;
}

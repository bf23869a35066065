import type { FastifyInstance } from 'fastify';
import type { Access } from '../identity/access';
import type { Tokens } from '../identity/tokens';
import { DatabaseInstances } from './database-instances';
import { DatabasePurges } from './database-purges';
import { EndpointComputes } from './endpoint-computes';
import { LakebaseDatabases } from './lakebase';
import { instanceRoutes } from './instance-routes';
import { openLakebaseDocument, type LakebaseOwner, type StoredResource } from './lakebase-document';
import type { Fields } from './postgres-kinds';
import { PostgresOperations } from './postgres-operations';
import { fullStatus, PostgresResources } from './postgres-resources';
import { postgresRoutes } from './postgres-routes';

export interface DatabaseOptions {
  readonly stateDirectory: string;
  readonly owner: LakebaseOwner;
  /** Longest life of a credential. */
  readonly credentialLifetimeSeconds: number;
  /** How long making or changing something takes. */
  readonly controlPlaneMilliseconds: number;
  /** How long an endpoint that sleeps takes to wake. */
  readonly wakeMilliseconds: number;
  /** Major version of the Postgres behind the gateway. */
  readonly postgresVersion: number;
}

/** Both kinds of Lakebase: their control planes, and the passwords that the gateway asks for. */
export async function databaseRoutes(
  app: FastifyInstance,
  access: Access,
  tokens: Tokens,
  options: DatabaseOptions,
): Promise<LakebaseDatabases> {
  const { owner, credentialLifetimeSeconds, controlPlaneMilliseconds, postgresVersion } = options;
  const document = await openLakebaseDocument(options.stateDirectory, owner);
  const instances = new DatabaseInstances(document, owner.instanceName, controlPlaneMilliseconds, postgresVersion);
  const resources = new PostgresResources(document, controlPlaneMilliseconds);
  const computes = new EndpointComputes(options.wakeMilliseconds);
  app.addHook('onClose', () => document.settle());

  const describe = (resource: StoredResource): Fields => {
    const parent = resource.name.split('/').slice(0, -2).join('/');
    const [id = ''] = resource.name.split('/').slice(-1);
    return {
      name: resource.name,
      [`${resource.kind}_id`]: id,
      uid: resource.uid,
      ...(parent === '' ? {} : { parent }),
      create_time: new Date(resource.createdAt).toISOString(),
      update_time: new Date(resource.updatedAt).toISOString(),
      status: resource.kind === 'endpoint' ? endpointStatus(resource) : fullStatus(resource),
    };
  };
  const endpointStatus = (resource: StoredResource): Fields => {
    const host = resources.hostOf(resource);
    return {
      ...fullStatus(resource),
      current_state: Date.now() < resource.readyAt ? 'INIT' : computes.state(resource.name),
      hosts: { host, read_write_pooled_host: host, read_only_host: host },
    };
  };

  const purges = new DatabasePurges();
  instanceRoutes(app, access, tokens, instances, { purges, credentialLifetimeSeconds });
  postgresRoutes(app, access, tokens, {
    ...{ resources, purges },
    operations: new PostgresOperations(),
    describe,
    credentialLifetimeSeconds,
  });
  return new LakebaseDatabases(instances, resources, computes, purges);
}

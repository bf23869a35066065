import type { FastifyInstance } from 'fastify';
import type { TemporaryKeys } from '../s3/s3-keys';
import type { Metastore } from '../unity-catalog/metastore';
import { artifactStorageRoutes } from './artifact-storage-routes';
import { loggedModelsRoutes, mlflowRoutes, type MlflowParts } from './mlflow-routes';
import { registerModel, type ModelToRegister } from './register-model';
import { registeredModelsRoutes } from './registered-models-routes';
import { registryRoutes } from './registry-routes';
import { Runs } from './runs';

export interface MlflowOptions extends Omit<MlflowParts, 'runs'> {
  readonly stateDirectory: string;
  readonly keys: TemporaryKeys;
}

/** MLflow as far as models are read: runs with their artifacts, and the registry in Unity Catalog. */
export class Mlflow {
  private constructor(
    private readonly runs: Runs,
    private readonly metastore: Metastore,
  ) {}

  static async start(server: FastifyInstance, { stateDirectory, keys, ...parts }: MlflowOptions): Promise<Mlflow> {
    const { access, lookup, links } = parts;
    const runs = await Runs.open(stateDirectory);
    mlflowRoutes(server, { ...parts, runs });
    loggedModelsRoutes(server, access);
    registryRoutes(server, access, lookup, keys);
    registeredModelsRoutes(server, access, lookup);
    await server.register(async (scope) => artifactStorageRoutes(scope, links, runs));
    return new Mlflow(runs, lookup.metastore);
  }

  registerModel(fullName: string, model: ModelToRegister): Promise<void> {
    return registerModel({ metastore: this.metastore, runs: this.runs }, fullName, model);
  }

  settle(): Promise<void> {
    return this.runs.settle();
  }
}

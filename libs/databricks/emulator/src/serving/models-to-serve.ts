import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Directory, Principal } from '../identity/directory';
import type { SecretScopes } from '../secrets/secret-scopes';
import type { Lookup } from '../unity-catalog/lookup';
import { findVersion } from '../unity-catalog/model-details';
import { RegisteredModels } from '../unity-catalog/registered-models';
import type { NewConfig } from './config-request';
import { externalModel } from './external/external-model';
import { secretNamedBy } from './external/external-model-request';
import { foundationModel } from './foundation/foundation-models';
import { loadServedModel } from './models/load-served-model';
import type { GenerationTimes, LoadedModel } from './served-model';
import type { StoredEntity, StoredExternalModel } from './serving-document';

export interface ModelSources {
  readonly lookup: Lookup;
  readonly directory: Directory;
  readonly secretScopes: SecretScopes;
  readonly times: GenerationTimes;
}

/** Where the models behind endpoints come from: Unity Catalog, the workspace itself, or other servers. */
export class ModelsToServe {
  private readonly registered: RegisteredModels;

  constructor(private readonly sources: ModelSources) {
    this.registered = new RegisteredModels(sources.lookup.metastore);
  }

  /** Refuses a configuration of models that are not there, or that the caller may not use. */
  admit(caller: Principal, { entities }: NewConfig): void {
    for (const { kind, entityName, entityVersion, external } of entities) {
      if (kind === 'foundation') this.foundation(entityName);
      else if (external !== undefined) this.admitKey(caller, external);
      else {
        const model = this.sources.lookup.require(caller, 'MODEL', entityName);
        if (findVersion(model, Number(entityVersion)) === undefined) throw noSuchVersion(entityName, entityVersion);
      }
    }
  }

  async load(entity: StoredEntity, log: (line: string) => void): Promise<LoadedModel> {
    const { kind, entityName, external } = entity;
    if (kind === 'foundation') return this.foundation(entityName).load(this.sources.times);
    if (external !== undefined) {
      log(`Passing requests on to ${external.baseUrl}`);
      return externalModel(entityName, external, () => this.keyOf(entity, external));
    }
    return this.custom(entity, log);
  }

  private async custom({ entityName, entityVersion }: StoredEntity, log: (line: string) => void): Promise<LoadedModel> {
    const { lookup } = this.sources;
    const model = lookup.existing('MODEL', entityName);
    const version = findVersion(model, Number(entityVersion));
    if (version === undefined) throw noSuchVersion(entityName, entityVersion);
    if (version.status !== 'READY') {
      throw new ServiceRefusal(400, 'INVALID_STATE', `Version ${version.version} of ${entityName} is not READY`);
    }
    log(`Loading ${model.fullName} version ${version.version}`);
    const served = await loadServedModel(this.registered.directoryOf(model, version.version));
    log('Loaded, and its signature is good');
    return {
      answer: async ({ body, contentType }) => ({ body: { predictions: served.predict({ body, contentType }) } }),
      openapi: () => served.openapi(),
    };
  }

  private foundation(name: string) {
    const model = foundationModel(name);
    if (model !== undefined) return model;
    throw new ServiceRefusal(
      404,
      'RESOURCE_DOES_NOT_EXIST',
      `Foundation model '${name.slice(0, 200)}' does not exist in the local workspace.`,
    );
  }

  private admitKey(caller: Principal, { keyReference }: StoredExternalModel): void {
    const secret = keyReference === undefined ? undefined : secretNamedBy(keyReference);
    if (secret !== undefined) this.sources.secretScopes.secret(caller, secret.scope, secret.key);
  }

  /** Read with the rights of who made the endpoint: its users need none on the secret. */
  private keyOf({ creator }: StoredEntity, { keyReference, plaintextKey }: StoredExternalModel): string | undefined {
    const secret = keyReference === undefined ? undefined : secretNamedBy(keyReference);
    if (secret === undefined) return plaintextKey;
    const owner = this.sources.directory.find(creator);
    if (owner === undefined) throw invalidParameter(`${creator}, who made the served entity, does not exist any more`);
    return Buffer.from(this.sources.secretScopes.secret(owner, secret.scope, secret.key).value, 'base64').toString();
  }
}

function noSuchVersion(model: string, version: string | undefined): ServiceRefusal {
  return new ServiceRefusal(
    404,
    'RESOURCE_DOES_NOT_EXIST',
    `Version ${version ?? ''} of registered model '${model}' does not exist.`,
  );
}

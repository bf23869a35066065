import {
  PlatformError,
  type DatabricksClient,
  type ServedEntity,
  type ServingEndpoint,
} from '@lakescope/databricks-client';
import { kindOf } from '../endpoints/model-type';
import type { SchemaSource } from './detected-schema';
import type { InputSchema } from './json-schema';
import { UnreadableSignature, signatureOfHistory, signatureOfMlModel, type ModelSignature } from './model-signature';
import { schemaOfOpenApi } from './openapi-schema';
import { schemaOfSignature } from './signature-schema';

const MLMODEL_BYTES = 4 * 1024 * 1024;
const HISTORY_TAG = 'mlflow.log-model.history';

export interface FoundInput {
  readonly source: SchemaSource;
  readonly input: InputSchema;
}

/** Asks the platform, and waits when it is asked too often. */
export type Asking = <T>(call: (options: { signal: AbortSignal }) => Promise<T>) => Promise<T>;

/** What became of the places where the schema of a custom model may be known. */
export interface SourceSearch {
  readonly found: FoundInput | undefined;
  /** Why places said nothing, in their order. */
  readonly misses: readonly string[];
  /** Whether the endpoint itself refused the caller. */
  readonly isDenied: boolean;
}

/**
 * Where custom models say what they take: the `MLmodel` file of their version (a Files API path below `/Models`), the OpenAPI document of the
 * endpoint, the run that logged the model. The first that knows is enough; one that fails is told of and the next one asked. What ends the
 * detection as a whole (its time, the client, a token that is no good) is thrown.
 */
export class CustomModelSources {
  private readonly misses: string[] = [];
  private isDenied = false;

  constructor(
    private readonly client: Pick<DatabricksClient, 'files' | 'models' | 'serving'>,
    private readonly ask: Asking,
  ) {}

  async search(endpoint: ServingEndpoint): Promise<SourceSearch> {
    const entity = busiest(endpoint);
    const found =
      (await this.tried('The MLmodel file', 'mlmodel', () => this.fromFile(entity))) ??
      (await this.tried('The OpenAPI document', 'openapi', () => this.fromOpenApi(endpoint, entity))) ??
      (await this.tried('The run of the model', 'mlmodel', () => this.fromRun(entity)));
    return { found, misses: this.misses, isDenied: this.isDenied };
  }

  private async tried(
    what: string,
    source: SchemaSource,
    look: () => Promise<InputSchema | undefined>,
  ): Promise<FoundInput | undefined> {
    if (this.isDenied) return undefined;
    try {
      const input = await look();
      if (input !== undefined) return { source, input };
      this.misses.push(`${what} says nothing about its inputs`);
    } catch (error) {
      if (!isMiss(error)) throw error;
      if (source === 'openapi' && error instanceof PlatformError && error.kind === 'permission_denied')
        this.isDenied = true;
      this.misses.push(`${what} could not be read: ${error.message}`);
    }
    return undefined;
  }

  private async fromFile({
    entity_name: name = '',
    entity_version: version = '',
  }: ServedEntity): Promise<InputSchema | undefined> {
    const parts = name.split('.');
    if (parts.length !== 3 || version === '') return undefined;
    const path = `/Models/${parts.join('/')}/${version}/MLmodel`;
    const text = await this.ask(({ signal }) =>
      this.client.files.readText(path, { signal, maximumBytes: MLMODEL_BYTES, retry: SOON }),
    );
    return schemaOf(signatureOfMlModel(text));
  }

  private async fromOpenApi({ name }: ServingEndpoint, entity: ServedEntity): Promise<InputSchema | undefined> {
    const text = await this.ask(({ signal }) => this.client.serving.openApi(name, { signal, retry: SOON }));
    return schemaOfOpenApi(text, entity.name);
  }

  private async fromRun({
    entity_name: name,
    entity_version: version,
  }: ServedEntity): Promise<InputSchema | undefined> {
    if (name === undefined || version === undefined) return undefined;
    const runId = await this.ask(({ signal }) => this.client.models.runOf(name, version, { signal, retry: SOON }));
    if (runId === undefined || runId === '') return undefined;
    const tags = await this.ask(({ signal }) => this.client.models.runTags(runId, { signal, retry: SOON }));
    const history = tags.find(({ key }) => key === HISTORY_TAG)?.value;
    return history === undefined ? undefined : schemaOf(signatureOfHistory(history));
  }
}

/** There is another place to ask, so none is waited for long. */
export const SOON = { delaysMs: [100, 300], budgetMs: 1_000, waitWhenRateLimited: false } as const;

function schemaOf(signature: ModelSignature | undefined): InputSchema | undefined {
  if (signature === undefined || signature.columns.length + signature.tensors.length === 0) return undefined;
  return schemaOfSignature(signature);
}

/** The own model that gets most of the requests. */
function busiest({ config }: ServingEndpoint): ServedEntity {
  const routes = config?.traffic_config?.routes ?? [];
  const share = ({ name }: ServedEntity): number =>
    routes.find((route) => (route.served_entity_name ?? route.served_model_name) === name)?.traffic_percentage ?? 0;
  const own = (config?.served_entities ?? []).filter((entity) => kindOf(entity) === 'custom');
  return own.reduce((best, one) => (share(one) > share(best) ? one : best), own[0] ?? {});
}

const FATAL: ReadonlySet<string> = new Set(['aborted', 'rate_limited', 'token_expired', 'unauthenticated']);

function isMiss(error: unknown): error is Error {
  if (error instanceof UnreadableSignature) return true;
  return error instanceof PlatformError && !FATAL.has(error.kind);
}

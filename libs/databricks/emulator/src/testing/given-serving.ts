import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorEnvelope, ServedEntity, ServingConfig, ServingEndpoint } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { WorkspaceOptions } from '../workspace/workspace-options';
import { ask, givenWorkspace, type Answer } from './given-workspace';

export const SERVING = '/api/2.0/serving-endpoints';
export const CHAT = { entity_name: 'system.ai.lakescope-local-chat', name: 'chat' };
export const EMBEDDINGS = { entity_name: 'system.ai.lakescope-local-embeddings', name: 'embeddings' };

const MLMODEL = `
flavors:
  lakescope_local:
    data: model.json
signature:
  inputs: '[{"type":"double","name":"miles"}]'
  outputs: '[{"type":"double"}]'
`;

/** A workspace that deploys and speaks fast, and requests to its serving endpoints. */
export class ServingWorkspace {
  private constructor(
    readonly workspace: LocalWorkspace,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(options: Partial<WorkspaceOptions> = {}): Promise<ServingWorkspace> {
    const { workspace, stop } = await givenWorkspace({
      ...{ servingDeployMilliseconds: 5, servingTokenMilliseconds: 1, servingWakeMilliseconds: 50 },
      ...options,
    });
    return new ServingWorkspace(workspace, stop);
  }

  send(method: string, path: string, body?: unknown, persona: PersonaName = 'admin'): Promise<Answer> {
    return ask(this.workspace, path, {
      ...{ method, token: this.workspace.personas[persona].token },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  invoke(name: string, body: unknown, persona: PersonaName = 'admin'): Promise<Answer> {
    return this.send('POST', `/serving-endpoints/${name}/invocations`, body, persona);
  }

  async get(name: string): Promise<ServingEndpoint> {
    return (await this.send('GET', `${SERVING}/${name}`)).json<ServingEndpoint>();
  }

  /** The endpoint once nothing is being deployed. */
  async settled(name: string): Promise<ServingEndpoint> {
    for (;;) {
      const endpoint = await this.get(name);
      if (endpoint.state?.config_update !== 'IN_PROGRESS') return endpoint;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** An endpoint that is ready. */
  async endpoint(
    name: string,
    served: readonly ServedEntity[] = [CHAT],
    access: Parameters<LocalWorkspace['createServingEndpoint']>[1] = {},
    traffic?: ServingConfig['traffic_config'],
  ): Promise<void> {
    const config = { served_entities: [...served], ...(traffic === undefined ? {} : { traffic_config: traffic }) };
    await this.workspace.createServingEndpoint({ name, config }, access);
  }

  /** A version of `demo.models.<name>` that answers `factor` times the miles. */
  async model(name: string, factor: number): Promise<{ entity_name: string; entity_version: string }> {
    await this.workspace.createCatalog('demo');
    await this.workspace.createSchema('demo', 'models');
    const { version, directory } = await this.workspace.createModelVersion(`demo.models.${name}`);
    const file = {
      ...{ format: 'lakescope_local', format_version: 1, kind: 'linear_regression' },
      features: [{ column: 'miles', as: 'number', missing: 0 }],
      ...{ intercept: 0, coefficients: [factor] },
    };
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'model.json'), JSON.stringify(file));
    await writeFile(join(directory, 'MLmodel'), MLMODEL);
    return { entity_name: `demo.models.${name}`, entity_version: String(version) };
  }
}

/** Status and code of a refusal. */
export function refusalOf(answer: Answer): [number, unknown] {
  return [answer.status, answer.json<ErrorEnvelope>().error_code];
}

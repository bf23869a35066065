import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import { LaunchError } from '../launch-error';

const ENDPOINT = 'local-llm';
const SECRET = { scope: ENDPOINT, key: 'api-key' };

/** A language model of the developer's own, behind an OpenAI-compatible server. */
export interface LocalLlm {
  /** Without the path of a task: `http://localhost:11434/v1`. */
  readonly url: string;
  /** The name its server knows it by. */
  readonly model: string;
  readonly apiKey?: string;
}

/** `LOCAL_LLM_URL`, `LOCAL_LLM_MODEL` and `LOCAL_LLM_API_KEY`. Throws a LaunchError for an address that is none. */
export function localLlm(environment: NodeJS.ProcessEnv): LocalLlm | undefined {
  const { LOCAL_LLM_URL: url, LOCAL_LLM_MODEL: model, LOCAL_LLM_API_KEY: apiKey } = environment;
  if (url === undefined || url === '') return undefined;
  const { protocol, username, search, hash } = URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (!/^https?:$/.test(protocol) || username || search || hash) {
    throw new LaunchError('LOCAL_LLM_URL must be a plain http or https address, like http://localhost:11434/v1');
  }
  return { url, model: model || 'default', ...(apiKey ? { apiKey } : {}) };
}

type ServingWorkspace = Pick<LocalWorkspace, 'url' | 'personas' | 'createServingEndpoint'>;

/**
 * Makes `local-llm` pass requests on to this model, or takes it away when there is none: what an earlier start was told is not
 * true any more. The key lies in a secret of the workspace, as on the platform.
 */
export async function serveLocalLlm(workspace: ServingWorkspace, llm: LocalLlm | undefined): Promise<void> {
  await send(workspace, 'DELETE', `/api/2.0/serving-endpoints/${ENDPOINT}`);
  if (llm === undefined) return;
  if (llm.apiKey !== undefined) {
    await send(workspace, 'POST', '/api/2.0/secrets/scopes/create', { scope: SECRET.scope });
    await send(workspace, 'POST', '/api/2.0/secrets/put', { ...SECRET, string_value: llm.apiKey });
  }
  const key = llm.apiKey === undefined ? {} : { openai_api_key: `{{secrets/${SECRET.scope}/${SECRET.key}}}` };
  const external = { name: llm.model, provider: 'openai', task: 'llm/v1/chat' };
  await workspace.createServingEndpoint(
    {
      name: ENDPOINT,
      description: 'A language model of your own, by LOCAL_LLM_URL',
      config: {
        served_entities: [
          { name: ENDPOINT, external_model: { ...external, openai_config: { openai_api_base: llm.url, ...key } } },
        ],
      },
    },
    { CAN_QUERY: ['analysts', 'engineers'] },
  );
}

/** What is gone already, or there already, is as wanted. */
async function send({ url, personas }: ServingWorkspace, method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${personas.admin.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  const text = await answer.text();
  if (answer.ok || answer.status === 404 || text.includes('RESOURCE_ALREADY_EXISTS')) return;
  throw new LaunchError(`The workspace does not serve the model of LOCAL_LLM_URL: ${answer.status} ${text}`);
}

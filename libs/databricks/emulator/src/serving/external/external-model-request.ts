import type { ServingTask } from '@lakescope/databricks-wire';
import { JsonFields } from '../../http/json-fields';
import { invalidParameter } from '../../http/refusals';
import type { StoredExternalModel } from '../serving-document';

/** `{{secrets/scope/key}}`, as endpoints name secrets. */
const REFERENCE = /^\{\{secrets\/([\w.@-]{1,128})\/([\w.-]{1,128})\}\}$/;

/** Tasks an OpenAI-compatible server has a path for. */
export const EXTERNAL_PATHS: ReadonlyMap<ServingTask, string> = new Map([
  ['llm/v1/chat', 'chat/completions'],
  ['llm/v1/completions', 'completions'],
  ['llm/v1/embeddings', 'embeddings'],
]);

const OPENAI = 'https://api.openai.com/v1';

/** The scope and the key a reference names, if it is one. */
export function secretNamedBy(reference: string): { readonly scope: string; readonly key: string } | undefined {
  const [, scope, key] = REFERENCE.exec(reference) ?? [];
  return scope === undefined || key === undefined ? undefined : { scope, key };
}

/** `external_model` of a served entity. Of the platform's providers those that speak OpenAI's language are there. */
export function externalModelFrom(value: unknown): { readonly name: string; readonly model: StoredExternalModel } {
  const fields = new JsonFields(value);
  const name = fields.requiredText('name');
  const provider = fields.requiredText('provider');
  const task = [...EXTERNAL_PATHS.keys()].find((known) => known === fields.requiredText('task'));
  if (task === undefined) throw invalidParameter(`task must be one of ${[...EXTERNAL_PATHS.keys()].join(', ')}`);
  if (provider === 'openai') {
    const config = new JsonFields(fields.value('openai_config') ?? {});
    const key = keyFrom(config.text('openai_api_key'), config.text('openai_api_key_plaintext'));
    return { name, model: { provider, task, baseUrl: urlFrom(config.text('openai_api_base') ?? OPENAI), ...key } };
  }
  if (provider === 'custom') {
    const config = new JsonFields(fields.value('custom_provider_config') ?? {});
    const bearer = new JsonFields(config.value('bearer_token_auth') ?? {});
    const key = keyFrom(bearer.text('token'), bearer.text('token_plaintext'));
    return { name, model: { provider, task, baseUrl: urlFrom(config.requiredText('custom_provider_url')), ...key } };
  }
  throw invalidParameter(
    `The local workspace serves external models of OpenAI-compatible servers: provider must be openai or custom`,
  );
}

function keyFrom(
  reference: string | undefined,
  plaintext: string | undefined,
): Pick<StoredExternalModel, 'keyReference' | 'plaintextKey'> {
  if (reference !== undefined && plaintext !== undefined) {
    throw invalidParameter('Give the key either as a secret reference or as plain text');
  }
  if (reference !== undefined && secretNamedBy(reference) === undefined) {
    throw invalidParameter('A key must be given as a secret reference: {{secrets/<scope>/<key>}}');
  }
  return {
    ...(reference === undefined ? {} : { keyReference: reference }),
    ...(plaintext === undefined || plaintext === '' ? {} : { plaintextKey: plaintext }),
  };
}

function urlFrom(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw invalidParameter(
      'The address of an external model must be an http or https URL without user, query and hash',
    );
  }
  return url.href.replace(/\/+$/, '');
}

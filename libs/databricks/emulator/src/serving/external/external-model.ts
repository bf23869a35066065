import { ServiceRefusal } from '../../http/refusals';
import { fieldsOfCall } from '../foundation/generation-request';
import type { LoadedModel, ModelAnswer } from '../served-model';
import type { StoredExternalModel } from '../serving-document';
import { EXTERNAL_PATHS } from './external-model-request';

/** The largest answer that is taken into memory; streams go through piece by piece. */
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Passes requests on to an OpenAI-compatible server, under the name the server knows the model by. What it answers goes back
 * as it is, streams piece by piece; when the client leaves, the request to the server is given up. `key` answers the key
 * anew for every request, so that a secret that was changed counts at once.
 */
export function externalModel(
  name: string,
  { provider, baseUrl, task }: StoredExternalModel,
  key: () => string | undefined,
): LoadedModel {
  const url = provider === 'openai' ? `${baseUrl}/${EXTERNAL_PATHS.get(task) ?? ''}` : baseUrl;
  return {
    answer: async ({ body, signal }) => {
      const fields = fieldsOfCall(body);
      const secret = key();
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(fields.get('stream') === true ? { accept: 'text/event-stream' } : {}),
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        },
        body: JSON.stringify({ ...Object.fromEntries(fields), model: name }),
        // A key must not follow to another server.
        redirect: 'error',
        signal,
      }).catch((error: unknown) => {
        throw unreachable(error, signal);
      });
      if (!response.ok) throw await refusalOf(response);
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true && response.body !== null) {
        return { events: response.body };
      }
      return documentOf(await bytesOf(response, signal));
    },
  };
}

function documentOf(body: Buffer): ModelAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ServiceRefusal(
      502,
      'EXTERNAL_MODEL_ERROR',
      `The external model answered something that is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const usage = typeof value === 'object' && value !== null && 'usage' in value ? value.usage : undefined;
  const tokens =
    typeof usage === 'object' && usage !== null && 'total_tokens' in usage ? usage.total_tokens : undefined;
  return { body, ...(typeof tokens === 'number' ? { usage: { total_tokens: tokens } } : {}) };
}

async function bytesOf(response: Response, signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      length += piece.length;
      if (length > MOST_ANSWER_BYTES) break;
    }
  } catch (error) {
    throw unreachable(error, signal);
  }
  if (length <= MOST_ANSWER_BYTES) return Buffer.concat(pieces);
  throw new ServiceRefusal(502, 'EXTERNAL_MODEL_ERROR', 'The answer of the external model is too large');
}

/** Statuses of the other server that mean the same to the caller; the others are its failure. */
const PASSED_ON: ReadonlyMap<number, string> = new Map([
  [400, 'BAD_REQUEST'],
  [404, 'EXTERNAL_MODEL_ERROR'],
  [413, 'BAD_REQUEST'],
  [422, 'BAD_REQUEST'],
  [429, 'REQUEST_LIMIT_EXCEEDED'],
  [503, 'TEMPORARILY_UNAVAILABLE'],
]);

/** A refused key is nothing the caller can do anything about: it belongs to the endpoint. */
async function refusalOf(response: Response): Promise<ServiceRefusal> {
  const text = (await response.text()).slice(0, 2000);
  const code = PASSED_ON.get(response.status);
  const wait = response.headers.get('retry-after');
  return new ServiceRefusal(
    code === undefined ? 502 : response.status,
    code ?? 'EXTERNAL_MODEL_ERROR',
    `The external model answered ${response.status}: ${text}`,
    wait === null ? {} : { headers: { 'retry-after': wait } },
  );
}

function unreachable(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServiceRefusal(502, 'EXTERNAL_MODEL_ERROR', `The external model cannot be reached: ${reason}`);
}

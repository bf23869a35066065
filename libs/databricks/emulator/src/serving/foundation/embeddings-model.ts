import type { EmbeddingsResponse } from '@lakescope/databricks-wire';
import type { LoadedModel } from '../served-model';
import { hash, tokensOf } from './generated-text';
import { badRequest, fieldsOfCall, refuseOtherForms, textsFrom } from './generation-request';

const MODEL = 'lakescope-local-embeddings';
export const DIMENSIONS = 256;
/** Texts in one request, as the platform's embedding models take them. */
const MOST_TEXTS = 150;

/** Unit vectors of hashed words and triples of letters: texts with words in common are near each other. */
export function embeddingsModel(): LoadedModel {
  return {
    answer: async ({ body }) => {
      const fields = fieldsOfCall(body);
      refuseOtherForms(fields, 'input');
      const texts = textsFrom(fields.get('input'), 'input');
      if (texts.length > MOST_TEXTS) throw badRequest(`'input' must hold at most ${MOST_TEXTS} texts`);
      const format = fields.get('encoding_format') ?? 'float';
      if (format !== 'float' && format !== 'base64') throw badRequest("'encoding_format' must be float or base64");
      const tokens = texts.reduce((sum, text) => sum + tokensOf(text).length, 0);
      const usage = { prompt_tokens: tokens, total_tokens: tokens };
      const answer: EmbeddingsResponse = {
        object: 'list',
        model: MODEL,
        data: texts.map((text, index) => {
          const vector = embeddingOf(text);
          return { index, object: 'embedding', embedding: format === 'float' ? [...vector] : base64(vector) };
        }),
        usage,
      };
      return { body: answer, usage };
    },
  };
}

export function embeddingOf(text: string): Float32Array {
  const sums = new Float64Array(DIMENSIONS);
  const add = (feature: string, weight: number): void => {
    const mixed = hash(feature);
    const place = mixed % DIMENSIONS;
    // The sign keeps features that share a place from only ever adding up.
    sums[place] = (sums[place] ?? 0) + ((mixed >>> 16) % 2 === 0 ? weight : -weight);
  };
  for (const token of tokensOf(text.toLowerCase())) {
    const word = token.trim();
    add(`word ${word}`, 2);
    const padded = `^${word}$`;
    for (let start = 0; start + 3 <= padded.length; start += 1) add(padded.slice(start, start + 3), 1);
  }
  const length = Math.hypot(...sums);
  // A text of no words has a direction, too: a vector of zeros is no unit vector.
  if (length === 0) return Float32Array.from(sums, (_value, index) => (index === 0 ? 1 : 0));
  return Float32Array.from(sums, (value) => value / length);
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

import { isAscii } from 'node:buffer';
import type { InvocationOutcome } from './model-invoker';

/** Of longer answers a text would be one more copy, and be written as bytes all the same. */
const SHORT_BYTES = 16 * 1024;

/** The answer as JSON around the model's own. A short one of plain characters is a text, which leaves together with its headers in one piece. */
export function writtenAnswer({
  requestId,
  executionTimeMs,
  prediction,
}: Pick<InvocationOutcome & { status: 'SUCCESS' }, 'requestId' | 'executionTimeMs' | 'prediction'>): string | Buffer {
  const { predictions, usage, servedEntity } = prediction;
  const head =
    `{"request_id":"${requestId}","status":"SUCCESS","execution_time_ms":${executionTimeMs},` +
    `"served_entity":${servedEntity === undefined ? 'null' : JSON.stringify(servedEntity)},` +
    `"usage":${usage === undefined ? 'null' : JSON.stringify(usage)},"predictions":`;
  if (predictions.length <= SHORT_BYTES && isAscii(predictions)) return `${head}${predictions.toString('latin1')}}`;
  const headBytes = Buffer.byteLength(head);
  const answer = Buffer.allocUnsafe(headBytes + predictions.length + 1);
  answer.write(head);
  predictions.copy(answer, headBytes);
  answer[answer.length - 1] = 0x7d;
  return answer;
}

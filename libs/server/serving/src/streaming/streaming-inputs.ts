import { readObject } from '../invocations/json-text';

const TRUE = Buffer.from('true');

/** The inputs as they came, and `"stream": true` among them. */
export function streamingInputs(inputs: Buffer): Buffer {
  const { members } = readObject(inputs);
  const place = members.get('stream');
  if (place !== undefined) return Buffer.concat([inputs.subarray(0, place.start), TRUE, inputs.subarray(place.end)]);
  const end = inputs.lastIndexOf('}');
  const comma = members.size === 0 ? '' : ',';
  return Buffer.concat([inputs.subarray(0, end), Buffer.from(`${comma}"stream":true}`)]);
}

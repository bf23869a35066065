import { TokenRefusal } from '../http/refusals';

/**
 * A parameter of the authorize or token endpoint; an empty one counts as absent. RFC 6749 forbids repeated ones: two
 * parties could read different values.
 */
export function singleValue(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new TokenRefusal(400, 'invalid_request', `${name} is given more than once`);
  return values[0] === '' ? undefined : values[0];
}

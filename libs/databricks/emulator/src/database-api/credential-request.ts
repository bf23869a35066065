import { invalidParameter } from '../http/refusals';
import { asFields } from './postgres-kinds';

// Limits of the credential API of Lakebase Autoscaling.
const shortest = 300;
const longest = 3600;

/** Restrictions a client may put on a credential; they are carried in it. */
export function acceptedClaims(claims: unknown): readonly object[] | undefined {
  if (claims === undefined) return undefined;
  const valid =
    Array.isArray(claims) &&
    claims.every((claim) => {
      const { permission_set, resources = [] } = asFields(claim);
      return (
        (permission_set === 'READ_ONLY' || permission_set === 'READ_WRITE') &&
        Array.isArray(resources) &&
        resources.every((resource) => typeof asFields(resource)['table_name'] === 'string')
      );
    });
  if (!valid) throw invalidParameter('claims must be a list of {permission_set, resources: [{table_name}]}');
  return claims as object[];
}

/** How long a credential is asked to live, as a `ttl` ("3600s") or an `expire_time`; undefined leaves it to the platform. */
export function askedLifetime(ttl: unknown, expireTime: unknown, now: number): number | undefined {
  if (ttl !== undefined && expireTime !== undefined)
    throw invalidParameter('Only one of ttl and expire_time may be set');
  if (ttl === undefined && expireTime === undefined) return undefined;
  const lifetime =
    ttl === undefined
      ? Math.round((Date.parse(String(expireTime)) - now) / 1000)
      : Number(/^(\d+)(\.\d+)?s$/.exec(String(ttl))?.[1]);
  if (!(lifetime >= shortest && lifetime <= longest)) {
    throw invalidParameter(`A credential lives ${shortest} to ${longest} seconds`);
  }
  return lifetime;
}

/** RFC 3339 without fractions, as credentials are dated. */
export function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

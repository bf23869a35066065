import { ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { StoredEndpoint, StoredRateLimit } from './serving-document';

const MINUTE = 60_000;

interface Window {
  startedAt: number;
  calls: number;
  tokens: number;
}

/** Counts calls and tokens against the rate limits of endpoints: a minute begins with the first call in it. */
export class RateLimits {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a call, or refuses it. What is answered takes the tokens the call has used in the end. */
  take(caller: Principal, { id, name, rateLimits }: StoredEndpoint): (tokens: number) => void {
    const counted = rateLimits.flatMap((limit, index) => {
      const whose = bucketOf(caller, limit);
      return whose === undefined ? [] : [{ limit, window: this.window(`${id}/${index}/${whose}`) }];
    });
    for (const { limit, window } of counted) {
      const { calls = Infinity, tokens = Infinity } = limit;
      if (window.calls < calls && window.tokens < tokens) continue;
      throw tooMany(name, limit, window.startedAt + MINUTE - this.now());
    }
    for (const { window } of counted) window.calls += 1;
    return (tokens) => {
      for (const { window } of counted) window.tokens += tokens;
    };
  }

  /** The limits of an endpoint have changed, or it is gone. */
  forget(endpointId: string): void {
    for (const key of this.windows.keys()) if (key.startsWith(`${endpointId}/`)) this.windows.delete(key);
  }

  private window(key: string): Window {
    const known = this.windows.get(key);
    if (known !== undefined && this.now() - known.startedAt < MINUTE) return known;
    const fresh = { startedAt: this.now(), calls: 0, tokens: 0 };
    this.windows.set(key, fresh);
    return fresh;
  }
}

/** Whose calls are counted together; undefined: the limit is not for this caller. */
function bucketOf(caller: Principal, { key, principal }: StoredRateLimit): string | undefined {
  switch (key) {
    case 'endpoint':
      return 'endpoint';
    case 'user':
      return caller.kind === 'user' && (principal ?? caller.name) === caller.name ? caller.name : undefined;
    case 'service_principal':
      return caller.kind !== 'user' && (principal ?? caller.name) === caller.name ? caller.name : undefined;
    case 'user_group':
      return principal !== undefined && caller.groups.includes(principal) ? principal : undefined;
  }
}

function tooMany(endpoint: string, { calls, tokens }: StoredRateLimit, milliseconds: number): ServiceRefusal {
  const most = [calls === undefined ? '' : `${calls} calls`, tokens === undefined ? '' : `${tokens} tokens`];
  return new ServiceRefusal(
    429,
    'REQUEST_LIMIT_EXCEEDED',
    `Exceeded the rate limit of endpoint ${endpoint}: ${most.filter((one) => one !== '').join(' and ')} per minute.`,
    { headers: { 'retry-after': String(Math.max(1, Math.ceil(milliseconds / 1000))) } },
  );
}

import type { Principal } from '../identity/directory';
import { RateLimits } from './rate-limits';
import type { StoredEndpoint, StoredRateLimit } from './serving-document';

const person = (name: string, groups: readonly string[] = [], kind: Principal['kind'] = 'user'): Principal => ({
  ...{ kind, id: name, name, displayName: name, givenName: undefined, familyName: undefined, active: true },
  ...{ entitlements: [], memberships: [], groups },
});

describe('rate limits', () => {
  let now = 0;
  const endpoint = (...rateLimits: StoredRateLimit[]): StoredEndpoint => ({
    ...{ id: 'e', name: 'e', description: '', creator: 'c', createdAt: 0, updatedAt: 0, routeOptimized: false },
    ...{ tags: [], usageTracking: false, rateLimits },
  });
  const outcome = (limits: RateLimits, caller: Principal, asked: StoredEndpoint): string => {
    try {
      limits.take(caller, asked)(0);
      return 'taken';
    } catch (error) {
      return String((error as { headers: Record<string, string> }).headers['retry-after']);
    }
  };
  const given = (): RateLimits => new RateLimits(() => now);

  beforeEach(() => (now = 1_000_000));

  it('of an endpoint count the calls of everybody, and begin anew after a minute', () => {
    const [limits, asked] = [given(), endpoint({ key: 'endpoint', calls: 2 })];
    const [ana, ben] = [person('ana'), person('ben')];

    const first = [outcome(limits, ana, asked), outcome(limits, ben, asked), outcome(limits, ben, asked)];
    now += 45_000;
    const later = outcome(limits, ana, asked);
    now += 15_000;

    expect([...first, later, outcome(limits, ana, asked)]).toEqual(['taken', 'taken', '60', '15', 'taken']);
  });

  it('of users count each by himself, and leave service principals alone', () => {
    const [limits, asked] = [given(), endpoint({ key: 'user', calls: 1 })];
    const app = person('app', [], 'service_principal');

    const outcomes = ['ana', 'ana', 'ben'].map((name) => outcome(limits, person(name), asked));

    expect([...outcomes, outcome(limits, app, asked), outcome(limits, app, asked)]).toEqual([
      'taken',
      '60',
      ...['taken', 'taken', 'taken'],
    ]);
  });

  it('of a group count its members together', () => {
    const [limits, asked] = [given(), endpoint({ key: 'user_group', principal: 'analysts', calls: 1 })];

    const outcomes = [person('ana', ['analysts']), person('ben', ['analysts']), person('eve')].map((caller) =>
      outcome(limits, caller, asked),
    );

    expect(outcomes).toEqual(['taken', '60', 'taken']);
  });

  it('of tokens refuse once they are used up, and a refused call uses none', () => {
    const [limits, asked] = [given(), endpoint({ key: 'endpoint', tokens: 10 })];

    limits.take(person('ana'), asked)(7);
    limits.take(person('ana'), asked)(7);

    expect(outcome(limits, person('ana'), asked)).toBe('60');
    limits.forget('e');
    expect(outcome(limits, person('ana'), asked)).toBe('taken');
  });

  it('of zero refuse every call', () => {
    expect(outcome(given(), person('ana'), endpoint({ key: 'user', calls: 0 }))).toBe('60');
  });
});

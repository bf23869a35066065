import { PlatformError, Secret } from '@lakescope/databricks-client';
import { UserCaller } from './caller';
import { HttpLimits } from './http-limits';
import { PermissionProbes, type PermissionFinding, type PermissionProbe } from './permission-probes';

const caller = new UserCaller(
  { userId: 'ana@example.com', displayName: 'Ana', active: true, emails: [], groups: [] },
  new Secret('token'),
);

describe('permission probes', () => {
  it('are tried all at once and reported in their order', async () => {
    const order: string[] = [];
    const slow = probe('slow', async () => {
      order.push('slow starts');
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('slow ends');
      return { state: 'allowed' };
    });
    const quick = probe('quick', () => {
      order.push('quick');
      return Promise.resolve({ state: 'allowed' });
    });

    const reports = await check(slow, quick);

    expect(order).toEqual(['slow starts', 'quick', 'slow ends']);
    expect(reports.map(({ probe: { feature } }) => feature)).toEqual(['slow', 'quick']);
  });

  it('get the places that the one they need has found, whatever the order they came in', async () => {
    const seen: unknown[] = [];
    const below = probe('below', (_caller, _signal, places) => {
      seen.push(...places);
      return Promise.resolve({ state: 'allowed' });
    });

    await check(
      { ...below, needs: 'above' },
      probe('above', () => Promise.resolve({ state: 'allowed', places: ['demo'] })),
    );

    expect(seen).toEqual(['demo']);
  });

  it('are not tried while the one they need is denied, nor those that need them', async () => {
    const never = (): Promise<PermissionFinding> => Promise.reject(new Error('was tried'));

    const reports = await check(
      probe('first', () => Promise.resolve({ state: 'denied' })),
      { ...probe('second', never), needs: 'first' },
      { ...probe('third', never), needs: 'second' },
    );

    expect(reports.map(({ finding: { state } }) => state)).toEqual(['denied', 'unknown', 'unknown']);
    expect(reports.map(({ finding: { reason } }) => reason)).toEqual([
      undefined,
      'Cannot be tried before “Title of first” works.',
      'Cannot be tried before “Title of second” works.',
    ]);
  });

  it.each([
    ['a missing scope', new PlatformError('scope_missing', 'no', { scopes: ['files'] }), 'denied', 'files'],
    ['a refusal', new PlatformError('permission_denied', 'No.'), 'denied', undefined],
    ['an outage', new PlatformError('unavailable', 'Away.'), 'unknown', undefined],
    ['a refused token', new PlatformError('token_expired', 'Old.'), 'unknown', undefined],
    ['a bug', new TypeError('x is not a function'), 'unknown', undefined],
  ])('make a finding of %s', async (_, error, state, missingScope) => {
    const [thrown, rejected] = await check(
      probe('throws', () => {
        throw error;
      }),
      probe('rejects', () => Promise.reject(error)),
    );

    for (const report of [thrown, rejected]) expect(report?.finding).toMatchObject({ state });
    expect(thrown?.finding.missingScope).toBe(missingScope);
    expect(thrown?.finding.reason).not.toContain('is not a function');
  });

  it('that hang are given up', async () => {
    const [report] = await check(probe('hangs', () => new Promise<PermissionFinding>(() => undefined)));

    expect(report?.finding).toEqual({ state: 'unknown', reason: 'No answer within 0.05 s.' });
  });

  it('have names of their own', () => {
    const probes = new PermissionProbes(new HttpLimits());
    probes.register(probe('one', () => Promise.resolve({ state: 'allowed' })));

    expect(() => probes.register(probe('one', () => Promise.resolve({ state: 'denied' })))).toThrow(/called one/);
  });

  function check(...list: PermissionProbe[]): ReturnType<PermissionProbes['checkAll']> {
    const probes = new PermissionProbes(new HttpLimits({ probeMs: 50 }));
    for (const one of list) probes.register(one);
    return probes.checkAll(caller, new AbortController().signal);
  }
});

function probe(feature: string, tried: PermissionProbe['check']): PermissionProbe {
  return { feature, title: `Title of ${feature}`, page: '/', runsAs: 'user', scopes: [], check: tried };
}

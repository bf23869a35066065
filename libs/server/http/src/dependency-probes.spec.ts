import { PlatformError, Secret } from '@lakescope/databricks-client';
import { UserCaller } from './caller';
import { DependencyProbes } from './dependency-probes';
import { HttpLimits } from './http-limits';

const caller = new UserCaller(
  { userId: 'ana', displayName: 'Ana', active: true, emails: [], groups: [] },
  new Secret('token'),
);

describe('the probes of dependencies', () => {
  it('report each one on its own, whatever happens to the others', async () => {
    const probes = new DependencyProbes(new HttpLimits({ probeMs: 50 }));
    probes.register({ name: 'storage', check: () => Promise.resolve({ state: 'ok', detail: 'fine' }) });
    probes.register({ name: 'lakebase', check: () => Promise.reject(new Error('no route to host')) });
    probes.register({
      name: 'identity',
      check: () => Promise.reject(new PlatformError('token_expired', 'Expired. [ReqId: 1]', { actingAs: 'user' })),
    });
    probes.register({ name: 'warehouse', check: () => new Promise(() => undefined) });

    const reports = await probes.checkAll(caller, new AbortController().signal);

    expect(reports.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ['storage', 'ok', 'fine'],
      ['lakebase', 'down', 'no route to host'],
      ['identity', 'down', 'The user token has expired, reload the page'],
      ['warehouse', 'down', 'No answer within 0.05 s'],
    ]);
  });
});

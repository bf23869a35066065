import { adviceFor } from './advice';
import { runtimeChecks } from './runtime-checks';

const advice = adviceFor('app', { secretScope: 'scope', appName: 'app' });
const nodeCheck = (nodeVersion: string) =>
  runtimeChecks({ nodeVersion, ignored: [], advice }).find(({ id }) => id === 'node_version');

describe('the version of Node', () => {
  it.each(['22.13.0', '22.16.0', '22.13.1', '23.0.0', '24.9.0', 'v24.21.0'])('%s is new enough', async (version) => {
    expect(await nodeCheck(version)?.examine(AbortSignal.timeout(1000))).toMatchObject({ state: 'ok' });
  });

  it.each(['22.12.9', '20.19.0', '9.0.0'])('%s is too old', async (version) => {
    expect(await nodeCheck(version)?.examine(AbortSignal.timeout(1000))).toMatchObject({ state: 'failed' });
  });
});

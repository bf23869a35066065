import { TestApi, type Answer } from '../testing/test-api';

const TEN_MINUTES = 600;

describe('clocks that differ by ten minutes', () => {
  let api: TestApi;
  let aheadMs = 0;

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    api = await TestApi.start({ database: false });
  });

  afterEach(() => api.stack.workspace.setClockSkew(0));

  afterAll(async () => {
    await api.stop();
    jest.restoreAllMocks();
  });

  it('a token that has expired by ours and not by the platform’s is let in, and asked about each time', async () => {
    api.stack.workspace.setClockSkew(-TEN_MINUTES);
    const { token } = await api.stack.workspace.issueUserToken('analyst', [], { lifetimeSeconds: 300 });
    const before = meCalls();

    const first = await me(token);
    const second = await me(token);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(meCalls() - before).toBe(2);
  });

  it('a token that has expired by the platform’s and not by ours is out after a minute at the latest', async () => {
    api.stack.workspace.setClockSkew(TEN_MINUTES);
    const { token } = await api.stack.workspace.issueUserToken('analyst', [], { lifetimeSeconds: 30 });
    const fresh = await me(token);
    api.stack.workspace.setClockSkew(TEN_MINUTES + 60);
    aheadMs += 60_000;

    const late = await me(token);

    expect(fresh.status).toBe(200);
    expect([late.status, late.json['error_code']]).toEqual([401, 'AUTH_EXPIRED']);
  });

  it('a clock of ours that is set back makes nothing last longer', async () => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', []);
    await me(token);
    const before = meCalls();
    const wall = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    aheadMs += 60_000;

    await me(token);
    wall.mockRestore();

    expect(meCalls() - before).toBe(1);
  });

  it('a minute is a minute with the clocks alike, too', async () => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', []);
    const before = meCalls();
    await me(token);
    aheadMs += 30_000;
    await me(token);
    expect(meCalls() - before).toBe(1);
    aheadMs += 30_000;

    await me(token);

    expect(meCalls() - before).toBe(2);
  });

  function me(token: string): Promise<Answer> {
    return api.ask('/api/v1/user/me', { token });
  }

  function meCalls(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/scim/v2/Me')).length;
  }
});

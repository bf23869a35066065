import { accessLine, type AccessEntry } from './access-line';

const ENTRY: AccessEntry = {
  correlationId: 'corr-1',
  method: 'GET',
  path: '/api/v1/user/me',
  route: '/api/v1/user/me',
  status: 200,
  durationMs: 1.234,
};

describe('an access line', () => {
  it('is JSON with the fields of the log', () => {
    const line = accessLine({ ...ENTRY, userId: 'ana@example.com' }, Date.UTC(2026, 10, 21, 8, 30, 0, 7));

    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: '2026-11-21T08:30:00.007Z',
      msg: 'GET /api/v1/user/me',
      correlation_id: 'corr-1',
      method: 'GET',
      route: '/api/v1/user/me',
      status: 200,
      duration_ms: 1.2,
      user_id: 'ana@example.com',
    });
  });

  it('tells the time of its own moment', () => {
    const times = [5, 5, 6].map((now) => (JSON.parse(accessLine(ENTRY, now)) as { time: string }).time);

    expect(times).toEqual(['1970-01-01T00:00:00.005Z', '1970-01-01T00:00:00.005Z', '1970-01-01T00:00:00.006Z']);
  });

  it('stays one line and valid JSON whatever the client has chosen', () => {
    const nasty = 'a"b\\c\nd\u2028{"level":"fatal"}\ud800';
    const entry = {
      ...ENTRY,
      path: `/x/${nasty}`,
      route: `/x/${nasty}:id`,
      userId: nasty,
      reason: nasty,
      clientLeft: true,
    };

    const line = accessLine(entry, 0);

    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      msg: `GET /x/${nasty}`,
      user_id: nasty,
      client_left: true,
    });
  });

  it('shows no secret of the path or of the reason, and cuts a long reason', () => {
    const secret = 'dapi0123456789abcdef0123456789abcdef';
    const line = accessLine({ ...ENTRY, path: `/x/${secret}`, reason: `used ${secret} ${'y'.repeat(9_999)}` }, 0);

    expect(line).not.toContain(secret);
    expect(line.length).toBeLessThan(1_000);
  });
});

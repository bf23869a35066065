import { auditFilter, auditParams } from './audit-filter';

const read = (params: Record<string, string>) => (name: string) => params[name] ?? null;

describe('the filter of the audit log in the URL', () => {
  it('survives the way through the URL', () => {
    const filter = {
      user_id: 'ana@example.com',
      action: 'credential.rotate',
      outcome: 'failure' as const,
      correlation_id: '0b6a1c1e-5a37-4c51-9a52-3d1f1a3f7b0e',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
    };
    expect(auditFilter(read(auditParams(filter)))).toEqual(filter);
  });

  it('leaves out what is not asked, and what makes no sense', () => {
    expect(auditFilter(read({ user_id: '  ', outcome: 'maybe', from: 'yesterday' }))).toEqual({});
    expect(Object.values(auditParams({})).every((value) => value === null)).toBe(true);
  });
});

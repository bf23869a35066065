import { jobEntries } from './job-entries';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const jobs = [
  {
    job_id: '7a0e',
    status: 'completed_with_errors' as const,
    cancel_requested: false,
    created_at: '2026-11-22T08:00:00Z',
    config: { source: { uri: 's3://acme-cda/cda/manifest.json' }, target: { uri: 's3://lake/claims' } },
  },
  {
    job_id: '8b1f',
    status: 'running' as const,
    cancel_requested: false,
    created_at: '2026-11-22T09:59:00Z',
    config: { source: { uri: 's3://other/manifest.json' }, target: { uri: 's3://lake/policies' } },
  },
];

describe('runs in the palette', () => {
  it('are found by their source, target, state and id', () => {
    const found = (text: string) => jobEntries(text, jobs, NOW).map(({ label }) => label);
    expect(found('acme-CDA')).toEqual(['s3://lake/claims']);
    expect(found('policies')).toEqual(['s3://lake/policies']);
    expect(found('with errors')).toEqual(['s3://lake/claims']);
    expect(found('8b1f')).toEqual(['s3://lake/policies']);
    expect(found('nothing like that')).toEqual([]);
  });

  it('lead to their page, and say how they stand', () => {
    expect(jobEntries('claims', jobs, NOW)[0]).toMatchObject({
      commands: ['/jobs', '7a0e'],
      hint: 'completed with errors, 2 hours ago',
    });
  });
});

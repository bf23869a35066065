import { jobEntries } from './job-entries';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const jobs = [
  {
    job_id: '7a0e',
    status: 'completed_with_errors' as const,
    cancel_requested: false,
    created_at: '2026-11-22T08:00:00Z',
    config: { target: { uri: 's3://lake/claims' } },
  },
  {
    job_id: '8b1f',
    status: 'running' as const,
    cancel_requested: false,
    created_at: '2026-11-22T09:59:00Z',
    config: { target: { uri: 's3://lake/policies' } },
  },
];

describe('runs in the palette', () => {
  it('are shown by what they write, as they came', () => {
    expect(jobEntries(jobs, NOW).map(({ label }) => label)).toEqual(['s3://lake/claims', 's3://lake/policies']);
  });

  it('lead to their page, and say how they stand', () => {
    expect(jobEntries(jobs, NOW)[0]).toMatchObject({
      commands: ['/jobs', '7a0e'],
      hint: 'completed with errors, 2 hours ago',
    });
  });
});

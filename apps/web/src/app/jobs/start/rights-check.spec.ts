import { TestBed } from '@angular/core/testing';
import { Api, type JobRightsDto, type PlanJobDto } from '@lakescope/web-api';
import { RightsCheck } from './rights-check';

const ASKED: PlanJobDto = {
  source: { connection_id: 'c1', manifest_uri: 's3://cda/manifest.json' },
  target: { connection_id: 'c2', uri: 's3://lake/raw' },
  mode: 'reference',
};
const REPORT: JobRightsDto = {
  ready: true,
  rights: [
    {
      side: 'source',
      right: 'list_bucket',
      status: 'ok',
      needed: true,
      detail: 'It is listed.',
      advice: null,
      policy_line: null,
    },
  ],
  checked_at: '2026-01-01T00:00:00.000Z',
};

async function checked(answer: () => Promise<JobRightsDto>) {
  TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { invoke: answer } }] });
  const fixture = TestBed.createComponent(RightsCheck);
  fixture.componentRef.setInput('request', () => ASKED);
  const element = fixture.nativeElement as HTMLElement;
  const textWith = async (asked: PlanJobDto): Promise<string> => {
    fixture.componentRef.setInput('current', asked);
    await fixture.whenStable();
    return element.textContent ?? '';
  };
  await textWith(ASKED);
  element.querySelector('button')?.click();
  return textWith;
}

describe('the check of rights beside the fields of a run', () => {
  it('is told as old beside fields with another end, and holds again beside the same', async () => {
    const textWith = await checked(() => Promise.resolve(REPORT));

    expect(await textWith(ASKED)).toContain('everything is there');
    expect(await textWith({ ...ASKED, include: ['cc_claim'] })).toContain('everything is there');
    const other = await textWith({ ...ASKED, target: { connection_id: 'c2', uri: 's3://lake/other' } });
    expect(other).not.toContain('everything is there');
    expect(other).toContain('check them again');
    expect(await textWith({ ...ASKED, mode: 'copy' })).toContain('check them again');
    expect(await textWith(ASKED)).not.toContain('check them again');
  });

  it('says nothing more against fields that have changed', async () => {
    const textWith = await checked(() => Promise.reject(new Error('The target is refused.')));

    const refused = await textWith(ASKED);
    expect(refused).not.toBe(await textWith({ ...ASKED, parallel_tables: 2 }));
    expect(await textWith(ASKED)).toBe(refused);
  });
});

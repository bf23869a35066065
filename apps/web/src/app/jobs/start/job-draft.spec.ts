import { type JobConfigDto } from '@lakescope/web-api';
import { draftAddress, draftFrom, draftOf, hasFurtherOptions, patternsOf, requestOf } from './job-draft';

const FILLED = {
  from: 'c1',
  manifest: ' s3://cda/manifest.json ',
  target: 's3://lake/raw',
  mode: 'copy',
  on_poison: 'stop',
};

function draft(fields: Readonly<Record<string, string>>) {
  return draftFrom((name) => fields[name]);
}

const CONFIG: JobConfigDto = {
  source: { connection_id: 'c1', uri: 's3://cda/manifest.json' },
  target: { connection_id: 'c2', uri: 's3://lake/raw' },
  engine: 'embedded',
  mode: 'copy',
  include: ['cc_*', 'bc_charge'],
  exclude: null,
  parallel_tables: 2,
  enforce_fence: false,
  path_rewrite: { from: 's3://there/cda', to: 's3://here/cda' },
  on_poison: 'stop',
  resets: [{ table: 'cc_claim', decision: 'rebuild' }],
  ignore_unchanged_manifest: true,
  retry_quarantined: false,
};

describe('what a new run asks for', () => {
  it('leaves to the server what is left empty', () => {
    expect(requestOf(draft(FILLED), new Map())).toEqual({
      source: { connection_id: 'c1', manifest_uri: 's3://cda/manifest.json' },
      target: { uri: 's3://lake/raw' },
      mode: 'copy',
      on_poison: 'stop',
    });
  });

  it('names tables, the paths that differ, and what was decided about resets', () => {
    const fields = { ...FILLED, include: 'cc_*', exclude: 'cc_note', rewrite_from: 's3://there/cda', rewrite_to: '' };
    expect(requestOf(draft(fields), new Map([['cc_claim', 'rebuild']]))).toMatchObject({
      include: ['cc_*'],
      exclude: ['cc_note'],
      // Half of it is for the server to refuse, at its field.
      path_rewrite: { from: 's3://there/cda', to: '' },
      resets: [{ table: 'cc_claim', decision: 'rebuild' }],
    });
  });

  it('reads beyond the fence, looks once more and works on other numbers of tables only where that is asked for', () => {
    const fields = { ...FILLED, beyond_fence: 'on', even_unchanged: 'on', parallel_tables: ' 16 ' };
    expect(requestOf(draft(fields), new Map())).toMatchObject({
      enforce_fence: false,
      ignore_unchanged_manifest: true,
      parallel_tables: 16,
    });
  });

  it('takes tables with commas, blanks or lines between them', () => {
    expect(patternsOf(' cc_claim, cc_*\n pc_policy;bc_? ')).toEqual(['cc_claim', 'cc_*', 'pc_policy', 'bc_?']);
    expect(patternsOf('  ')).toEqual([]);
  });
});

describe('the fields of a new run in the address', () => {
  it('come back as they were', () => {
    const address: Readonly<Record<string, string | null>> = draftAddress(draftOf(CONFIG));
    expect(draftFrom((name) => address[name])).toEqual(draftOf(CONFIG));
  });

  it('need no word for what is so anyway', () => {
    const usual = draft({ manifest: ' s3://cda/manifest.json', mode: 'reference', on_poison: 'continue' });
    const named = Object.entries(draftAddress(usual)).filter(([, value]) => value !== null);
    expect(named).toEqual([['manifest', 's3://cda/manifest.json']]);
  });
});

describe('the fields for what a run did', () => {
  it('ask for the same again, without its decisions about resets', () => {
    expect(requestOf(draftOf(CONFIG), new Map())).toEqual({
      source: { connection_id: 'c1', manifest_uri: 's3://cda/manifest.json' },
      target: { connection_id: 'c2', uri: 's3://lake/raw' },
      mode: 'copy',
      on_poison: 'stop',
      include: ['cc_*', 'bc_charge'],
      parallel_tables: 2,
      enforce_fence: false,
      ignore_unchanged_manifest: true,
      path_rewrite: { from: 's3://there/cda', to: 's3://here/cda' },
    });
  });

  it('are among the further options where they are not as usual', () => {
    expect(hasFurtherOptions(draft({ manifest: 's3://cda/manifest.json', mode: 'copy' }))).toBe(false);
    expect(hasFurtherOptions(draft({ even_unchanged: 'on' }))).toBe(true);
    expect(hasFurtherOptions(draft({ on_poison: 'stop' }))).toBe(true);
  });
});

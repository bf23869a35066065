import { patternsOf, requestOf } from './job-draft';

const FILLED = {
  source_connection: 'c1',
  manifest: ' s3://cda/manifest.json ',
  target: 's3://lake/raw',
  mode: 'copy',
  on_poison: 'stop',
};

function reader(fields: Readonly<Record<string, string>>) {
  return (name: string) => fields[name] ?? '';
}

describe('what a new run asks for', () => {
  it('leaves to the server what is left empty', () => {
    expect(requestOf(reader(FILLED), new Map())).toEqual({
      source: { connection_id: 'c1', manifest_uri: 's3://cda/manifest.json' },
      target: { uri: 's3://lake/raw' },
      mode: 'copy',
      on_poison: 'stop',
    });
  });

  it('names tables, the paths that differ, and what was decided about resets', () => {
    const fields = { ...FILLED, include: 'cc_*', exclude: 'cc_note', rewrite_from: 's3://there/cda', rewrite_to: '' };
    expect(requestOf(reader(fields), new Map([['cc_claim', 'rebuild']]))).toMatchObject({
      include: ['cc_*'],
      exclude: ['cc_note'],
      // Half of it is for the server to refuse, at its field.
      path_rewrite: { from: 's3://there/cda', to: '' },
      resets: [{ table: 'cc_claim', decision: 'rebuild' }],
    });
  });

  it('takes tables with commas, blanks or lines between them', () => {
    expect(patternsOf(' cc_claim, cc_*\n pc_policy;bc_? ')).toEqual(['cc_claim', 'cc_*', 'pc_policy', 'bc_?']);
    expect(patternsOf('  ')).toEqual([]);
  });
});

import { type TableFreshnessDto } from '@lakescope/web-api';
import { FRESHNESS_COLUMNS, freshnessLines } from './freshness-columns';
import { listed, nextOrder, orderFrom, orderText } from './freshness-list';

function table(name: string, fields: Partial<TableFreshnessDto> = {}): TableFreshnessDto {
  return {
    table: name,
    user_id: '4711',
    source: { manifest_uri: 's3://cda/manifest.json', connection_id: 'c1' },
    target_uri: 's3://lake/raw',
    target_connection_id: 'c2',
    watermark: { ms: '1712345678901', at: '2024-04-05T19:34:38.901Z' },
    fence: { ms: '1712345678901', at: '2024-04-05T19:34:38.901Z' },
    behind_seconds: 0,
    age_seconds: 60,
    checked_at: '2026-11-22T10:00:00.000Z',
    state: 'fresh',
    reason: null,
    threshold_seconds: null,
    last_job_id: null,
    schedule_id: null,
    ...fields,
  };
}

const tables = [
  table('cc_claim', { state: 'fresh', behind_seconds: 30 }),
  table('cc_note', { state: 'unknown', behind_seconds: null }),
  table('pc_policy', { state: 'late', behind_seconds: 7_200 }),
  table('bc_charge', { state: 'late', behind_seconds: 9_000, target_uri: 's3://lake/billing' }),
  table('cc_exposure', { state: 'blocked', behind_seconds: 10 }),
];
const all = { text: '', state: '', target: '' };
const names = (list: readonly TableFreshnessDto[]) => list.map((one) => one.table);

describe('the list of tables by how fresh they are', () => {
  it('begins with what wants somebody', () => {
    expect(names(listed(tables, all, orderFrom(undefined)))).toEqual([
      'cc_exposure',
      'bc_charge',
      'pc_policy',
      'cc_note',
      'cc_claim',
    ]);
  });

  it('has what is not known last in either direction', () => {
    expect(names(listed(tables, all, orderFrom('-behind')))).toEqual([
      'bc_charge',
      'pc_policy',
      'cc_claim',
      'cc_exposure',
      'cc_note',
    ]);
    expect(names(listed(tables, all, orderFrom('behind'))).at(-1)).toBe('cc_note');
  });

  it('is narrowed by name, state and target', () => {
    expect(names(listed(tables, { ...all, text: 'CC_' }, orderFrom('table')))).toEqual([
      'cc_claim',
      'cc_exposure',
      'cc_note',
    ]);
    expect(names(listed(tables, { ...all, state: 'late', target: 's3://lake/raw' }, orderFrom('table')))).toEqual([
      'pc_policy',
    ]);
  });

  it('keeps its order in the address, where the usual one needs no word', () => {
    expect(orderText(orderFrom('nothing of it'))).toBeNull();
    expect(orderText(orderFrom('-checked'))).toBe('-checked');
    expect(orderText(nextOrder(orderFrom('table'), 'behind'))).toBe('-behind');
    expect(orderText(nextOrder(orderFrom('-behind'), 'behind'))).toBe('behind');
  });
});

describe('the list as CSV', () => {
  it('has the columns that are shown, and every instant exactly', () => {
    const shown = new Set(
      FRESHNESS_COLUMNS.map(({ key }) => key).filter((key) => key === 'ingested' || key === 'behind'),
    );
    expect(freshnessLines(tables.slice(1, 2), shown)).toEqual([
      ['table', 'behind_seconds', 'watermark_ms', 'watermark_at'],
      ['cc_note', null, '1712345678901', '2024-04-05T19:34:38.901Z'],
    ]);
  });
});

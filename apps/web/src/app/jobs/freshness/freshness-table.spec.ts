import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { type TableFreshnessDto } from '@lakescope/web-api';
import { FRESHNESS_COLUMNS } from './freshness-columns';
import { type FreshnessLine, FreshnessTable } from './freshness-table';

const all = new Set(FRESHNESS_COLUMNS.map(({ key }) => key));

function line(number: number, fields: Partial<TableFreshnessDto> = {}): FreshnessLine {
  const table: TableFreshnessDto = {
    table: `cc_${String(number).padStart(4, '0')}`,
    user_id: '4711',
    source: { manifest_uri: 's3://cda/manifest.json', connection_id: 'c1' },
    target_uri: 's3://lake/raw/',
    target_connection_id: 'c2',
    watermark: { ms: '1712345678901', at: '2024-04-05T19:34:38.901Z' },
    fence: { ms: '99999999999999999', at: null },
    behind_seconds: 7_200,
    age_seconds: 9_000,
    checked_at: null,
    state: 'late',
    reason: null,
    threshold_seconds: 3_600,
    last_job_id: null,
    schedule_id: null,
    ...fields,
  };
  return { table, hasOwnLimit: false, connection: 'c2' };
}

async function shown(lines: readonly FreshnessLine[]) {
  TestBed.configureTestingModule({ providers: [provideRouter([])] });
  const fixture = TestBed.createComponent(FreshnessTable);
  fixture.componentRef.setInput('lines', lines);
  fixture.componentRef.setInput('shown', all);
  fixture.componentRef.setInput('order', { key: 'state', isDescending: false });
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  await fixture.whenStable();
  return { fixture, element };
}

describe('the table of how fresh tables are', () => {
  afterEach(() => document.body.replaceChildren());

  it('draws a part of seven hundred rows and tells how many there are', async () => {
    const { element } = await shown(Array.from({ length: 700 }, (_, index) => line(index)));
    expect(element.querySelectorAll('[data-row]').length).toBeLessThan(60);
    expect(element.querySelector('table')?.getAttribute('aria-rowcount')).toBe('701');
  });

  it('leads to the inspector with the connection of the target, and shows what is no date as it is', async () => {
    const { element } = await shown([line(1)]);
    const link = element.querySelector('th.name a')?.getAttribute('href') ?? '';
    const query = new URL(link, 'http://app').searchParams;
    expect([query.get('path'), query.get('connection')]).toEqual(['s3://lake/raw/cc_0001', 'c2']);
    expect(element.querySelector('td.written')?.textContent).toContain('99999999999999999');
    expect(element.querySelector('td.ingested time')?.getAttribute('datetime')).toBe('2024-04-05T19:34:38.901Z');
  });

  it('asks for a threshold of the table alone, also where that of its target says the same', async () => {
    const { fixture, element } = await shown([line(1)]);
    const asked: (number | undefined)[] = [];
    fixture.componentInstance.limited.subscribe(({ minutes }) => asked.push(minutes));
    element.querySelector<HTMLElement>('td.limit button')?.click();
    await fixture.whenStable();
    const field = element.querySelector<HTMLInputElement>('td.limit input');
    expect(field?.value).toBe('1 h');
    element.querySelector<HTMLElement>('td.limit [type=submit]')?.click();
    await fixture.whenStable();
    expect(asked).toEqual([60]);
    expect(element.querySelector('td.limit input')).toBeNull();
  });

  it('keeps a length of time that it does not understand in the field, and asks for nothing', async () => {
    const { fixture, element } = await shown([line(1)]);
    let asked = 0;
    fixture.componentInstance.limited.subscribe(() => (asked += 1));
    element.querySelector<HTMLElement>('td.limit button')?.click();
    await fixture.whenStable();
    const field = element.querySelector<HTMLInputElement>('td.limit input');
    if (field) field.value = 'soon';
    element.querySelector<HTMLElement>('td.limit [type=submit]')?.click();
    await fixture.whenStable();
    expect(element.querySelector<HTMLInputElement>('td.limit input')?.validity.customError).toBe(true);
    expect(asked).toBe(0);
  });
});

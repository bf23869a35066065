import { TestBed } from '@angular/core/testing';
import { TimeChart } from './time-chart';

async function chart(inputs: Record<string, unknown>) {
  const fixture = TestBed.createComponent(TimeChart);
  const given = { title: 'Connections', times: ['2026-01-01T10:00:00Z', '2026-01-01T10:00:10Z'], ...inputs };
  for (const [name, value] of Object.entries(given)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

const cells = (element: HTMLElement) =>
  [...element.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map((td) => td.textContent));

describe('TimeChart', () => {
  it('says the gist in words and every number in a table, newest first', async () => {
    const element = await chart({
      series: [
        { name: 'In use', color: 1, values: [7, 2] },
        { name: 'Waiting', color: 2, values: [0, 0] },
      ],
    });
    expect(element.querySelector('svg[role="img"]')?.getAttribute('aria-label')).toMatch(
      /^Connections\. In use: last 2, at most 7 \(.*\); Waiting: none$/,
    );
    expect(cells(element)).toEqual([
      ['2', '0'],
      ['7', '0'],
    ]);
  });

  it('leaves room for the limit above the values', async () => {
    const element = await chart({
      series: [{ name: 'In use', color: 1, values: [1, 1] }],
      limit: { name: 'limit', value: 20 },
    });
    expect(element.querySelector('.limit-name')?.textContent).toBe('limit 20');
    expect(element.querySelector('.line')?.getAttribute('d')).toBe('M0 95L100 95');
  });

  it('stands empty without a point', async () => {
    const element = await chart({ times: [], series: [{ name: 'In use', color: 1, values: [] }] });
    expect(element.querySelector('svg[role="img"]')?.getAttribute('aria-label')).toContain('nothing known');
    expect(cells(element)).toEqual([]);
  });
});

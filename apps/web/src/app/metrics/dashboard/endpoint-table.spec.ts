import { TestBed } from '@angular/core/testing';
import { type EndpointMetricsDto } from '@lakescope/web-api';
import { EndpointTable } from './endpoint-table';

const endpoints = Array.from({ length: 412 }, (_, index): EndpointMetricsDto => ({
  endpoint: `/api/v1/things/${String(index).padStart(3, '0')}`,
  method: 'GET',
  request_count: index,
  error_count: 0,
  error_rate: 0,
  avg_response_time_ms: index === 0 ? null : index,
  p50_response_time_ms: 1,
  p95_response_time_ms: 2,
  p99_response_time_ms: 3,
}));
const totals = {
  total_requests: 84_666,
  error_count: 12,
  error_rate: 0.00014,
  avg_response_time_ms: 274,
  p50_response_time_ms: 1,
  p95_response_time_ms: 2,
  p99_response_time_ms: 1234,
  active_users: 3,
};

async function table(inputs: Record<string, unknown>) {
  const fixture = TestBed.createComponent(EndpointTable);
  const given = { endpoints, totals, order: { key: 'avg', isDescending: true }, ...inputs };
  for (const [name, value] of Object.entries(given)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const names = () => [...element.querySelectorAll('tbody th')].map(({ textContent }) => textContent.trim());
  const button = (text: string) => [...element.querySelectorAll('button')].find((b) => b.textContent.trim() === text);
  return { component: fixture.componentInstance, element, names, button };
}

describe('EndpointTable', () => {
  it('shows a page of many endpoints, slowest first, and turns to the next', async () => {
    const { component, element, names, button } = await table({});
    const turned: number[] = [];
    component.turned.subscribe((page) => turned.push(page));
    expect(names()).toHaveLength(100);
    expect(names()[0]).toBe('/api/v1/things/411');
    expect(element.querySelector('.pages')?.textContent).toContain('1–100 of 412');
    button('Next')?.click();
    expect(turned).toEqual([1]);
  });

  it('ends with what is left, also when the URL asks for a page beyond', async () => {
    const { names } = await table({ page: 99 });
    expect(names()).toHaveLength(12);
    expect(names().at(-1)).toBe('/api/v1/things/000');
  });

  it('finds by any part of method and name, and says so when nothing is found', async () => {
    expect((await table({ search: 'GET /api/v1/things/41' })).names()).toHaveLength(2);
    const { element } = await table({ search: 'nothing' });
    expect(element.querySelector('ls-empty')?.textContent).toContain('No endpoint is called like that');
  });

  it('blames no search when nothing was asked for at all', async () => {
    const { element, button } = await table({ endpoints: [] });
    expect(element.textContent).toContain('No endpoint was asked for in this range');
    expect(button('Show all of them')).toBeUndefined();
  });

  it('has what all come to together in its last row, as the API reckons it', async () => {
    const { element } = await table({});
    const cells = [...element.querySelectorAll('tfoot td')].map(({ textContent }) => textContent.trim());
    expect(cells).toEqual(['', '84,666', '12', '0.014 %', '274 ms', '1 ms', '2 ms', '1.23 s', '']);
  });

  it('says by which column it is sorted, and asks for another', async () => {
    const { component, element, button } = await table({});
    const sorted: unknown[] = [];
    component.sorted.subscribe((order) => sorted.push(order));
    const heads = [...element.querySelectorAll('thead th[aria-sort]')].map(({ textContent }) => textContent.trim());
    expect(heads).toEqual(['Average']);
    button('p95')?.click();
    button('Average')?.click();
    expect(sorted).toEqual([
      { key: 'p95', isDescending: true },
      { key: 'avg', isDescending: false },
    ]);
  });

  it('hands on which endpoint to look at alone, and whose single requests', async () => {
    const { component, element } = await table({ search: 'things/007' });
    const heard: unknown[] = [];
    component.narrowed.subscribe((endpoint) => heard.push(['only', endpoint]));
    component.opened.subscribe((endpoint) => heard.push(['requests', endpoint]));
    element.querySelector<HTMLElement>('tbody th button')?.click();
    element.querySelector<HTMLElement>('tbody .action button')?.click();
    const it = { endpoint: '/api/v1/things/007', method: 'GET' };
    expect(heard).toEqual([
      ['only', it],
      ['requests', it],
    ]);
  });
});

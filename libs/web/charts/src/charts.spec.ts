import { type Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { BarSeries, HeatMap, LatencyChart, ShareBars } from './index';

const times = ['2026-01-01T10:00:00Z', '2026-01-01T10:05:00Z', '2026-01-01T10:10:00Z'];
const slots = { times, intervalSeconds: 300 };

async function shown<T>(component: Type<T>, inputs: Record<string, unknown>) {
  const fixture = TestBed.createComponent(component);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const find = <E extends Element>(selector: string) => element.querySelector<E & HTMLElement>(selector);
  const press = async (key: string) => {
    find('[role="slider"]')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await fixture.whenStable();
  };
  const showTable = async () => {
    find('button[aria-pressed]')?.click();
    await fixture.whenStable();
    return [...element.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map(({ textContent }) => textContent.trim()),
    );
  };
  return { fixture, component: fixture.componentInstance, element, find, press, showTable };
}

const series = {
  ...slots,
  p50: [10, null, 20],
  p95: [100, null, 300],
  p99: [500, null, 900],
  errorRate: [0, null, 0.25],
};

describe('LatencyChart', () => {
  it('says lowest, highest and last of every line, in words', async () => {
    const { find } = await shown(LatencyChart, { series });
    const text = find('.summary')?.textContent ?? '';
    expect(text).toContain('p95: last 300 ms, lowest 100 ms, highest 300 ms');
    expect(text).toContain('Error rate (right): last 25 %, lowest 0 %, highest 25 %');
  });

  it('has every number in its table, newest first, whichever lines are drawn', async () => {
    const { showTable } = await shown(LatencyChart, { series, percentile: 'p50' });
    expect(await showTable()).toEqual([
      ['20 ms', '300 ms', '900 ms', '25 %'],
      ['–', '–', '–', '–'],
      ['10 ms', '100 ms', '500 ms', '0 %'],
    ]);
  });

  it('draws the chosen percentile alone, and breaks its line where nothing was asked', async () => {
    const { fixture, element } = await shown(LatencyChart, { series, percentile: 'p99' });
    const paths = () => [...element.querySelectorAll('.line path.area')].map((path) => path.getAttribute('d') ?? '');
    expect(paths()).toHaveLength(2);
    expect(paths()[0]?.match(/M/g)).toHaveLength(2);
    fixture.componentRef.setInput('percentile', 'all');
    await fixture.whenStable();
    expect(paths()).toHaveLength(4);
  });

  it('is walked with the keyboard, reads out each moment, and lets one be chosen', async () => {
    const { component, find, press } = await shown(LatencyChart, { series });
    const chosen: number[] = [];
    component.chosen.subscribe((slot) => chosen.push(slot));
    const said = () => find('[role="slider"]')?.getAttribute('aria-valuetext');
    expect(said()).toContain('p95 300 ms');
    await press('Home');
    expect(said()).toContain('p95 100 ms');
    await press('ArrowRight');
    expect(said()).toContain('p95 –');
    expect(find('.legend')?.textContent).toContain('–');
    await press('Enter');
    expect(chosen).toEqual([1]);
  });

  it('forgets the moment somebody was at when the times become others', async () => {
    const { fixture, find, press } = await shown(LatencyChart, { series });
    await press('Home');
    await press('End');
    const shorter = { times: times.slice(0, 1), intervalSeconds: 3600, p50: [1], p95: [2], p99: [3], errorRate: [0] };
    fixture.componentRef.setInput('series', shorter);
    await fixture.whenStable();
    expect(find('[role="slider"]')?.getAttribute('aria-valuetext')).toContain('p95 2 ms');
    fixture.componentRef.setInput('series', { ...shorter, times: [], p50: [], p95: [], p99: [], errorRate: [] });
    await fixture.whenStable();
    expect(find('[role="slider"]')?.getAttribute('aria-valuetext')).toBe('');
  });

  it('keeps its room while it loads', async () => {
    const { find } = await shown(LatencyChart, {
      series: { ...slots, times: [], p50: [], p95: [], p99: [], errorRate: [] },
      isLoading: true,
    });
    expect(find('figure')?.getAttribute('aria-busy')).toBe('true');
    expect(find('.body')?.style.height).toBe('260px');
    expect(find('svg.ngx-charts')?.isConnected ?? false).toBe(false);
  });
});

describe('BarSeries', () => {
  const bars = [
    { name: 'Succeeded', color: 1, values: [3, 0, 1] },
    { name: 'Failed', color: 5, values: [1, 0, 0] },
  ];

  it('stacks what is counted and ends its axis above the sum', async () => {
    const { element } = await shown(BarSeries, { title: 'Requests', slots, bars });
    const labels = [...element.querySelectorAll('.y.axis .tick text')].map(({ textContent }) => textContent.trim());
    expect(labels).toEqual(['0', '1', '2', '3', '4']);
  });

  it('stays a handful of elements however many bars there are', async () => {
    const many = Array.from({ length: 720 }, (_, hour) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString());
    const values = many.map((_, index) => index % 7);
    const { element, showTable } = await shown(BarSeries, {
      title: 'Requests',
      slots: { times: many, intervalSeconds: 3600 },
      bars: [{ name: 'All', color: 1, values }],
    });
    expect(element.querySelectorAll('svg.ngx-charts *').length).toBeLessThan(200);
    expect((await showTable()).length).toBeLessThan(60);
    expect(element.querySelector('table')?.getAttribute('aria-rowcount')).toBe('721');
  });
});

describe('HeatMap', () => {
  const heat = {
    ...slots,
    bounds: [1, 2, 4, 8, 16, 32],
    counts: [
      [0, 0, 5, 1, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 90, 0, 1, 0],
    ],
  };

  it('leaves out the bounds in which nothing was, and says where most of it was', async () => {
    const { find, showTable } = await shown(HeatMap, { title: 'Response times', heat });
    expect(find('.summary')?.textContent).toBe('97 between 2 ms and 16 ms; most of them (95) between 2 ms and 4 ms');
    expect(await showTable()).toEqual([
      ['90', '0', '1'],
      ['0', '0', '0'],
      ['5', '1', '0'],
    ]);
  });

  it('is walked in both directions, and a cell chosen by its time and bounds', async () => {
    const { component, find, press } = await shown(HeatMap, { title: 'Response times', heat });
    const chosen: unknown[] = [];
    component.chosen.subscribe((cell) => chosen.push(cell));
    await press('ArrowUp');
    await press('ArrowUp');
    expect(find('[role="slider"]')?.getAttribute('aria-valuetext')).toMatch(/8 ms to 16 ms: 1$/);
    await press('Enter');
    expect(chosen).toEqual([{ slot: 2, aboveMs: 8, uptoMs: 16 }]);
  });

  it('stands empty when nothing was counted', async () => {
    const { find } = await shown(HeatMap, {
      title: 'Response times',
      heat: { ...slots, bounds: [], counts: [[], [], []] },
    });
    expect(find('.summary')?.textContent).toBe('nothing known');
  });
});

describe('ShareBars', () => {
  it('puts the largest part first, says its share, and lets it be chosen and let go', async () => {
    const parts = [
      { key: 'a', label: 'page_view', count: 1 },
      { key: 'b', label: 'button_click', count: 3 },
    ];
    const { fixture, component, element } = await shown(ShareBars, { label: 'Events', parts });
    const picked: (string | undefined)[] = [];
    component.pick.subscribe((key) => picked.push(key));
    const rows = [...element.querySelectorAll('li')].map((row) =>
      [...row.querySelectorAll('button, .ls-number')].map(({ textContent }) => textContent.trim()),
    );
    expect(rows).toEqual([
      ['button_click', '3', '75 %'],
      ['page_view', '1', '25 %'],
    ]);
    element.querySelector('button')?.click();
    fixture.componentRef.setInput('chosen', 'b');
    await fixture.whenStable();
    element.querySelector('button')?.click();
    expect(picked).toEqual(['b', undefined]);
  });
});

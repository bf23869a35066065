import { TestBed } from '@angular/core/testing';
import { localInput } from '@lakescope/web-ui';
import { type MetricsRange } from './metrics-range';
import { RangePicker } from './range-picker';

const HOUR = 3_600_000;
const field = (hoursAgo: number) => localInput(new Date(Date.now() - hoursAgo * HOUR).toISOString());

async function picker(range: MetricsRange) {
  const fixture = TestBed.createComponent(RangePicker);
  fixture.componentRef.setInput('range', range);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const picked: MetricsRange[] = [];
  fixture.componentInstance.picked.subscribe((next) => picked.push(next));
  const choose = async (value: string) => {
    element.querySelector<HTMLElement>(`input[type="radio"][value="${value}"]`)?.click();
    await fixture.whenStable();
  };
  const show = async (start: string, end: string) => {
    for (const [name, value] of Object.entries({ start, end })) {
      const input = element.querySelector<HTMLInputElement>(`input[name="${name}"]`);
      if (input) input.value = value;
    }
    element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await fixture.whenStable();
  };
  const problems = () => [...element.querySelectorAll('.problems p')].map(({ textContent }) => textContent.trim());
  return { element, picked, choose, show, problems };
}

describe('RangePicker', () => {
  it('picks a named range at once, and asks for two instants before it picks one of somebody’s own', async () => {
    const { element, picked, choose } = await picker('24h');
    await choose('30d');
    await choose('custom');
    expect(picked).toEqual(['30d']);
    expect(element.querySelectorAll('input[type="datetime-local"]')).toHaveLength(2);
  });

  it('says beside the fields which rules are broken, and picks nothing', async () => {
    const { element, picked, choose, show, problems } = await picker('24h');
    await choose('custom');
    await show(field(100 * 24), field(-2));
    expect(problems()).toEqual([
      'From: It must start within the last 90 days; older metrics are not kept.',
      'Until: It must not end in the future.',
    ]);
    expect(element.querySelectorAll('[aria-invalid="true"]')).toHaveLength(2);
    await show('', field(1));
    expect(problems()).toEqual(['From: Say when it starts.']);
    expect(picked).toEqual([]);
  });

  it('shows the fields of a range of somebody’s own, and picks it in UTC', async () => {
    const given = { start: '2026-01-01T10:00:00.000Z', end: '2026-01-01T11:00:00.000Z' };
    const { element, picked, show, problems } = await picker(given);
    expect(element.querySelector<HTMLInputElement>('input[name="start"]')?.value).toBe(localInput(given.start));
    await show(field(3), field(2));
    expect(problems()).toEqual([]);
    const [range] = picked;
    expect(range).toMatchObject({ start: expect.stringMatching(/:00\.000Z$/), end: expect.stringMatching(/Z$/) });
  });
});

import { jest } from '@jest/globals';
import { Clipboard } from '@angular/cdk/clipboard';
import { TestBed } from '@angular/core/testing';
import { HISTORY_COLUMNS, type HistoryColumn, historyLines } from './history-columns';
import { type HistoryLine } from './history-page';
import { HistoryTable } from './history-table';

const line = (number: number): HistoryLine => ({
  requestId: `r${number}`,
  createdAt: '2026-01-02T03:04:05Z',
  status: 'SUCCESS',
  errorCode: null,
  inputs: `{"id": ${9007199254740993n + BigInt(number) * 2n}}`,
  isInputCut: false,
  predictions: '[9223372036854775807]',
  isAnswerCut: false,
  executionTimeMs: 12.5,
  totalTokens: null,
  servedEntity: 'line-1',
});
const all = new Set<HistoryColumn>(HISTORY_COLUMNS.map(({ key }) => key));

async function table(count: number, shown: ReadonlySet<HistoryColumn> = all) {
  const fixture = TestBed.createComponent(HistoryTable);
  fixture.componentRef.setInput(
    'lines',
    Array.from({ length: count }, (_, index) => line(index)),
  );
  fixture.componentRef.setInput('shown', shown);
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  await fixture.whenStable();
  const press = async (key: string, init: KeyboardEventInit = {}) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));
    await fixture.whenStable();
  };
  return { fixture, element, press };
}

describe('the table of the history', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows integers of 64 bits as they were asked and answered', async () => {
    const { element } = await table(1);
    expect(element.textContent).toContain('{"id":9007199254740993}');
    expect(element.textContent).toContain('[9223372036854775807]');
  });

  it('draws a part of a thousand rows, and leads by keys to the last of them and back', async () => {
    const { fixture, element, press } = await table(1000);
    const more = jest.fn();
    fixture.componentInstance.wantsMore.subscribe(more);
    fixture.componentRef.setInput('hasMore', true);
    await fixture.whenStable();
    expect(element.querySelectorAll('[data-row]').length).toBeLessThan(60);
    expect(more).not.toHaveBeenCalled();

    Object.defineProperty(element.querySelector('[data-scrolls-rows]'), 'clientHeight', { value: 360 });
    element.querySelector<HTMLElement>('[data-row="0"] .when button')?.focus();
    await press('End');
    expect(document.activeElement).toBe(element.querySelector('[data-row="999"] .when button'));
    expect(element.querySelector('[data-row="0"]')).toBeNull();
    expect(more).toHaveBeenCalled();

    fixture.componentInstance.focus('r0');
    await fixture.whenStable();
    await press('ArrowDown');
    expect(document.activeElement).toBe(element.querySelector('[data-row="1"] .when button'));
  });

  it('has the columns that were chosen, and copies them', async () => {
    const copied = jest.spyOn(TestBed.inject(Clipboard), 'copy').mockReturnValue(true);
    const { element, press } = await table(2, new Set<HistoryColumn>(['took', 'asked']));
    const heads = [...element.querySelectorAll('th')].map((head) => head.textContent?.trim());
    expect(heads).toEqual(['Compare', 'When', 'Asked', 'Took']);
    element.querySelector<HTMLElement>('[data-row="1"] .when button')?.focus();
    await press('c', { ctrlKey: true });
    expect(copied).toHaveBeenCalledWith('r1,2026-01-02T03:04:05Z,"{""id"": 9007199254740995}",false,12.5');
  });
});

describe('the history as CSV', () => {
  it('has the names of the API over the values of the columns that are shown', () => {
    expect(historyLines([line(0)], new Set(['answered', 'status']))).toEqual([
      ['request_id', 'created_at', 'status', 'error_code', 'predictions', 'predictions_truncated'],
      ['r0', '2026-01-02T03:04:05Z', 'SUCCESS', null, '[9223372036854775807]', 'false'],
    ]);
  });
});

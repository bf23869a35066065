import { jest } from '@jest/globals';
import { Clipboard } from '@angular/cdk/clipboard';
import { TestBed } from '@angular/core/testing';
import { DataGrid } from './data-grid';

const columns = [
  { name: 'id', type: 'long' },
  { name: 'note', type: 'string' },
  { name: 'tags', type: 'array<string>' },
];
const rows = [
  ['1', null, ['a']],
  ['2', '', []],
  ['3', 'two\nlines', ['b', 'c']],
];

async function grid() {
  const fixture = TestBed.createComponent(DataGrid);
  fixture.componentRef.setInput('columns', columns);
  fixture.componentRef.setInput('rows', rows);
  fixture.componentRef.setInput('firstRow', 100);
  fixture.componentRef.setInput('label', 'Rows');
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  Element.prototype.scrollIntoView = () => undefined;
  const cell = (row: number, column: number) => element.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  const press = async (key: string, init: KeyboardEventInit = {}) => {
    (document.activeElement ?? element).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));
    await fixture.whenStable();
  };
  return { fixture, element, cell, press };
}

describe('DataGrid', () => {
  it('shows NULL and the empty string as chips and numbers to the right', async () => {
    const { cell } = await grid();
    expect(cell(0, 1)?.querySelector('ls-chip')?.textContent).toBe('null');
    expect(cell(1, 1)?.querySelector('ls-chip')?.textContent).toBe('""');
    expect(cell(0, 0)?.classList).toContain('number');
    expect(cell(0, 1)?.classList).not.toContain('number');
  });

  it('numbers the rows on from the page before', async () => {
    const { element } = await grid();
    const numbers = [...element.querySelectorAll('tbody .row-number')].map((head) => head.textContent?.trim());
    expect(numbers).toEqual(['101', '102', '103']);
  });

  it('is one stop of the tab key, and the arrows move within', async () => {
    const { element, cell, press } = await grid();
    expect(element.querySelectorAll('td[tabindex="0"]')).toHaveLength(1);

    cell(0, 0)?.focus();
    await press('ArrowDown');
    await press('ArrowRight');

    expect(document.activeElement).toBe(cell(1, 1));
    expect(element.querySelectorAll('td[tabindex="0"]')).toHaveLength(1);
  });

  it('opens the whole value of a nested cell by Enter and closes it by Escape', async () => {
    const { element, cell, press } = await grid();
    cell(2, 2)?.focus();
    await press('Enter');
    expect(element.querySelector('ls-json')?.textContent).toContain('"c"');
    await press('Escape');
    expect(element.querySelector('ls-json')).toBeNull();
  });

  it('copies a row as one line of tab-separated values', async () => {
    const copied = jest.spyOn(TestBed.inject(Clipboard), 'copy').mockReturnValue(true);
    const { cell, press } = await grid();
    cell(2, 0)?.focus();
    await press('c', { ctrlKey: true, shiftKey: true });
    expect(copied).toHaveBeenCalledWith('3\ttwo lines\t["b","c"]');
  });

  it('resizes the column of the active cell by Shift and an arrow', async () => {
    const { element, cell, press } = await grid();
    const width = () => parseInt(element.querySelectorAll('col')[1]?.style.width ?? '', 10);
    const before = width();
    cell(0, 0)?.focus();
    await press('ArrowRight', { shiftKey: true });
    expect(width()).toBe(before + 16);
  });

  it('says in the head how many of the rows have no value', async () => {
    const { element } = await grid();
    const heads = [...element.querySelectorAll('thead ls-grid-head')].map((head) => head.textContent);
    expect(heads[1]).toContain('33 % null');
    expect(heads[0]).not.toContain('null');
  });

  it('keeps the widths of its columns when other rows come', async () => {
    const { fixture, element } = await grid();
    const widths = () => [...element.querySelectorAll<HTMLElement>('col')].map(({ style }) => style.width);
    const before = widths();
    fixture.componentRef.setInput('rows', [['1', 'much longer than what was there before', []]]);
    await fixture.whenStable();
    expect(widths()).toEqual(before);
  });

  it('draws a fraction of two thousand columns, and walks to the last of them', async () => {
    const { fixture, element, press } = await grid();
    fixture.componentRef.setInput(
      'columns',
      Array.from({ length: 2000 }, (_, index) => ({ name: `c${index}`, type: 'string' })),
    );
    const wide = Array.from({ length: 2000 }, (_, column) => `value ${column}`);
    fixture.componentRef.setInput(
      'rows',
      Array.from({ length: 1000 }, () => wide),
    );
    await fixture.whenStable();
    expect(element.querySelectorAll('td[role="gridcell"]').length).toBeLessThan(4000);

    element.querySelector<HTMLElement>('[data-cell="0:0"]')?.focus();
    const box = element.querySelector<HTMLElement>('.box');
    Object.defineProperties(box, { clientHeight: { value: 600 }, clientWidth: { value: 1000 } });
    await press('End', { ctrlKey: true });

    expect(document.activeElement?.getAttribute('data-cell')).toBe('999:1999');
    expect(document.activeElement?.textContent?.trim()).toBe('value 1999');
    expect(element.querySelector('[data-cell="0:0"]')).toBeNull();
  });

  it('keeps the keys when the cell with the focus is scrolled out of sight', async () => {
    const { fixture, element, press } = await grid();
    fixture.componentRef.setInput(
      'rows',
      Array.from({ length: 1000 }, (_, row) => [row, 'text', []]),
    );
    await fixture.whenStable();
    const box = element.querySelector<HTMLElement>('.box') as HTMLElement;
    Object.defineProperties(box, { clientHeight: { value: 600 }, clientWidth: { value: 1000 } });
    element.querySelector<HTMLElement>('[data-cell="0:0"]')?.focus();
    box.scrollTop = 20_000;
    box.dispatchEvent(new Event('scroll'));
    await fixture.whenStable();
    expect(document.activeElement).toBe(box);

    await press('ArrowDown');
    expect(document.activeElement?.getAttribute('data-cell')).toBe('1:0');
  });

  it('asks for more rows when the last one is in sight, and not before', async () => {
    const { fixture } = await grid();
    const reached = jest.fn();
    fixture.componentInstance.endReached.subscribe(reached);
    fixture.componentRef.setInput(
      'rows',
      Array.from({ length: 500 }, () => ['1', 'a', []]),
    );
    await fixture.whenStable();
    expect(reached).not.toHaveBeenCalled();
    fixture.componentRef.setInput('rows', rows.slice(0, 2));
    await fixture.whenStable();
    expect(reached).toHaveBeenCalledTimes(1);
  });

  it('loses no key that is pressed before the page has been drawn anew', async () => {
    const { fixture, cell } = await grid();
    fixture.componentRef.setInput('hasHeadMenus', true);
    await fixture.whenStable();
    cell(0, 0)?.focus();
    for (const key of ['ArrowUp', 'Enter']) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true });
      // What the menu's trigger tells keys by; jsdom leaves it out.
      Object.defineProperty(event, 'keyCode', { value: key === 'Enter' ? 13 : 38 });
      document.activeElement?.dispatchEvent(event);
    }
    await fixture.whenStable();
    expect(document.querySelector('[role="menuitem"]')?.textContent?.trim()).toBe('Sort ascending');
  });

  it('sorts and filters from the head of a column, by keys alone', async () => {
    const { fixture, element, cell, press } = await grid();
    const [ordered, filtered] = [jest.fn(), jest.fn()];
    fixture.componentInstance.ordered.subscribe(ordered);
    fixture.componentInstance.filtered.subscribe(filtered);
    fixture.componentRef.setInput('hasHeadMenus', true);
    fixture.componentRef.setInput('orders', [{ column: 'note', direction: 'desc' }]);
    await fixture.whenStable();
    expect(element.querySelectorAll('th')[2]?.getAttribute('aria-sort')).toBe('descending');

    cell(0, 0)?.focus();
    await press('ArrowUp');
    expect(document.activeElement?.textContent).toContain('id');
    expect(element.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    (document.activeElement as HTMLElement).click();
    await fixture.whenStable();
    const items = () => [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')];
    items()
      .find((item) => item.textContent?.includes('Then by this, ascending'))
      ?.click();
    expect(ordered).toHaveBeenCalledWith({ column: 'id', direction: 'asc', isAdded: true });

    (element.querySelector('[data-head="2"] button') as HTMLElement).click();
    await fixture.whenStable();
    items()
      .find((item) => item.textContent?.includes('Filter by this column'))
      ?.click();
    expect(filtered).toHaveBeenCalledWith('tags');
  });
});

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
});

import { jest } from '@jest/globals';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { RowKeys } from './row-keys';

@Component({
  imports: [RowKeys],
  template: `
    <table [lsRowKeys]="30" (rowWanted)="reveal($event)" (rowCopied)="copied($event)">
      @for (row of rows(); track row) {
        <tr [attr.data-row]="row">
          <td><input type="checkbox" /></td>
          <td>
            <button type="button" [disabled]="row === 3">{{ row }}</button>
          </td>
        </tr>
      }
    </table>
    <button id="outside" type="button">outside</button>
  `,
})
class Rows {
  readonly first = signal(0);
  readonly copied = jest.fn();
  rows = () => Array.from({ length: 5 }, (_, index) => this.first() + index);
  reveal(row: number): void {
    if (row >= this.first() + 5) this.first.set(row - 4);
  }
}

async function table() {
  const fixture = TestBed.createComponent(Rows);
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  await fixture.whenStable();
  const stop = (row: number, kind: string) => element.querySelector<HTMLElement>(`[data-row="${row}"] ${kind}`);
  const press = async (key: string, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    document.activeElement?.dispatchEvent(event);
    await fixture.whenStable();
    return event.defaultPrevented;
  };
  return { copied: fixture.componentInstance.copied, element, stop, press };
}

describe('the keyboard in the rows of a table', () => {
  afterEach(() => document.body.replaceChildren());

  it('goes from row to row and stays with what it is on', async () => {
    const { stop, press } = await table();
    stop(0, 'button')?.focus();
    await press('ArrowDown');
    expect(document.activeElement).toBe(stop(1, 'button'));
    stop(1, 'input')?.focus();
    await press('ArrowDown');
    expect(document.activeElement).toBe(stop(2, 'input'));
    await press('Home');
    expect(document.activeElement).toBe(stop(0, 'input'));
    expect(await press('ArrowUp')).toBe(true);
    expect(document.activeElement).toBe(stop(0, 'input'));
  });

  it('goes to rows that are not drawn yet, and to what a row has instead', async () => {
    const { stop, press } = await table();
    stop(0, 'button')?.focus();
    await press('PageDown');
    expect(document.activeElement).toBe(stop(10, 'button'));
    await press('End');
    expect(document.activeElement).toBe(stop(29, 'button'));
  });

  it('has nothing to say where a row has no such button', async () => {
    const { stop, press } = await table();
    stop(2, 'button')?.focus();
    await press('ArrowDown');
    expect(document.activeElement).toBe(stop(3, 'input'));
  });

  it('copies a row, and leaves other keys and other places alone', async () => {
    const { copied, element, stop, press } = await table();
    stop(1, 'button')?.focus();
    await press('c', { ctrlKey: true });
    expect(copied).toHaveBeenCalledWith(1);
    expect(await press('x')).toBe(false);
    expect(await press('ArrowDown', { altKey: true })).toBe(false);
    element.querySelector<HTMLElement>('#outside')?.focus();
    expect(await press('ArrowDown')).toBe(false);
  });
});

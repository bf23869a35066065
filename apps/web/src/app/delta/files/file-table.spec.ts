import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type TableFileDto } from '@lakescope/web-api';
import { type FilePages } from './file-pages';
import { DeltaFileTable } from './file-table';

class NoResize {
  observe(): void {
    // Nothing has a size here.
  }
  disconnect(): void {
    // Nothing was observed.
  }
}

const FILES = ['march', 'january', 'february'].map(
  (name) =>
    ({
      path: `${name}.parquet`,
      size_bytes: '10',
      num_records: '1',
      modified_at: '2026-01-01T00:00:00Z',
      deletion_vector: null,
    }) as unknown as TableFileDto,
);

describe('the table of files', () => {
  it('gives the next key to the row that an arrow led to, however soon that key comes', async () => {
    Reflect.set(globalThis, 'ResizeObserver', NoResize);
    const fixture = TestBed.createComponent(DeltaFileTable);
    const files: FilePages = {
      total: signal(FILES.length),
      isLoading: signal(false),
      problem: signal(undefined),
      at: (row) => FILES[row],
      want: () => undefined,
      reload: () => undefined,
    };
    const opened: (number | undefined)[] = [];
    fixture.componentRef.setInput('files', files);
    fixture.componentRef.setInput('total', FILES.length);
    fixture.componentRef.setInput('order', { sort: 'size', isDescending: true });
    fixture.componentInstance.openChange.subscribe((row) => opened.push(row));
    await fixture.whenStable();
    const element = fixture.nativeElement as HTMLElement;
    document.body.append(element);

    element.querySelector<HTMLElement>('[data-file="0"]')?.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
    (document.activeElement as HTMLElement).click();

    expect(opened).toEqual([1]);
    element.remove();
  });
});

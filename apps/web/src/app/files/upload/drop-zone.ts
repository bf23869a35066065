import { Directive, input, output } from '@angular/core';
import { carriesFiles, type DroppedEntry, entriesOf } from './dropped-files';

/**
 * Takes files that are dragged from the device onto the page, wherever they fall: on a row that stands for a folder they go
 * into that one. A file dropped elsewhere would make the browser leave the page to show it.
 */
@Directive({
  selector: '[lsDropZone]',
  host: {
    '(document:dragover)': 'over($event)',
    '(document:dragleave)': 'leave($event)',
    '(document:drop)': 'drop($event)',
  },
})
export class DropZone {
  /** The folder that files go to; undefined where none can be put. */
  readonly folder = input.required<string | undefined>({ alias: 'lsDropZone' });
  /** The folder that is aimed at; undefined when nothing is dragged any more. */
  readonly aimed = output<string | undefined>();
  readonly dropped = output<{ readonly entries: readonly DroppedEntry[]; readonly folder: string }>();

  protected over(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    const target = this.targetOf(event);
    if (event.dataTransfer) event.dataTransfer.dropEffect = target === undefined ? 'none' : 'copy';
    this.aimed.emit(target);
  }

  protected leave(event: DragEvent): void {
    // Only leaving the window ends it; from one element to the next it goes on.
    if (event.relatedTarget === null) this.aimed.emit(undefined);
  }

  protected drop(event: DragEvent): void {
    const transfer = event.dataTransfer;
    if (!transfer || !carriesFiles(transfer)) return;
    event.preventDefault();
    const folder = this.targetOf(event);
    this.aimed.emit(undefined);
    if (folder !== undefined) this.dropped.emit({ entries: entriesOf(transfer), folder });
  }

  private targetOf({ target }: DragEvent): string | undefined {
    const here = this.folder();
    if (here === undefined || !(target instanceof Element)) return here;
    return target.closest<HTMLElement>('[data-folder]')?.dataset['folder'] ?? here;
  }
}

import { Component, computed, type ElementRef, inject, input, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '@lakescope/web-ui';
import { FolderView } from '../folder-view';
import { filesOfInput } from '../upload/dropped-files';
import { FileActions } from './file-actions';

/** What can be done with the folder and with what is chosen in it, and the filter of its list. */
@Component({
  selector: 'ls-folder-toolbar',
  imports: [Icon, MatButton],
  templateUrl: './folder-toolbar.html',
  styleUrl: '../../entry-list/entry-toolbar.css',
})
export class FolderToolbar {
  /** Whether uploading is what people mostly come here for: not so in the folder of a table. */
  readonly isPrimary = input(true);

  protected readonly view = inject(FolderView);
  protected readonly actions = inject(FileActions);
  private readonly files = viewChild<ElementRef<HTMLInputElement>>('files');
  private readonly folder = viewChild<ElementRef<HTMLInputElement>>('folder');

  protected readonly chosenFiles = computed(() => this.view.chosen().filter(({ kind }) => kind === 'file'));
  /** The one file that is chosen. */
  protected readonly onlyFile = computed(() => {
    const [file, ...others] = this.view.chosen();
    return file?.kind === 'file' && others.length === 0 ? file : undefined;
  });
  protected readonly canDelete = computed(() => this.view.chosen().length > 0 && !this.actions.deleting());

  protected chooseFiles(): void {
    this.files()?.nativeElement.click();
  }

  protected chooseFolder(): void {
    this.folder()?.nativeElement.click();
  }

  protected upload(event: Event): void {
    const input = event.target as HTMLInputElement;
    const chosen = filesOfInput(input.files ?? []);
    // The same file can be chosen again: it would be no change to the input otherwise.
    input.value = '';
    void this.actions.upload(chosen, this.view.here());
  }

  protected togglePreview(): void {
    const { view } = this;
    view.show(view.preview() === undefined ? this.onlyFile()?.path : undefined);
  }

  protected link(): void {
    const file = this.onlyFile();
    if (file) void this.actions.copyDownloadUrl(file.path);
  }

  protected filter(event: Event): void {
    this.view.filterBy((event.target as HTMLInputElement).value);
  }

  protected clearFilter(event: Event): void {
    if (this.view.filter() === '') (event.target as HTMLElement).blur();
    else this.view.filterBy('');
  }
}

import { Component, computed, inject, input, output, signal } from '@angular/core';
import { apiResource, getFileContent, previewFile } from '@lakescope/web-api';
import {
  ByteSize,
  CopyButton,
  DataGrid,
  EmptyState,
  Icon,
  JsonTree,
  Notice,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { visibleName } from '../../entry-list/file-name';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { Toasts } from '../../shell/toasts';
import { nameOf } from '../volume-path';
import { jsonValue } from './json-value';

/** The beginning of a file as what it is: rows, a tree, an image, or text. */
@Component({
  selector: 'ls-file-preview',
  imports: [ByteSize, CopyButton, DataGrid, EmptyState, Icon, JsonTree, Notice, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './file-preview.html',
  styleUrl: './file-preview.css',
})
export class FilePreview {
  readonly path = input.required<string>();
  /** What the list knows of it. */
  readonly entry = input<FolderEntry>();
  readonly closed = output();

  protected readonly toasts = inject(Toasts);
  protected readonly name = computed(() => visibleName(nameOf(this.path())));
  /** A file that was written again is shown anew. */
  private readonly version = computed(() => `${this.entry()?.sizeBytes ?? ''} ${this.entry()?.modifiedAt ?? ''}`);
  protected readonly preview = apiResource(previewFile, () => {
    this.version();
    return { query: { path: this.path() } };
  });
  protected readonly columns = computed(() => this.preview.value()?.columns ?? []);
  protected readonly rows = computed(() => this.preview.value()?.rows ?? []);
  protected readonly json = computed(() => {
    const preview = this.preview.value();
    return preview?.kind === 'json' ? jsonValue(preview.text) : undefined;
  });
  protected readonly download = computed(() => getFileContent({ query: { path: this.path() } }).urlWithParams);
  private readonly brokenImage = signal<string | undefined>(undefined);
  protected readonly image = computed(() => {
    this.version();
    const url = getFileContent({ query: { path: this.path(), disposition: 'inline' } }).urlWithParams;
    return { url, isBroken: this.brokenImage() === url };
  });

  protected breakImage(): void {
    this.brokenImage.set(this.image().url);
  }
}

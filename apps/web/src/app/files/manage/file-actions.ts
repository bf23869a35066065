import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT, inject, linkedSignal, Service, signal } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Api, createDownloadUrl, getFileContent, type Problem, problemFrom, putDirectory } from '@lakescope/web-api';
import { exactTime } from '@lakescope/web-ui';
import { firstValueFrom } from 'rxjs';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { Dialogs } from '../../shell/dialogs';
import { Toasts } from '../../shell/toasts';
import { UsageEvents } from '../../tracking/usage-events';
import { FolderChanges } from '../folder-changes';
import { directoryEntry } from '../folder-contents';
import { FolderView } from '../folder-view';
import { type DroppedEntry, filesOf, type LocalFiles } from '../upload/dropped-files';
import { Uploads } from '../upload/uploads';
import { deleteEntries, deletionQuestion, type Undeleted } from './deletion';
import { type NewFolderDialog as NewFolderDialogType, type NewFolderPlace } from './new-folder-dialog';

/** Browsers that are handed several downloads within one moment keep only the last. */
const BETWEEN_DOWNLOADS_MS = 350;

/** What can be done with the folder and with what is chosen in it. */
@Service({ autoProvided: false })
export class FileActions {
  private readonly view = inject(FolderView);
  private readonly uploads = inject(Uploads);
  private readonly changes = inject(FolderChanges);
  private readonly api = inject(Api);
  private readonly dialog = inject(MatDialog);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  private readonly clipboard = inject(Clipboard);
  private readonly usage = inject(UsageEvents);
  private readonly document = inject(DOCUMENT);

  /** What could not be deleted the last time; another folder has nothing to do with it. */
  readonly undeleted = linkedSignal<string, readonly Undeleted[]>({ source: this.view.here, computation: () => [] });
  /** Why something else that was asked for did not happen. */
  readonly problem = linkedSignal<string, Problem | undefined>({
    source: this.view.here,
    computation: () => undefined,
  });
  /** How far a deletion has come; undefined when none is going on. */
  readonly deleting = signal<{ readonly done: number; readonly of: number } | undefined>(undefined);

  /** Files and folders that were dragged in. */
  async uploadDropped(dropped: readonly DroppedEntry[], folder: string): Promise<void> {
    await this.attempt(async () => this.upload(await filesOf(dropped), folder));
  }

  /** Puts files of this device into a folder; folders that are empty are made at once. */
  async upload({ files, emptyFolders }: LocalFiles, folder: string): Promise<void> {
    this.uploads.add(files, folder);
    for (const name of emptyFolders) await this.attempt(() => this.makeFolder(`${folder}/${name}`, folder));
  }

  async newFolder(): Promise<void> {
    const { NewFolderDialog } = await import('./new-folder-dialog');
    const taken = new Set(this.view.listed().map(({ name }) => name));
    const dialog = this.dialog.open<NewFolderDialogType, NewFolderPlace, FolderEntry>(NewFolderDialog, {
      data: { parent: this.view.here(), taken },
      width: '480px',
      ariaLabelledBy: 'ls-new-folder-title',
    });
    const created = await firstValueFrom(dialog.afterClosed());
    if (!created) return;
    this.changes.arrived(created);
    this.view.chooseOnly(created.path);
  }

  async deleteChosen(): Promise<void> {
    const entries = this.view.chosen();
    if (entries.length === 0 || !this.view.isWritable() || this.deleting()) return;
    if (await this.dialogs.confirm(deletionQuestion(entries))) await this.deleteNow(entries);
  }

  async deleteNow(entries: readonly FolderEntry[]): Promise<void> {
    this.deleting.set({ done: 0, of: entries.length });
    this.undeleted.set([]);
    const left = await deleteEntries(this.api, entries, (path) => {
      this.changes.gone(path);
      this.deleting.update((progress) => progress && { ...progress, done: progress.done + 1 });
    });
    this.deleting.set(undefined);
    this.undeleted.set(left);
    const count = entries.length - left.length;
    if (count > 0) this.toasts.show(count === 1 ? $localize`Deleted` : $localize`${count}:count: objects deleted`);
  }

  /** Hands the chosen files to the browser, one download each: it resumes them and knows where they go. */
  async download(): Promise<void> {
    const files = this.view.chosen().filter(({ kind }) => kind === 'file');
    for (const [index, { path, name }] of files.entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
      const link = this.document.createElement('a');
      link.href = getFileContent({ query: { path } }).urlWithParams;
      link.download = name;
      link.click();
    }
    this.usage.record('export_triggered', { elementId: 'files-download', metadata: { format: 'file' } });
    if (files.length > 1) this.toasts.show($localize`${files.length}:count: downloads started`);
  }

  /** The paths of what is chosen, one a line; of the folder itself when nothing is. */
  copyPaths(): void {
    const chosen = this.view.chosen();
    const paths = chosen.length > 0 ? chosen.map(({ path }) => path) : [this.view.here()];
    this.clipboard.copy(paths.join('\n'));
    this.toasts.show(paths.length === 1 ? $localize`Path copied` : $localize`${paths.length}:count: paths copied`);
  }

  async copyDownloadUrl(path: string): Promise<void> {
    await this.attempt(async () => {
      const { url, expires_at } = await this.api.invoke(createDownloadUrl, { body: { path } });
      this.clipboard.copy(url);
      this.toasts.show(
        $localize`Download URL copied. Whoever has it can read the file until ${exactTime(expires_at)}:time:.`,
      );
    });
  }

  private async makeFolder(path: string, shownIn: string): Promise<void> {
    await this.api.invoke(putDirectory, { body: { path } });
    const [name = ''] = path.slice(shownIn.length + 1).split('/');
    this.changes.arrived(directoryEntry(`${shownIn}/${name}`));
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.problem.set(undefined);
    try {
      await work();
    } catch (error) {
      this.problem.set(problemFrom(error));
    }
  }
}

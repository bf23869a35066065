import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT, inject, linkedSignal, Service } from '@angular/core';
import { Api, createS3DownloadUrl, type Problem, problemFrom, type S3DownloadUrlDto } from '@lakescope/web-api';
import { exactTime } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { UsageEvents } from '../../tracking/usage-events';
import { BucketView } from './bucket-view';

/** What can be done with an object. Links to objects are secrets: they are handed on and kept nowhere. */
@Service({ autoProvided: false })
export class ObjectActions {
  private readonly view = inject(BucketView);
  private readonly api = inject(Api);
  private readonly clipboard = inject(Clipboard);
  private readonly toasts = inject(Toasts);
  private readonly usage = inject(UsageEvents);
  private readonly document = inject(DOCUMENT);

  /** Why what was asked for did not happen; another folder has nothing to do with it. */
  readonly problem = linkedSignal<string, Problem | undefined>({
    source: this.view.here,
    computation: () => undefined,
  });

  /** Hands the object to the browser, which fetches it from the storage itself. */
  async download(path: string): Promise<void> {
    await this.withLink(path, ({ url }) => {
      const link = this.document.createElement('a');
      link.href = url;
      // Storage that only the app can reach leads to an error of the browser, which must not take the place of this page.
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      link.click();
      this.usage.record('export_triggered', { elementId: 'storage-download', metadata: { format: 'file' } });
    });
  }

  async copyUrl(path: string): Promise<void> {
    await this.withLink(path, ({ url, expires_at: expiresAt }) => {
      this.clipboard.copy(url);
      this.toasts.show(
        $localize`Download URL copied. Whoever has it can read the object until ${exactTime(expiresAt)}:time:.`,
      );
    });
  }

  /** The paths of what is chosen, one a line; of the folder itself when nothing is. */
  copyPaths(): void {
    const chosen = this.view.chosen();
    const paths = chosen.length > 0 ? chosen.map(({ path }) => path) : [this.view.here()];
    this.clipboard.copy(paths.join('\n'));
    this.toasts.show(paths.length === 1 ? $localize`Path copied` : $localize`${paths.length}:count: paths copied`);
  }

  private async withLink(path: string, use: (link: S3DownloadUrlDto) => void): Promise<void> {
    const { bucket } = this.view.location() ?? {};
    if (bucket === undefined) return;
    const key = path.slice(`s3://${bucket}/`.length);
    this.problem.set(undefined);
    try {
      use(
        await this.api.invoke(createS3DownloadUrl, { body: { connection_id: this.view.connectionId(), bucket, key } }),
      );
    } catch (error) {
      this.problem.set(problemFrom(error));
    }
  }
}

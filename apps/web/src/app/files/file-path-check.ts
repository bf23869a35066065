import { computed, effect, inject, Service, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { headFileContent, TransferApi } from '@lakescope/web-api';
import { FolderView } from './folder-view';
import { nameOf, partsOf } from './volume-path';

/** `<catalog>/<schema>/<volume>`: only below that are there files. */
const VOLUME_DEPTH = 3;

/**
 * Somebody may paste the path of a file where a folder is expected. When there is no such folder it is looked whether there
 * is such a file, which is then shown in its folder.
 */
@Service({ autoProvided: false })
export class FilePathCheck {
  private readonly view = inject(FolderView);
  private readonly router = inject(Router);
  private readonly transfer = inject(TransferApi);
  private readonly missing = computed(() =>
    this.view.contents.problem()?.status === 404 && partsOf(this.view.here()).length > VOLUME_DEPTH
      ? this.view.here()
      : undefined,
  );

  watch(): void {
    effect((onCleanup) => {
      const path = this.missing();
      if (path === undefined) return;
      const left = new AbortController();
      onCleanup(() => left.abort(new Error('left')));
      untracked(() => void this.look(path, left.signal));
    });
  }

  private async look(path: string, signal: AbortSignal): Promise<void> {
    const parent = this.view.parent();
    if (parent === undefined) return;
    try {
      await this.transfer.send(headFileContent, { query: { path } }, { signal });
    } catch {
      // It is no file either, or nobody can tell: the page already says that there is no such folder.
      return;
    }
    await this.router.navigate(['/files'], { queryParams: { path: parent, show: nameOf(path) }, replaceUrl: true });
  }
}

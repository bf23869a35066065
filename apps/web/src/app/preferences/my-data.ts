import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Api, eraseMyData, type ErasedDataDto, exportMyData, type Problem, problemFrom } from '@lakescope/web-api';
import { formatCount, Icon, ProblemBanner } from '@lakescope/web-ui';
import { Dialogs } from '../shell/dialogs';
import { Session } from '../shell/session';
import { TrackingConsent } from '../tracking/tracking-consent';
import { UsageTracking } from '../tracking/usage-tracking';
import { Preferences } from './preferences';

type TableRows = ErasedDataDto['erased'][number];

/** Everything the app keeps about the person: to take along, and to be rid of. */
@Component({
  selector: 'ls-my-data',
  imports: [Icon, MatButton, ProblemBanner],
  templateUrl: './my-data.html',
  styleUrl: './my-data.css',
})
export class MyData {
  private readonly api = inject(Api);
  private readonly dialogs = inject(Dialogs);
  private readonly session = inject(Session);
  private readonly preferences = inject(Preferences);
  private readonly tracking = inject(UsageTracking);
  private readonly consent = inject(TrackingConsent);

  protected readonly download = exportMyData({}).urlWithParams;
  protected readonly fileName = computed(() => `lakescope-${this.session.user()?.user_id ?? 'my'}-data.json`);
  protected readonly isErasing = signal(false);
  protected readonly problem = signal<Problem | undefined>(undefined);
  private readonly result = signal<ErasedDataDto | undefined>(undefined);
  protected readonly erased = computed(() => {
    const result = this.result();
    return result && { gone: listOf(result.erased), nameless: listOf(result.pseudonymised) };
  });

  protected async erase(): Promise<void> {
    const user = this.session.user()?.user_id ?? $localize`you`;
    const isWanted = await this.dialogs.confirm({
      title: $localize`Erase everything stored about ${user}:user:?`,
      consequences: [
        $localize`Your preferences, favourites and recent places are deleted, here and on this device.`,
        $localize`What was recorded of your use of these pages is deleted; requests stay counted, and name nobody.`,
        $localize`Entries of the audit log stay, but name you no more: a pseudonym takes the place of your name.`,
        ...(this.consent.isOptedOut()
          ? [$localize`Usage tracking is on again afterwards: that you switched it off is a preference too.`]
          : []),
        $localize`Tables, files and rights of the workspace are not touched.`,
        $localize`It cannot be undone. Download your data first if you want to keep it.`,
      ],
      action: $localize`Erase my data`,
      isDestructive: true,
    });
    if (!isWanted) return;
    this.isErasing.set(true);
    this.problem.set(undefined);
    this.result.set(undefined);
    try {
      await this.tracking.restDuring(async () => {
        this.result.set(await this.api.invoke(eraseMyData, {}));
        this.preferences.forget();
      });
    } catch (error) {
      this.problem.set(problemFrom(error));
    } finally {
      this.isErasing.set(false);
    }
  }
}

function listOf(tables: readonly TableRows[]): string | undefined {
  const touched = tables.filter(({ rows }) => rows > 0);
  if (touched.length === 0) return undefined;
  return touched.map(({ table, rows }) => $localize`${formatCount(rows)}:rows: of ${table}:table:`).join(', ');
}

import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon, ProblemBanner } from '@lakescope/web-ui';
import { Dialogs } from '../shell/dialogs';
import { Session } from '../shell/session';
import { SingleKeys } from '../shell/single-keys';
import { TrackingChoice } from '../tracking/tracking-choice';
import { AppearanceFields } from './appearance-fields';
import { InferenceHistory } from './inference-history';
import { MyData } from './my-data';
import { Preferences } from './preferences';
import { WarehouseStart } from './warehouse-start';

/** How I like the page, where that is kept, and everything that is stored about me. */
@Component({
  selector: 'ls-preferences-page',
  imports: [AppearanceFields, Icon, MatButton, MyData, ProblemBanner, TrackingChoice],
  templateUrl: './preferences-page.html',
  styleUrl: './preferences-page.css',
})
export class PreferencesPage {
  private readonly dialogs = inject(Dialogs);
  protected readonly session = inject(Session);
  protected readonly preferences = inject(Preferences);
  protected readonly inferenceHistory = inject(InferenceHistory);
  protected readonly warehouseStart = inject(WarehouseStart);
  protected readonly singleKeys = inject(SingleKeys);
  /** Without a database there is nothing to wait for; any other reason passes. */
  protected readonly isWithoutDatabase = computed(() => this.preferences.problem()?.code === 'LAKEBASE_NOT_CONFIGURED');

  protected switchSingleKeys(event: Event): void {
    this.singleKeys.switch((event.target as HTMLInputElement).checked);
  }

  protected switchWarehouseStart(event: Event): void {
    this.warehouseStart.choose((event.target as HTMLInputElement).checked ? 'always' : 'ask');
  }

  protected switchInferenceHistory(event: Event): void {
    this.inferenceHistory.choose((event.target as HTMLInputElement).checked ? 'on' : 'off');
  }

  protected showShortcuts(): void {
    void this.dialogs.openShortcuts();
  }
}

import { Component, computed, input } from '@angular/core';
import { type DependencyStatusDto } from '@lakescope/web-api';
import { Chip, type ChipTone, Icon, type IconName, TimeAgo } from '@lakescope/web-ui';

const ICONS: Readonly<Record<string, IconName>> = {
  identity: 'identity',
  storage: 'storage',
  lakebase: 'lakebase',
  serving: 'serving',
  warehouse: 'warehouse',
  metrics: 'gauge',
};

const NAMES: Readonly<Record<string, string>> = {
  identity: $localize`Identity`,
  storage: $localize`Storage`,
  lakebase: $localize`Lakebase`,
  serving: $localize`Model serving`,
  warehouse: $localize`SQL warehouse`,
  metrics: $localize`Metrics`,
};

const STATES: Readonly<Record<DependencyStatusDto['state'], { label: string; tone: ChipTone }>> = {
  ok: { label: $localize`Works`, tone: 'ok' },
  degraded: { label: $localize`Degraded`, tone: 'warn' },
  down: { label: $localize`Down`, tone: 'bad' },
  not_configured: { label: $localize`Not configured`, tone: 'neutral' },
};

/** One thing the app depends on: whether it works for me right now, and if not, why and what to do. */
@Component({
  selector: 'ls-dependency-tile',
  imports: [Chip, Icon, TimeAgo],
  templateUrl: './dependency-tile.html',
  styleUrl: './dependency-tile.css',
  host: { class: 'ls-panel' },
})
export class DependencyTile {
  readonly dependency = input.required<DependencyStatusDto>();

  protected readonly icon = computed<IconName>(() => ICONS[this.dependency().name] ?? 'help');
  protected readonly name = computed(() => NAMES[this.dependency().name] ?? this.dependency().name);
  protected readonly state = computed(() => STATES[this.dependency().state]);
}

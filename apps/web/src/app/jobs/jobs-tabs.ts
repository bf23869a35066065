import { Component, input } from '@angular/core';
import { type Tab, TabBar } from '@lakescope/web-ui';

export type JobsTab = 'runs' | 'schedules' | 'freshness';

const TABS: readonly (Tab & { readonly id: JobsTab })[] = [
  { id: 'runs', label: $localize`Runs`, link: '/jobs', trackId: 'jobs-tab-runs' },
  { id: 'schedules', label: $localize`Schedules`, link: '/jobs/schedules', trackId: 'jobs-tab-schedules' },
  { id: 'freshness', label: $localize`Freshness`, link: '/jobs/freshness', trackId: 'jobs-tab-freshness' },
];

/** The views of ingestion: what ran, what is started by the clock, and how far tables lie behind. */
@Component({
  selector: 'ls-jobs-tabs',
  imports: [TabBar],
  template: `<ls-tabs [tabs]="tabs" [selected]="selected()" label="Views of ingestion" i18n-label />`,
})
export class JobsTabs {
  readonly selected = input.required<JobsTab>();

  protected readonly tabs = TABS;
}

import { computed, inject, Service } from '@angular/core';
import { type IconName } from '@lakescope/web-ui';
import { Session } from './session';

/** A page somebody can go to by its name. */
export interface Page {
  readonly label: string;
  readonly link: string;
  readonly icon: IconName;
}

/** A page of the side navigation. */
export interface Destination extends Page {
  /** Second key of the `g` chord. */
  readonly key: string;
  /** What usage tracking calls the link. */
  readonly trackId: string;
}

const forEverybody: readonly Destination[] = [
  { label: $localize`Home`, link: '/', icon: 'home', key: 'h', trackId: 'nav-home' },
  { label: $localize`Catalog`, link: '/catalog', icon: 'catalog', key: 'c', trackId: 'nav-catalog' },
  { label: $localize`Delta`, link: '/delta', icon: 'delta', key: 'd', trackId: 'nav-delta' },
  { label: $localize`Files`, link: '/files', icon: 'files', key: 'f', trackId: 'nav-files' },
  { label: $localize`S3`, link: '/s3', icon: 'storage', key: '3', trackId: 'nav-storage' },
  { label: $localize`Serving`, link: '/serving', icon: 'serving', key: 's', trackId: 'nav-serving' },
  { label: $localize`Jobs`, link: '/jobs', icon: 'activity', key: 'j', trackId: 'nav-jobs' },
];

const forAdmins: readonly Destination[] = [
  { label: $localize`Metrics`, link: '/usage-metrics', icon: 'gauge', key: 'm', trackId: 'nav-metrics' },
  { label: $localize`Admin`, link: '/admin', icon: 'shield', key: 'a', trackId: 'nav-admin' },
];

const insideJobs: readonly Page[] = [
  { label: $localize`Jobs: new run`, link: '/jobs/new', icon: 'add' },
  { label: $localize`Jobs: schedules`, link: '/jobs/schedules', icon: 'clock' },
  { label: $localize`Jobs: freshness`, link: '/jobs/freshness', icon: 'gauge' },
];

const aboutMe: readonly Page[] = [
  { label: $localize`Permissions`, link: '/permissions', icon: 'key' },
  { label: $localize`Preferences`, link: '/preferences', icon: 'settings' },
];

const insideAdmin: readonly Page[] = [
  { label: $localize`Metrics: alerts`, link: '/usage-metrics/alerts', icon: 'alert' },
  { label: $localize`Admin: database`, link: '/admin/database', icon: 'lakebase' },
  { label: $localize`Admin: audit log`, link: '/admin/audit', icon: 'history' },
  { label: $localize`Admin: orphaned records`, link: '/admin/orphaned', icon: 'delete' },
  { label: $localize`Admin: scopes`, link: '/admin/scopes', icon: 'key' },
  { label: $localize`Admin: set-up`, link: '/admin/setup', icon: 'check' },
];

/** The pages that exist for whoever is signed in. What they may do there, the server decides. */
@Service()
export class Navigation {
  private readonly session = inject(Session);

  /** In the order in which people meet them. */
  readonly destinations = computed(() => (this.session.isAdmin() ? [...forEverybody, ...forAdmins] : forEverybody));
  readonly pages = computed<readonly Page[]>(() => [
    ...this.destinations(),
    ...insideJobs,
    ...aboutMe,
    ...(this.session.isAdmin() ? insideAdmin : []),
  ]);
}

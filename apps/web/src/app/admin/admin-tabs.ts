import { type Tab } from '@lakescope/web-ui';

/** The parts of the admin area, each at a path of its own; the first one is the area itself. */
export const adminTabs: readonly (Tab & { readonly link: string })[] = [
  { id: '', label: $localize`Overview`, link: '/admin', trackId: 'admin-tab-overview' },
  { id: 'database', label: $localize`Database`, link: '/admin/database', trackId: 'admin-tab-database' },
  { id: 'audit', label: $localize`Audit`, link: '/admin/audit', trackId: 'admin-tab-audit' },
  { id: 'orphaned', label: $localize`Orphaned records`, link: '/admin/orphaned', trackId: 'admin-tab-orphaned' },
  { id: 'scopes', label: $localize`Scopes`, link: '/admin/scopes', trackId: 'admin-tab-scopes' },
  { id: 'setup', label: $localize`Set-up`, link: '/admin/setup', trackId: 'admin-tab-setup' },
];

/** Which tab a path of the area belongs to: `/admin/audit?user_id=a` to `audit`. */
export function tabOf(url: string): string {
  return /^\/admin\/([^/?#]+)/.exec(url)?.[1] ?? '';
}

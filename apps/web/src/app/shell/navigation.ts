import { type IconName } from '@lakescope/web-ui';

export interface Destination {
  readonly label: string;
  readonly link: string;
  readonly icon: IconName;
  /** Second key of the `g` chord. */
  readonly key: string;
}

/** The pages that exist, in the order in which people meet them. */
export const destinations: readonly Destination[] = [
  { label: $localize`Home`, link: '/', icon: 'home', key: 'h' },
  { label: $localize`Delta`, link: '/delta', icon: 'delta', key: 'd' },
  { label: $localize`Files`, link: '/files', icon: 'files', key: 'f' },
];

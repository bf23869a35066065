import { type PermissionDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

type State = PermissionDto['state'];

/** What matters most comes first. */
export const STATES: readonly { readonly state: State; readonly label: string; readonly tone: ChipTone }[] = [
  { state: 'denied', label: $localize`Denied`, tone: 'bad' },
  { state: 'unknown', label: $localize`Unknown`, tone: 'warn' },
  { state: 'allowed', label: $localize`Allowed`, tone: 'ok' },
];

/** With whose rights a feature runs, in words. */
export const RUNS_AS: Readonly<Record<PermissionDto['runs_as'], string>> = {
  user: $localize`you`,
  app: $localize`the app`,
  system: $localize`the system`,
};

/** An unknown state in a shared link shows all of them. */
export function stateFrom(text: string | undefined): State | undefined {
  return STATES.find(({ state }) => state === text)?.state;
}

import type { ServiceFault } from '../http/fault-plans';
import type { PersonaName } from '../identity/personas';
import type { PostgresFault } from '../lakebase-gateway/postgres-faults';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { faultSection } from './local-page-faults';
import { personaSection, tokenSection } from './local-page-people';
import { gapSection, requestSection } from './local-page-requests';
import { markup } from './markup';
import { page } from './page';
import type { SessionToken } from './persona-sessions';

export const scriptPath = '/.local/local.js';

export interface LocalPageFacts {
  readonly workspace: Pick<LocalWorkspace, 'personas' | 'servicePrincipal' | 'requestLog'>;
  readonly faults: readonly ServiceFault[];
  readonly current: PersonaName;
  readonly token: SessionToken;
  readonly postgres: readonly PostgresFault[] | undefined;
  /** Where choosing a persona leads. */
  readonly returnTo: string;
  /** Why the last thing that was asked for was not done. */
  readonly notice?: string | undefined;
}

/** `/.local`: who you are, with which token, what goes wrong, and what the app has asked of the workspace. */
export function localPage({ workspace, faults, current, token, postgres, returnTo, notice }: LocalPageFacts) {
  const sections = ['personas', 'token', 'faults', 'requests', 'gaps'];
  const links = sections.map((id) => markup`<a href="#${id}">${id.charAt(0).toUpperCase() + id.slice(1)}</a>`);
  return page(
    'Local workspace',
    markup`<header class="bar"><div><strong>Local workspace</strong><nav aria-label="Sections">${links}</nav><a href="/">Back to the app</a></div></header>
<main><h1>Local workspace</h1>
<p>This page stands in front of the app on this machine only. <label hidden data-scripted class="row"><input type="checkbox" id="live" checked>Keep this page up to date</label></p>
${notice === undefined ? undefined : markup`<p class="notice" role="alert">${notice}</p>`}
${personaSection(workspace.personas, current, returnTo)}
${tokenSection(current, token)}
${faultSection(workspace.servicePrincipal, faults, postgres)}
${requestSection(workspace.requestLog, workspace)}
${gapSection(workspace.requestLog)}
</main>`,
    { script: scriptPath },
  );
}

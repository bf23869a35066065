import type { LoggedRequest, RequestLog } from '../http/request-log';
import { PERSONA_NAMES } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { markup, type Markup } from './markup';

const shown = 50;

type People = Pick<LocalWorkspace, 'personas' | 'servicePrincipal'>;

/** The last requests that reached the workspace. */
export function requestSection(log: RequestLog, people: People): Markup {
  const entries = [...log.entries()].slice(-shown).reverse();
  const rows = entries.map((entry) => row(entry, people));
  return markup`<section aria-labelledby="requests"><h2 id="requests">Requests</h2>
<div id="live-requests" data-live><p>${countOf(entries.length, log.count())} <a href="/.local#requests">Refresh</a></p>
${rows.length === 0 ? undefined : table('Table of requests', ['Time', 'Method', 'Route', 'Status', '#ms', 'As'], rows)}</div></section>`;
}

/** How many are shown of how many there were. */
export function countOf(visible: number, total: number): string {
  if (total === 0) return 'No requests to the workspace yet.';
  if (total === 1) return 'The only request to the workspace so far.';
  if (visible < total) return `The last ${visible} of ${total} requests to the workspace.`;
  return `All ${total} requests to the workspace so far.`;
}

/** What was asked for and is not there. */
export function gapSection(log: RequestLog): Markup {
  const rows = log
    .gaps()
    .map(
      ({ method, path, count }) =>
        markup`<tr><td>${method}</td>${pathCell(path, path)}<td class="number">${count}</td></tr>`,
    );
  const found =
    rows.length === 0
      ? markup`<p>Every API that was asked for is there.</p>`
      : markup`<p>These APIs were asked for and this workspace does not have them.</p>${table('Table of gaps', ['Method', 'Path', '#Times'], rows)}`;
  return markup`<section aria-labelledby="gaps"><h2 id="gaps">Gaps</h2><div id="live-gaps" data-live>${found}</div></section>`;
}

/** A table that scrolls inside its own box. A heading that begins with # is over numbers. */
export function table(label: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const head = heads.map((text) => {
    if (text === '') return markup`<td></td>`;
    return text.startsWith('#')
      ? markup`<th scope="col" class="number">${text.slice(1)}</th>`
      : markup`<th scope="col">${text}</th>`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function row({ time, method, path, route, status, milliseconds, principal }: LoggedRequest, people: People): Markup {
  const tone = status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'warn' : 'ok';
  const answered = status === 0 ? 'cut' : status;
  return markup`<tr><td>${time.slice(11, 23)}</td>
<td>${method}</td>${pathCell(route ?? path, path)}
<td class="${tone}">${answered}</td>
<td class="number">${milliseconds.toFixed(1)}</td>
<td title="${principal ?? ''}">${nameOf(principal, people)}</td></tr>`;
}

function pathCell(text: string, path: string): Markup {
  return markup`<td class="path" title="${path}">${text}</td>`;
}

/** Personas by their short names; the app by its own. */
function nameOf(principal: string | undefined, { personas, servicePrincipal }: People): string {
  if (principal === servicePrincipal.clientId) return `${servicePrincipal.displayName} (the app)`;
  return PERSONA_NAMES.find((name) => personas[name].userName === principal) ?? principal ?? '';
}

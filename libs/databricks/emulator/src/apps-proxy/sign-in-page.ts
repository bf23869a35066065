import type { LoggedRequest, RequestLog } from '../http/request-log';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { escapeHtml, page } from './page';

const shownRequests = 50;

const about: Readonly<Record<PersonaName, string>> = {
  admin: 'Workspace admin: sees and may change everything',
  engineer: 'Reads the demo lake and every mount',
  analyst: 'Reads the demo lake and every mount',
  outsider: 'Belongs to no group and may read nothing',
};

/** The switcher: who you are signed in as, and what the app has asked of the workspace. */
export function signInPage(
  { personas, requestLog }: Pick<LocalWorkspace, 'personas' | 'requestLog'>,
  current: PersonaName,
): ReturnType<typeof page> {
  const buttons = PERSONA_NAMES.map((name) => {
    const { displayName, userName, groups } = personas[name];
    return `<li><form method="post" action="/.local/persona"><button name="persona" value="${name}"${name === current ? ' aria-current="true"' : ''}>
<strong>${escapeHtml(displayName)} (${name})</strong><small>${escapeHtml(userName)}</small>
<small>${escapeHtml(about[name])}</small><small>Groups: ${escapeHtml(groups.join(', ') || 'none')}</small></button></form></li>`;
  });
  return page(
    'Local workspace',
    `<main><h1>Local workspace</h1>
<p>Signed in as ${escapeHtml(personas[current].displayName)}. Choose somebody to go to the app as that person. <a href="/">Back to the app</a></p>
<ul class="personas">${buttons.join('')}</ul>
${gaps(requestLog)}
<h2>Requests</h2><p>The last ${shownRequests} of ${requestLog.count()} requests to the workspace. <a href="/.local">Refresh</a></p>
${table(['Time', 'Method', 'Path', 'Status', 'ms', 'As'], [...requestLog.entries()].slice(-shownRequests).reverse().map(row))}
</main>`,
  );
}

function gaps(log: RequestLog): string {
  const unknown = log.gaps();
  const rows = unknown.map(
    ({ method, path, count }) =>
      `<tr><td>${escapeHtml(method)}</td>${pathCell(path)}<td class="number">${count}</td></tr>`,
  );
  return unknown.length === 0
    ? '<h2>Gaps</h2><p>Every API that was asked for is there.</p>'
    : `<h2>Gaps</h2><p>These APIs were asked for and this workspace does not have them.</p>${table(['Method', 'Path', 'Times'], rows)}`;
}

function row({ time, method, path, status, milliseconds, principal }: LoggedRequest): string {
  const tone = status >= 400 ? 'bad' : 'good';
  return `<tr><td>${escapeHtml(time.slice(11, 23))}</td><td>${escapeHtml(method)}</td>${pathCell(path)}<td class="${tone}">${status}</td><td class="number">${milliseconds.toFixed(1)}</td><td>${escapeHtml(principal ?? '')}</td></tr>`;
}

function pathCell(path: string): string {
  return `<td class="path" title="${escapeHtml(path)}">${escapeHtml(path)}</td>`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const numbers = ['ms', 'Times'];
  const head = heads
    .map((text) => `<th scope="col"${numbers.includes(text) ? ' class="number"' : ''}>${text}</th>`)
    .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${heads.includes('Times') ? 'Gaps' : 'Requests'}"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

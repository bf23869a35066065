import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { LocalWorkspace, Persona } from '../workspace/local-workspace';
import { markup, type Markup } from './markup';
import type { SessionToken } from './persona-sessions';

const about: Readonly<Record<PersonaName, string>> = {
  admin: 'Workspace admin: sees and may change everything',
  engineer: 'Reads the demo lake and every mount',
  analyst: 'Reads the demo lake and every mount',
  outsider: 'Belongs to no group and may read nothing',
};

/** Who one can be, and who one is. */
export function personaSection(personas: LocalWorkspace['personas'], current: PersonaName, returnTo: string): Markup {
  const cards = PERSONA_NAMES.map((name) => card(name, personas[name], name === current, returnTo));
  return markup`<section aria-labelledby="personas"><h2 id="personas">Personas</h2>
<p>Signed in as ${personas[current].displayName}. Choosing somebody goes to ${returnTo === '/' ? 'the app' : returnTo} as that person.</p>
<ul class="personas">${cards}</ul></section>`;
}

function card(
  name: PersonaName,
  { displayName, userName, groups }: Persona,
  isCurrent: boolean,
  returnTo: string,
): Markup {
  const [itsClass, itsState] = isCurrent ? [markup` class="current"`, markup` aria-current="true"`] : [];
  return markup`<li${itsClass}><form method="post" action="/.local/persona">
<input type="hidden" name="return_to" value="${returnTo}">
<button name="persona" value="${name}"${itsState}><strong>${displayName} (${name})</strong>
<small>${userName}</small><small>${about[name]}</small><small>Groups: ${inShort(groups)}</small></button></form>
<details><summary>Change groups of ${name}</summary><form method="post" action="/.local/groups">
<input type="hidden" name="persona" value="${name}">
<label><small>Separated by commas</small><input name="groups" value="${groups.join(', ')}"></label>
<button>Save groups</button></form></details></li>`;
}

const states: Readonly<Record<SessionToken['state'], Markup>> = {
  valid: markup`<span class="ok">valid</span>`,
  expired: markup`<span class="bad">expired</span>`,
  revoked: markup`<span class="bad">revoked</span>`,
};

/** What the app is told about the person with each request; the token itself is never shown. */
export function tokenSection(persona: PersonaName, token: SessionToken): Markup {
  const scopes = token.scopes.map((scope) => markup`<span class="chip">${scope}</span>`);
  const button = (action: string, text: string): Markup =>
    markup`<button name="action" value="${action}">${text}</button>`;
  return markup`<section aria-labelledby="token"><h2 id="token">Token</h2>
<p>What the forwarded token of ${persona} says. It is renewed five minutes before it ends, unless it was revoked or expired here: then it goes on being forwarded until a new one is issued.</p>
<div id="live-token" data-live><dl class="facts">
<dt>State</dt><dd>${states[token.state]}</dd>
<dt>Subject</dt><dd>${token.subject}</dd>
<dt>Scopes</dt><dd>${scopes}</dd>
<dt>Issued</dt><dd>${moment(token.issuedAt)}</dd>
<dt>Expires</dt><dd>${moment(token.expiresAt)} <time data-until datetime="${token.expiresAt.toISOString()}"></time></dd>
<dt>Id</dt><dd><code>${token.tokenId}</code></dd></dl></div>
<form class="row" method="post" action="/.local/token">${button('renew', 'Issue a new one')}${button('expire', 'Expire now')}${button('revoke', 'Revoke')}</form></section>`;
}

/** Somebody may be in a thousand. */
function inShort(groups: readonly string[]): string {
  const shown = groups.slice(0, 5).join(', ');
  return groups.length > 5 ? `${shown} and ${groups.length - 5} more` : shown || 'none';
}

function moment(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

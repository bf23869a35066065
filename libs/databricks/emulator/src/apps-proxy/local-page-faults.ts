import type { PlannedFault } from '../http/faults';
import { PERSONA_NAMES } from '../identity/personas';
import type { PostgresFault } from '../lakebase-gateway/postgres-faults';
import { FAULT_PRESETS, POSTGRES_PRESETS } from './fault-presets';
import { table } from './local-page-requests';
import { markup, type Markup } from './markup';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What goes wrong at the moment, and everything that can. `postgres` is undefined where no database is known. */
export function faultSection(planned: readonly PlannedFault[], postgres: readonly PostgresFault[] | undefined): Markup {
  return markup`<section aria-labelledby="faults"><h2 id="faults">Faults</h2>
<p>The workspace fails on purpose for requests that match. The first planned fault that matches acts.</p>
<div id="live-faults" data-live>${plannedFaults(planned)}</div>
<h3>Ready-made</h3><form class="row" method="post" action="/.local/faults">${presets(FAULT_PRESETS)}</form>
<h3>Your own</h3>${faultForm()}
${postgres === undefined ? undefined : databaseFaults(postgres)}</section>`;
}

function plannedFaults(planned: readonly PlannedFault[]): Markup {
  if (planned.length === 0) return markup`<p>No REST faults are planned.</p>`;
  const rows = planned.map(
    (
      fault,
    ) => markup`<tr><td>${fault.method ?? 'any'}</td><td class="path" title="${fault.pathPrefix ?? '/'}">${fault.pathPrefix ?? '/'}</td><td>${describeFault(fault)}</td><td class="number">${fault.hits}</td><td class="number">${fault.times ?? 'all'}</td>
<td><form method="post" action="/.local/faults/remove"><button name="id" value="${fault.id}" aria-label="Remove the fault for ${fault.pathPrefix ?? 'every path'}">Remove</button></form></td></tr>`,
  );
  return markup`${table('Planned faults', ['Method', 'Path starts with', 'What happens', '#Hits', '#Of', ''], rows)}
<form class="row" method="post" action="/.local/faults/clear"><button>Clear all</button></form>`;
}

/** In words, in the order in which things happen. */
export function describeFault(fault: PlannedFault): string {
  const words = [
    fault.principal === undefined ? '' : `only for ${fault.principal}`,
    fault.afterHandler === true ? 'after the work is done' : '',
    fault.delayMs === undefined ? '' : `wait ${fault.delayMs} ms`,
    fault.token === undefined ? '' : `token ${fault.token}`,
    fault.status === undefined ? '' : `answer ${fault.status}`,
    fault.hideCreatedFor === undefined ? '' : `what it creates is not found ${fault.hideCreatedFor} times`,
    fault.cut === undefined ? '' : fault.cut === 'body' ? 'cut in the middle of the body' : 'cut the connection',
  ];
  return words.filter((word) => word !== '').join(', ') || 'nothing';
}

function faultForm(): Markup {
  const option = (value: string, text = value): Markup => markup`<option value="${value}">${text}</option>`;
  const number = (name: string, text: string, limits: Markup): Markup =>
    markup`<label>${text}<input type="number" inputmode="numeric" name="${name}" ${limits}></label>`;
  return markup`<form method="post" action="/.local/faults"><div class="fields">
<label>Method<select name="method">${[option('', 'any'), ...methods.map((method) => option(method))]}</select></label>
<label>Path starts with<input name="pathPrefix" placeholder="/api/2.0/fs" pattern="/.*"></label>
<label>For<select name="principal">${[option('', 'everybody'), ...PERSONA_NAMES.map((name) => option(name))]}</select></label>
${number('status', 'Status', markup`min="200" max="599"`)}
${number('delayMs', 'Delay in ms', markup`min="0" max="600000"`)}
${number('times', 'How often (empty: always)', markup`min="1"`)}
<label>Cut<select name="cut">${[option('', 'no'), option('connection', 'the connection'), option('body', 'in the body')]}</select></label>
<label class="check"><input type="checkbox" name="afterHandler" value="true">After the work is done</label></div>
<div class="row"><button class="primary">Plan this fault</button></div></form>`;
}

function databaseFaults(postgres: readonly PostgresFault[]): Markup {
  const rows = postgres.map(
    (fault) =>
      markup`<tr><td>${describePostgres(fault)}</td><td class="number">${fault.hits}</td><td class="number">${fault.times ?? 'all'}</td></tr>`,
  );
  const active =
    rows.length === 0
      ? markup`<p>The database is well.</p>`
      : table('Database faults', ['What happens', '#Hits', '#Of'], rows);
  return markup`<h3 id="database">Database</h3><div id="live-database" data-live>${active}</div>
<form class="row" method="post" action="/.local/postgres-faults">${presets(POSTGRES_PRESETS)}</form>
<form class="row" method="post" action="/.local/postgres-faults/heal"><button>Heal the database</button></form>
<form class="row" method="post" action="/.local/suspend"><button>Put the Autoscaling endpoint to sleep</button><small>It wakes with the next connection.</small></form>`;
}

function describePostgres({ kind, milliseconds, sqlState }: PostgresFault): string {
  switch (kind) {
    case 'refuse':
      return 'connections are refused';
    case 'stall':
      return 'nothing is answered';
    case 'delay':
      return `everything takes ${milliseconds ?? 0} ms longer each way`;
    case 'reject-credentials':
      return 'credentials are refused (28P01)';
    case 'refuse-logins':
      return `logins are refused (${sqlState ?? ''})`;
  }
}

function presets(all: Readonly<Record<string, { readonly title: string }>>): readonly Markup[] {
  return Object.entries(all).map(
    ([name, { title }]) => markup`<button name="preset" value="${name}">${title}</button>`,
  );
}

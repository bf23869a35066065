import type { ServiceFault } from '../http/fault-plans';
import { PERSONA_NAMES } from '../identity/personas';
import type { PostgresFault } from '../lakebase-gateway/postgres-faults';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { FAULT_PRESETS, POSTGRES_PRESETS } from './fault-presets';
import { table } from './local-page-requests';
import { markup, type Markup } from './markup';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What goes wrong at the moment, and everything that can. `postgres` is undefined where no database is known. */
export function faultSection(
  app: LocalWorkspace['servicePrincipal'],
  planned: readonly ServiceFault[],
  postgres: readonly PostgresFault[] | undefined,
): Markup {
  return markup`<section aria-labelledby="faults"><h2 id="faults">Faults</h2>
<p>The workspace, or its object storage, fails on purpose for requests that match. The first planned fault that matches acts.</p>
<div id="live-faults" data-live>${plannedFaults(planned, app)}</div>
<h3>Ready-made</h3><form class="row" method="post" action="/.local/faults">${presets(FAULT_PRESETS)}</form>
<h3>Your own</h3>${faultForm(app)}
${postgres === undefined ? undefined : databaseFaults(postgres)}</section>`;
}

function plannedFaults(planned: readonly ServiceFault[], app: LocalWorkspace['servicePrincipal']): Markup {
  if (planned.length === 0) return markup`<p>No faults of REST or storage are planned.</p>`;
  const rows = planned.map((fault) => plannedFault(fault, app));
  return markup`${table('Planned faults', ['Where', 'Method', 'Path starts with', 'What happens', '#Hits', '#Of', ''], rows)}
<form class="row" method="post" action="/.local/faults/clear"><button>Clear all</button></form>`;
}

function plannedFault(fault: ServiceFault, app: LocalWorkspace['servicePrincipal']): Markup {
  const { id, service, method = 'any', path, pathPrefix = path ?? '/', hits, times = 'all' } = fault;
  return markup`<tr><td>${service === 's3' ? 'storage' : 'REST'}</td>
<td>${method}</td>
<td class="path" title="${pathPrefix}">${pathPrefix}</td>
<td>${describeFault(fault, app)}</td>
<td class="number">${hits}</td>
<td class="number">${times}</td>
<td><form method="post" action="/.local/faults/remove">
<button name="id" value="${id}" aria-label="Remove the fault for ${pathPrefix}">Remove</button></form></td></tr>`;
}

const STREAM_WORDS = {
  error: 'an error inside of the stream',
  stall: 'the stream falls silent',
  cut: 'the stream breaks off',
} as const;

/** In words, in the order in which things happen. */
function describeFault(fault: ServiceFault, app: LocalWorkspace['servicePrincipal']): string {
  const who = fault.principal === app.clientId ? 'the app' : fault.principal;
  const words = [
    who === undefined ? '' : `only for ${who}`,
    fault.afterHandler === true ? 'after the work is done' : '',
    fault.delayMs === undefined ? '' : `wait ${fault.delayMs} ms`,
    fault.token === undefined ? '' : `token ${fault.token}`,
    fault.status === undefined ? '' : `answer ${fault.status}`,
    fault.hideCreatedFor === undefined ? '' : `what it creates is not found at first (${fault.hideCreatedFor})`,
    fault.stream === undefined ? '' : `${STREAM_WORDS[fault.stream]} after ${fault.afterEvents ?? 3} events`,
    fault.cut === undefined ? '' : fault.cut === 'body' ? 'cut in the middle of the body' : 'cut the connection',
  ];
  return words.filter((word) => word !== '').join(', ') || 'nothing';
}

function faultForm(app: LocalWorkspace['servicePrincipal']): Markup {
  const option = (value: string, text = value): Markup => markup`<option value="${value}">${text}</option>`;
  const select = (name: string, text: string, options: readonly Markup[]): Markup =>
    markup`<label>${text}<select name="${name}">${options}</select></label>`;
  const number = (name: string, text: string, limits: Markup): Markup =>
    markup`<label>${text}<input type="number" inputmode="numeric" name="${name}" ${limits}></label>`;
  const people = [
    option('', 'everybody'),
    ...PERSONA_NAMES.map((name) => option(name)),
    option(app.clientId, 'the app'),
  ];
  const services = [option('', 'the REST API'), option('s3', 'object storage')];
  const tokens = [option('', 'as it is'), option('expired'), option('invalid')];
  const streams = [option('', 'goes on'), option('error'), option('stall'), option('cut')];
  const cuts = [option('', 'no'), option('connection', 'the connection'), option('body', 'in the body')];
  return markup`<form method="post" action="/.local/faults"><div class="fields">
${select('service', 'Where', services)}
${select('method', 'Method', [option('', 'any'), ...methods.map((method) => option(method))])}
<label>Path starts with<input name="pathPrefix" placeholder="/api/2.0/fs, /bucket/key" pattern="/.*"></label>
${select('principal', 'For', people)}
${number('status', 'Status', markup`min="200" max="599"`)}
${number('delayMs', 'Delay in ms', markup`min="0" max="600000"`)}
${number('times', 'How often (empty: always)', markup`min="1"`)}
${select('cut', 'Cut', cuts)}
${select('token', 'Token', tokens)}
${select('stream', 'Stream of a model', streams)}
${number('afterEvents', 'After so many events', markup`min="0"`)}
${number('hideCreatedFor', 'New things not found (GETs)', markup`min="1"`)}
<label class="check"><input type="checkbox" name="afterHandler" value="true">After the work is done</label></div>
<div class="row"><button class="primary">Plan this fault</button></div></form>`;
}

function databaseFaults(postgres: readonly PostgresFault[]): Markup {
  const rows = postgres.map((fault) => {
    const { hits, times = 'all' } = fault;
    return markup`<tr><td>${describePostgres(fault)}</td>
<td class="number">${hits}</td>
<td class="number">${times}</td></tr>`;
  });
  const active =
    rows.length === 0
      ? markup`<p>The database is well.</p>`
      : table('Database faults', ['What happens', '#Hits', '#Of'], rows);
  return markup`<h3 id="database">Database</h3><div id="live-database" data-live>${active}</div>
<form class="row" method="post" action="/.local/postgres-faults">${presets(POSTGRES_PRESETS)}</form>
<form class="row" method="post" action="/.local/postgres-faults/heal"><button>Heal the database</button></form>
<form class="row" method="post" action="/.local/suspend"><button>Put the Autoscaling endpoint to sleep</button>
<small>It wakes with the next connection.</small></form>`;
}

function describePostgres({ kind, milliseconds, sqlState }: PostgresFault): string {
  switch (kind) {
    case 'refuse':
      return 'new connections are refused; sessions still open go on';
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

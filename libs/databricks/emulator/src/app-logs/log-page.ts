import { markup } from '../apps-proxy/markup';
import { page } from '../apps-proxy/page';

export const LOG_PAGE = '/logz';
export const LOG_STREAM = '/logz/stream';
export const LOG_SCRIPT = '/logz/logz.js';

const style = `
body.logz { display: flex; flex-direction: column; height: 100dvh; }
.logz main { display: flex; flex-direction: column; flex: 1; min-height: 0; width: 100%; max-width: none; padding: 16px; }
.logz header.bar > div { max-width: none; }
.logz .controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin: 8px 0; }
.logz .controls label.field { flex: 1 1 240px; max-width: 480px; font-size: 12px; line-height: 16px; color: var(--muted); }
.logz .controls label.field.level { flex: 0 1 140px; }
.logz .controls label.check { display: flex; gap: 8px; align-items: center; min-height: 32px; }
.logz .controls .tally { display: flex; gap: 16px; align-items: center; min-height: 32px; margin: 0 0 0 auto; color: var(--muted); font-variant-numeric: tabular-nums; }
.logz #lines { flex: 1; min-height: 0; overflow: auto; margin: 0; padding: 4px 0; list-style: none; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); font: 12px/18px ui-monospace, monospace; overflow-anchor: none; }
.logz #lines li { display: grid; grid-template-columns: 96px 56px 48px minmax(0, 1fr); gap: 0 8px; padding: 1px 12px; }
.logz #lines li.is-bad { box-shadow: inset 3px 0 var(--bad); }
.logz #lines li.is-warn { box-shadow: inset 3px 0 var(--warn); }
.logz #lines time, .logz #lines .source { color: var(--muted); }
.logz #lines .text { overflow-wrap: anywhere; white-space: pre-wrap; }
.logz #lines summary { font: inherit; }
.logz #lines .rest { color: var(--muted); }
.logz #lines .system .text { font-style: italic; }
@media (max-width: 720px) {
  .logz main { padding: 12px; }
  .logz #lines li { grid-template-columns: auto auto 1fr; gap: 0 12px; padding: 4px 8px; border-top: 1px solid var(--line); }
  .logz #lines li:first-child { border-top: 0; }
  .logz #lines .text { grid-column: 1 / -1; }
  .logz .controls .tally { margin-left: 0; }
}
`;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** `/logz`: the log of an app as it is written, to follow and to filter. */
export function logPage(appName: string) {
  const levels = LEVELS.map((level) => markup`<option value="${level}">${level}</option>`);
  return page(
    `Log of ${appName}`,
    markup`<header class="bar"><div><strong>Local workspace</strong><nav aria-label="Elsewhere"><a href="/.local">Personas and faults</a><a href="/">Back to the app</a></nav></div></header>
<main><h1>Log of ${appName}</h1>
<noscript><p class="notice">The log is written by a script. Without one: <code>npx lakescope logs --target local</code></p></noscript>
<div class="controls">
<label class="field">Filter<input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="part of a line"></label>
<label class="field level">Least level<select id="level"><option value="">all</option>${levels}</select></label>
<label class="check"><input type="checkbox" id="follow" checked>Follow</label>
<button id="clear" type="button">Clear</button>
<span class="tally"><span id="total">0 lines</span><output id="state" role="status">connecting</output></span></div>
<p id="problem" class="notice" role="alert" hidden></p>
<ol id="lines" tabindex="0" aria-label="Lines, newest last"></ol>
</main>`,
    { script: LOG_SCRIPT, style, bodyClass: 'logz' },
  );
}

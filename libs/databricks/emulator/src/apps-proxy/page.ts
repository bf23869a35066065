import { createHash } from 'node:crypto';
import { markup, type Markup } from './markup';

const style = `
:root { color-scheme: light dark; --bg: #f7f8fa; --surface: #fff; --line: #d5dbe1; --ink: #14222e; --muted: #55636f; --primary: #0b5cad; --on-primary: #fff; --ok: #1b7a43; --warn: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #0e151b; --surface: #16202a; --line: #2b3945; --ink: #e7edf2; --muted: #9fb0bd; --primary: #6cb6ff; --on-primary: #0e151b; --ok: #5ccb8a; --warn: #e3b341; --bad: #ff8a80; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 64px; }
@media (max-width: 720px) { html { scroll-padding-top: 96px; } }
body { margin: 0; font: 14px/20px system-ui, sans-serif; color: var(--ink); background: var(--bg); }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px; }
h2 { font-size: 16px; line-height: 24px; margin: 32px 0 4px; }
h3 { font-size: 14px; line-height: 20px; margin: 16px 0 8px; }
p { margin: 0 0 12px; color: var(--muted); max-width: 72ch; }
a { color: var(--primary); }
code, .mono { font: 12px/16px ui-monospace, monospace; overflow-wrap: anywhere; }
small { font-size: 12px; line-height: 16px; color: var(--muted); }
:focus-visible { outline: 2px solid var(--primary); outline-offset: 2px; }
header.bar { position: sticky; top: 0; z-index: 1; background: var(--surface); border-bottom: 1px solid var(--line); }
header.bar > div { max-width: 1120px; margin: 0 auto; padding: 8px 16px; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
header.bar strong { margin-right: auto; }
header.bar nav { display: flex; flex-wrap: wrap; gap: 4px 16px; }
button, input, select { font: inherit; color: inherit; min-height: 32px; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); padding: 4px 12px; }
input, select { width: 100%; padding: 4px 8px; border-color: var(--muted); }
input[type=checkbox] { width: 16px; min-height: 16px; height: 16px; margin: 0; accent-color: var(--primary); }
button { cursor: pointer; }
button:hover { border-color: var(--primary); }
button.primary { background: var(--primary); border-color: var(--primary); color: var(--on-primary); font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 12px; }
.personas { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 12px; padding: 0; margin: 0; list-style: none; }
.personas li { border: 1px solid var(--line); border-radius: 6px; background: var(--surface); display: flex; flex-direction: column; }
.personas li.current { border-color: var(--primary); box-shadow: inset 0 0 0 1px var(--primary); }
.personas li > form { flex: 1; display: flex; }
.personas li > form > button { flex: 1; display: flex; flex-direction: column; align-items: flex-start; border: 0; background: none; text-align: left; padding: 12px; }
.personas strong, .personas small { display: block; overflow-wrap: anywhere; }
.personas details { padding: 0 12px 12px; } .personas details button { margin-top: 8px; }
summary { cursor: pointer; color: var(--primary); font-size: 12px; line-height: 24px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 12px; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: 0 8px; margin: 0 4px 4px 0; font: 12px/20px ui-monospace, monospace; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 8px 12px; align-items: end; margin: 0 0 12px; }
.fields label { display: block; font-size: 12px; line-height: 16px; color: var(--muted); }
.fields label.check { display: flex; gap: 8px; align-items: center; min-height: 32px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); margin: 0 0 12px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px; text-align: left; white-space: nowrap; border-top: 1px solid var(--line); }
td form { display: inline; } td button { min-height: 24px; padding: 0 8px; }
thead td { border-top: 0; } thead th { border-top: 0; color: var(--muted); font-size: 12px; font-weight: 600; }
td.number, th.number { text-align: right; }
td.path { max-width: 440px; overflow: hidden; text-overflow: ellipsis; font: 12px/20px ui-monospace, monospace; }
.notice { border-left: 4px solid var(--bad); background: var(--surface); padding: 8px 12px; color: var(--ink); }
.ok { color: var(--ok); } .warn { color: var(--warn); } .bad { color: var(--bad); }
`;

export interface PageOptions {
  readonly refreshSeconds?: number | undefined;
  /** Path of a script of this origin. */
  readonly script?: string;
  /** Rules of this page alone, after those of all. */
  readonly style?: string;
  readonly bodyClass?: string;
}

/** A whole page under a policy that lets nothing in but its own style and, where one is named, one script of its own. */
export function page(
  title: string,
  body: Markup,
  { refreshSeconds, script, style: more = '', bodyClass }: PageOptions = {},
): { html: string; headers: Record<string, string> } {
  const refresh =
    refreshSeconds === undefined ? undefined : markup`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const scripted = script === undefined ? undefined : markup`<script src="${script}" defer></script>`;
  const head = markup`<meta charset="utf-8">${refresh}<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>`;
  const rules = `${style}${more}`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(rules).digest('base64')}'`,
    ...(script === undefined ? [] : ["script-src 'self'", "connect-src 'self'"]),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    html: `<!doctype html><html lang="en"><head>${head.text}<style>${rules}</style>${scripted?.text ?? ''}</head><body${bodyClass === undefined ? '' : ` class="${bodyClass}"`}>${body.text}</body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  };
}

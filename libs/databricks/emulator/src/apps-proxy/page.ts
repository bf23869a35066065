import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --text: #1b2733; --muted: #5b6b7a; --line: #dbe2e8; --surface: #fff; --back: #f4f6f8; --accent: #0b6bcb; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e4eaf0; --muted: #9aa8b5; --line: #33414e; --surface: #1a232c; --back: #11181f; --accent: #6cb4ff; --good: #63c992; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; color: var(--muted); }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.personas { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .75rem; padding: 0; list-style: none; }
.personas button { width: 100%; height: 100%; text-align: left; font: inherit; color: inherit; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); cursor: pointer; }
.personas button:hover, .personas button[aria-current] { border-color: var(--accent); }
.personas button[aria-current] { box-shadow: inset 0 0 0 1px var(--accent); }
.personas strong, .personas small { display: block; overflow-wrap: anywhere; }
.personas small { color: var(--muted); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); }
table { width: 100%; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem; text-align: left; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-weight: 600; }
td.number, th.number { text-align: right; }
td.path { max-width: 30rem; overflow: hidden; text-overflow: ellipsis; }
.bad { color: var(--bad); } .good { color: var(--good); }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** A whole page under a policy that lets nothing in but its own style; the callers escape what they put into it. */
export function page(
  title: string,
  body: string,
  options: { refreshSeconds?: number | undefined } = {},
): { html: string; headers: Record<string, string> } {
  const refresh =
    options.refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${options.refreshSeconds}">`;
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head><body>${body}</body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

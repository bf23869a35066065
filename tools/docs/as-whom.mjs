// The table of docs/authentication.md that says as whom each operation runs, from the one in the code that a test holds the server to.
import { transformSync } from 'esbuild';
import { format } from 'prettier';

export const BEGIN = '<!-- as whom: generated from AS_WHOM by `npm run docs` -->';
export const END = '<!-- as whom: end -->';

const DATABASE = { user: 'own rows', system: 'all rows', nobody: 'asks the server' };

/** The table of the code; `source` is the text of as-whom.ts. */
export async function readAsWhom(source) {
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
  const { AS_WHOM } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return AS_WHOM;
}

/** The page with its generated part replaced; `contract` is the OpenAPI document. */
export async function authenticationPage(page, asWhom, contract) {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start === -1 || end === -1) throw new Error(`docs/authentication.md needs the lines ${BEGIN} and ${END}`);
  const text = `${page.slice(0, start)}${BEGIN}\n\n${asWhomTable(asWhom, contract)}\n\n${page.slice(end)}`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

function asWhomTable(asWhom, contract) {
  const rows = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => {
      const { calls, database } = asWhom[operationId] ?? { calls: [], database: [] };
      const whose = [...new Set(calls.map(({ as }) => as))].join(', ') || '-';
      const routes = calls.map(({ route, when }) => `\`${route}\`${when === undefined ? '' : `, ${when}`}`);
      const scopes = [...new Set(calls.flatMap(({ scope }) => scope ?? []))].map((scope) => `\`${scope}\``);
      return `| \`${method.toUpperCase()} ${path}\` | ${whose} | ${routes.join('<br>') || '-'} | ${scopes.join(', ') || '-'} | ${
        database.map((use) => DATABASE[use]).join(', ') || '-'
      } |`;
    }),
  );
  return [
    '| operation | as whom | calls to the platform | scope | database |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

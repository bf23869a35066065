import { readFileSync } from 'node:fs';
import { ALIASES } from './alias-table';

const ROW = /^\| `(?<then>[A-Z]+ [^`]+)` +\| `(?<now>[^`]+)` +\| (?<parameters>.*?) *\|$/;

it('the page on aliases lists those there are, and no others', () => {
  const rows = readFileSync('docs/aliases.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const { then, now, parameters } = ROW.exec(line)?.groups ?? {};
      return then === undefined ? [] : [[then, now, parameters]];
    });

  expect(rows).toEqual(
    ALIASES.map(({ method, path, route, renamed = {}, adds = {}, body }) => [
      `${method} ${path}`,
      route,
      [
        ...Object.entries(renamed).map(([before, after]) => `\`${before}\` → \`${after}\``),
        ...(body === undefined ? [] : [`[${body.title}](#${body.title.replaceAll(' ', '-')})`]),
        ...Object.entries(adds).map(([name, value]) => `with \`${name}=${value}\``),
      ].join(', '),
    ]),
  );
});

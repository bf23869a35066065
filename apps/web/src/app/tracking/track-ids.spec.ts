import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['apps/web/src/app', 'libs/web/ui/src', 'libs/web/charts/src'];
const NAMES = /\bdata-track-id="([^"]*)"|\btrackId: '([^']*)'/g;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(html|ts)$/.test(name) && !name.endsWith('.spec.ts'))
    .map((name) => join(folder, name));
}

const used = SOURCES.flatMap(filesBelow).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(NAMES)].map(([, attribute, property]) => attribute ?? property ?? ''),
);
const [, table = ''] = readFileSync('docs/usage-tracking.md', 'utf8').split('## Names of buttons and forms');
const documented = [...table.matchAll(/^\| `([^`]+)`/gm)]
  .map(([, name]) => name ?? '')
  .filter((name) => name !== 'data-track-id');

describe('the names by which usage tracking knows buttons and forms', () => {
  it('are in kebab case', () => {
    expect(used.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('are given once each', () => {
    expect(used.filter((name, index) => used.indexOf(name) !== index)).toEqual([]);
  });

  it('are those that the documentation lists', () => {
    expect(used.length).toBeGreaterThan(50);
    expect([...documented].sort()).toEqual([...used].sort());
  });
});

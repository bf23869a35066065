import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { instructionsOf, isIgnored } from './dockerfile';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const ignore = readFileSync('.dockerignore', 'utf8');
const instructions = instructionsOf(dockerfile);
const all = (wanted: string): string[] => instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);

describe('the Dockerfile', () => {
  it('is of one pinned Node, that of Databricks Apps', () => {
    expect(all('FROM')).toEqual(['node:22.16.0-bookworm-slim']);
  });

  it('starts what app.yaml starts, without a shell that would keep SIGTERM to itself', () => {
    const { command } = parse(readFileSync('app.yaml', 'utf8')) as { command: string[] };

    expect(all('CMD')).toEqual([JSON.stringify(command).replaceAll(',', ', ')]);
    expect(all('ENTRYPOINT')).toEqual([]);
    expect(all('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('runs as nobody special, and after everything that root does', () => {
    const names = instructions.map(({ name }) => name);

    expect(all('USER')).toEqual(['node']);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
    expect(names.lastIndexOf('COPY')).toBeLessThan(names.indexOf('USER'));
  });

  it('is asked for its health, and holds no secret', () => {
    expect(all('HEALTHCHECK')).toHaveLength(1);
    expect(all('ENV').map((text) => text.split('=')[0])).toEqual(['NODE_ENV', 'DATABRICKS_APP_PORT']);
  });

  it.each([
    ['dist/staged/package.json', false],
    ['dist/staged/dist/apps/api/main.js', false],
    ['dist/staged/node_modules/fastify/package.json', true],
    ['dist/apps/api/main.js', true],
    ['node_modules/fastify/package.json', true],
    ['.env.local', true],
    ['.lakescope/endpoints.json', true],
  ])('sends %s to the builder unless it is ignored: %s', (path, ignored) => {
    expect(isIgnored(ignore, path)).toBe(ignored);
  });
});

/**
 * ESLint over the workspace, or over what the arguments name: `node tools/lint/lint.mjs [--fix] [file...]`.
 *
 * `@nx/enforce-module-boundaries` silently passes when Nx has no cached project graph, so the graph is made first.
 */
import { spawnSync } from 'node:child_process';

const run = (file, args, options) =>
  spawnSync(process.execPath, [file, ...args], { stdio: 'inherit', env: process.env, ...options });

const graph = run('node_modules/nx/dist/bin/nx.js', ['show', 'projects'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (graph.status !== 0) process.exit(graph.status ?? 1);

const given = process.argv.slice(2);
const names = given.some((argument) => !argument.startsWith('--')) || given.includes('--stdin');
const lint = run('node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', ...given, ...(names ? [] : ['.'])]);
process.exit(lint.status ?? 1);

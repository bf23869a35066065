/**
 * `npm ci` refuses a lock from which npm silently dropped a platform's optional package, on that platform only; so the
 * lock is checked for all of them here. It also must not name the registry it was made with.
 */
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const present = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
const problems = [];
for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!present.has(name)) problems.push(`${path || 'the workspace'} wants ${name}, which the lock lacks`);
  }
  if (entry.resolved) problems.push(`${path} names where it was downloaded from`);
  if (path.startsWith('node_modules/') && !entry.link && !entry.integrity)
    problems.push(`${path} has no integrity hash`);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

// The software bill of materials of the deployed app, by `npm sbom`, without what differs from run to run and from npm to npm.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OF_A_COMPONENT = ['bom-ref', 'type', 'name', 'version', 'scope', 'purl', 'licenses', 'hashes'];

/** CycloneDX 1.5 as JSON text; `shipped` is of shippedLock, `licenses` say what the lock does not, by name and version. */
export function sbomText({ manifest, lock }, licenses) {
  const told = fromNpm(manifest, lock);
  const document = {
    bomFormat: told.bomFormat,
    specVersion: told.specVersion,
    version: 1,
    // npm names it after the folder.
    metadata: { component: { ...part(told.metadata.component, licenses), name: manifest.name } },
    components: told.components.map((component) => part(component, licenses)).sort(byReference),
    dependencies: told.dependencies
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: [...dependsOn].sort() }))
      .sort(byReference),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function fromNpm(manifest, lock) {
  const folder = mkdtempSync(join(tmpdir(), 'lakescope-sbom-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    const npm = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
    const text = execFileSync('npm', npm, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return JSON.parse(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function part(component, licenses) {
  const known = Object.fromEntries(
    OF_A_COMPONENT.filter((key) => component[key] !== undefined).map((key) => [key, component[key]]),
  );
  const name = component.group === undefined ? component.name : `${component.group}/${component.name}`;
  const license = licenses.get(`${name}@${component.version}`);
  if (known.licenses !== undefined || license === undefined) return known;
  return { ...known, licenses: [{ expression: license }] };
}

function byReference(one, other) {
  const [a, b] = [one['bom-ref'] ?? one.ref, other['bom-ref'] ?? other.ref];
  return a < b ? -1 : a > b ? 1 : 0;
}

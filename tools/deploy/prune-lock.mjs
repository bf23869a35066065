// The lock of the deployed folder: the same versions and checksums as the clone's, without what only development needs.

/** `root` is the clone's lock (version 3), `manifest` the package.json of the deployed folder. */
export function pruneLock(root, manifest) {
  const { packages } = root;
  const kept = new Set();
  const queue = Object.keys(manifest.dependencies).map((name) => ['', name]);
  while (queue.length > 0) {
    const [from, name, optional] = queue.shift();
    const path = resolve(packages, from, name);
    if (path === undefined) {
      if (optional) continue;
      throw new Error(`The lock has no ${name}, which ${from === '' ? 'the app' : from} needs`);
    }
    if (kept.has(path)) continue;
    kept.add(path);
    queue.push(...needsOf(packages[path]).map(([needed, mayMiss]) => [path, needed, mayMiss]));
  }
  const pruned = [...kept].sort().map((path) => [path, withoutMarks(packages[path])]);
  return {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: root.lockfileVersion,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(pruned) },
  };
}

function needsOf({ dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const optional = (name) => optionalDependencies[name] !== undefined || peerDependenciesMeta[name]?.optional === true;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  const names = [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
  return names.map((name) => [name, optional(name)]);
}

/** As Node looks: in the package's own folder, then in every one above it. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(packages, path)) return path;
    if (folder === '') return undefined;
  }
}

function parentOf(path) {
  const at = path.lastIndexOf('/node_modules/');
  return at === -1 ? '' : path.slice(0, at);
}

/** What was needed by development too is needed by the app alone here. */
function withoutMarks({ dev: _dev, devOptional, ...entry }) {
  return devOptional === true ? { ...entry, optional: true } : entry;
}

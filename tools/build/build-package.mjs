// What a published package of this tree is made of: one file for each kind of modules, its command, and the types of what its door exports.
// `npm pack` runs it, in the folder of the package; the argument is where to put it, `dist` when there is none.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { packageIn, PACKAGES } from './published-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = process.cwd();
const name = packageIn(root, folder);
if (name === undefined) throw new Error(`${folder} is not the folder of a published package`);
const { door, options, formats, types, complete, command, assets } = PACKAGES[name];
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const dist = resolve(folder, process.argv[2] ?? 'dist');
rmSync(dist, { recursive: true, force: true });

const EXTENSION = { esm: 'mjs', cjs: 'cjs' };
const results = await Promise.all(formats.map((format) => bundled(door, `index.${EXTENSION[format]}`, format)));
if (command !== undefined) {
  results.push(await bundled(command, 'cli.cjs', 'cjs', { banner: { js: '#!/usr/bin/env node' } }));
  chmodSync(join(dist, 'cli.cjs'), 0o755);
}
for (const [from, to] of Object.entries(assets ?? {})) cpSync(join(folder, from), join(dist, to), { recursive: true });
declareTypes();
checkNeeds(results);

function bundled(entry, file, format, more = {}) {
  return build({
    entryPoints: [join(folder, entry)],
    outfile: join(dist, file),
    bundle: true,
    format,
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
    // Of the local workspace our own libraries are part; the others need none, or one that is published.
    ...(name === 'local' ? { tsconfig: join(root, 'tsconfig.server.json') } : {}),
    ...options,
    ...more,
  });
}

function declareTypes() {
  if (name === 'local') transpileTypes(join(folder, door));
  else {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const args = ['-p', join(folder, 'tsconfig.types.json'), '--outDir', join(dist, 'types')];
    execFileSync(process.execPath, [tsc, ...args], { stdio: 'inherit' });
  }
  complete?.(join(dist, 'types'));
  // Each kind of module wants its own declarations; both say what the CommonJS ones do.
  for (const format of formats) {
    writeFileSync(join(dist, `index.d.${format === 'esm' ? 'mts' : 'cts'}`), `export * from '${types}';\n`);
  }
}

/** The door says all its types itself, so that those of what is behind it need not be told. */
function transpileTypes(source) {
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(source, 'utf8'), {
    fileName: source,
    reportDiagnostics: true,
    compilerOptions: {
      declaration: true,
      isolatedDeclarations: true,
      stripInternal: true,
      target: ts.ScriptTarget.ES2023,
    },
  });
  const [problem] = diagnostics ?? [];
  if (problem !== undefined)
    throw new Error(`${source}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  mkdirSync(join(dist, 'types'), { recursive: true });
  writeFileSync(join(dist, 'types/package.d.ts'), outputText);
}

/** What the code asks for is what the package declares, no less and no more. */
function checkNeeds(built) {
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest;
  const inputs = built.flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap(({ imports }) => imports));
  const asked = new Set(
    inputs.filter(({ path, external }) => external && !isBuiltin(path)).map(({ path }) => packageOf(path)),
  );
  const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  const missing = [...asked].filter((one) => !declared.includes(one) && optionalDependencies[one] === undefined);
  if (missing.length > 0)
    throw new Error(
      `${manifest.name} asks for what its package.json does not name: ${missing.join(', ')}. Add it there, in the version of the tree.`,
    );
  // Data is read, not imported.
  const idle = declared.filter((one) => !asked.has(one) && !(manifest.lakescope?.data ?? []).includes(one));
  if (idle.length > 0) throw new Error(`${manifest.name} names what nothing of it asks for: ${idle.join(', ')}`);
}

function packageOf(path) {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = process.cwd();
const MODULES = join(ROOT, 'node_modules');

export type PackageName = 'delta' | 'cda' | 'client' | 'sketch' | 'local';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package as npm would publish it. */
export interface PackedPackage {
  readonly manifest: Manifest;
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Published packages, packed and installed from their tarballs by npm into an empty folder, which asks no registry: what they need of
 * others is linked from the tree, and nothing that they do not declare is there.
 */
export class InstalledPackages {
  private constructor(
    readonly folder: string,
    private readonly packed: ReadonlyMap<PackageName, PackedPackage>,
  ) {}

  static async install(names: readonly PackageName[]): Promise<InstalledPackages> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'lakescope-packages-')));
    const { PACKAGES } = jest.requireActual<{ PACKAGES: Record<PackageName, { folder: string }> }>(
      join(ROOT, 'tools/build/published-packages.mjs'),
    );
    const packed = new Map<PackageName, PackedPackage>();
    // One after the other: each build uses all the cores it gets.
    for (const name of names) packed.set(name, await pack(join(ROOT, PACKAGES[name].folder), join(folder, name)));
    const use = join(folder, 'use');
    await mkdir(use);
    await writeFile(join(use, 'package.json'), JSON.stringify(manifestOfUser([...packed.values()])));
    const npm = '--offline --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error'.split(' ');
    await run('npm', ['install', ...npm], { cwd: use, maxBuffer: 2 ** 26 });
    return new InstalledPackages(use, packed);
  }

  of(name: PackageName): PackedPackage {
    const packed = this.packed.get(name);
    if (packed === undefined) throw new Error(`${name} is not installed here`);
    return packed;
  }

  /** A file of an installed package. */
  read(name: PackageName, path: string): Promise<string> {
    return readFile(join(this.folder, 'node_modules', this.of(name).manifest.name, path), 'utf8');
  }

  /** Blocks of a language in a package's README. */
  async examples(name: PackageName, language: string): Promise<string[]> {
    const readme = await this.read(name, 'README.md');
    return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
  }

  /** Runs a program text as somebody who has installed the packages; the extension says which kind of module it is. */
  async runs(file: string, text: string): Promise<Output> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), text);
    return run(process.execPath, [file.slice(file.lastIndexOf('/') + 1)], { cwd: dirname(join(this.folder, file)) });
  }

  /** A command that was installed. */
  command(name: string, args: readonly string[]): Promise<Output> {
    return run(join(this.folder, 'node_modules/.bin', name), args, { cwd: this.folder });
  }

  /** What TypeScript says of these files, strictly; nothing when all is well. `peers` are installed for them alone. */
  async complaints(files: Readonly<Record<string, string>>, peers: readonly string[] = []): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'types-'));
    for (const peer of peers) {
      await mkdir(dirname(join(folder, 'node_modules', peer)), { recursive: true });
      await symlink(join(MODULES, peer), join(folder, 'node_modules', peer));
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const options =
      '--noEmit --strict --noUncheckedIndexedAccess --skipLibCheck --module node20 --target es2022 --types node';
    const asked = run(process.execPath, [tsc, ...options.split(' '), ...Object.keys(files)], { cwd: folder });
    return (await asked.catch((error: Output) => error)).stdout;
  }

  async remove(): Promise<void> {
    await rm(dirname(this.folder), { recursive: true, force: true });
  }
}

/** An ES module's text as CommonJS, as far as examples go. */
export function required(text: string): string {
  const body = text.replace(/^import (\{[^}]*\}) from ('[^']*');$/gm, 'const $1 = require($2);');
  return `(async () => {\n${body}})();\n`;
}

/** As `npm pack` does it, beside the library and not in it: others may be packing or building there at this moment. */
async function pack(library: string, target: string): Promise<PackedPackage> {
  const manifest = JSON.parse(await readFile(join(library, 'package.json'), 'utf8')) as Manifest;
  await mkdir(target);
  for (const file of ['package.json', 'README.md', 'LICENSE', ...manifest.files.filter((name) => name !== 'dist')]) {
    await cp(join(library, file), join(target, file), { recursive: true });
  }
  const { scripts } = manifest;
  if (scripts['prepack'] !== 'node ../../tools/build/build-package.mjs')
    throw new Error(`${library} packs differently`);
  const build = [join(ROOT, 'tools/build/build-package.mjs'), join(target, 'dist')];
  await run(process.execPath, build, { cwd: library, maxBuffer: 2 ** 26 });
  const npm = ['pack', '--json', '--ignore-scripts', '--pack-destination', dirname(target)];
  const { stdout } = await run('npm', npm, { cwd: target, maxBuffer: 2 ** 26 });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string; files: { path: string }[] }];
  return {
    manifest,
    tarball: join(dirname(target), packed.filename),
    files: packed.files.map(({ path }) => path).sort(),
  };
}

/** Of others only what a package declares is there: the tree's, by a link. */
function manifestOfUser(packed: readonly PackedPackage[]): object {
  const own = Object.fromEntries(packed.map(({ manifest: { name }, tarball }) => [name, `file:${tarball}`]));
  const needed = packed.flatMap(({ manifest: { dependencies, optionalDependencies } }) =>
    Object.keys({ ...dependencies, ...optionalDependencies }),
  );
  const others = needed.filter((name) => own[name] === undefined).map((name) => [name, `file:${join(MODULES, name)}`]);
  return {
    private: true,
    dependencies: own,
    devDependencies: { '@types/node': `file:${join(MODULES, '@types/node')}` },
    overrides: {
      ...Object.fromEntries(others),
      ...Object.fromEntries(Object.entries(own).map(([name]) => [name, `$${name}`])),
    },
  };
}

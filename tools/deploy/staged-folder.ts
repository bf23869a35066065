import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '@lakescope/server-testing';
import { parse } from 'yaml';
import { follow, type Image } from './dockerfile';
import { installedBytes, npm, runToEnd } from './npm';
import { StagedApp } from './staged-app';

/** What Databricks Apps runs. */
export const PLATFORM_NODE = '22.16.0';

/** What is deployed may take so much: the folder with its packages, in bytes. */
export const LARGEST_INSTALLED_BYTES = 250e6;

interface AppYaml {
  command: string[];
  env: { name: string; value?: string }[];
}

/** The folder that is deployed, with its packages installed and the platform's Node beside it. */
export class StagedFolder {
  private constructor(
    private readonly image: Image,
    private readonly nodeFolder: string,
    private readonly appYaml: AppYaml,
    readonly version: string,
    readonly files: number,
    /** What is uploaded. */
    readonly bytes: number,
    /** What the platform installs besides. */
    readonly packageBytes: number,
  ) {}

  /** Stages into `work`, an empty folder, and installs what the platform would; `options` are those of stage.mjs. */
  static async make(root: string, work: string, options: readonly string[]): Promise<StagedFolder> {
    // The context of the Dockerfile, whose steps are followed: what runs here is what a container would run.
    const context = join(work, 'context');
    const staging = ['tools/deploy/stage.mjs', '--out', join(context, 'dist/staged'), '--json', ...options];
    const staged = JSON.parse(await runToEnd(process.execPath, staging, root)) as {
      files: number;
      bytes: number;
      version: string;
    };
    const node = await installNode(join(work, 'node'));
    const image = await follow(await readFile(join(root, 'Dockerfile'), 'utf8'), {
      context,
      ignore: await readFile(join(root, '.dockerignore'), 'utf8'),
      root: join(work, 'image'),
      nodeFolder: node,
    });
    if (!image.base.startsWith(`node:${PLATFORM_NODE}-`)) throw new Error(`The Dockerfile is of ${image.base}`);
    const appYaml = parse(await readFile(join(image.directory, 'app.yaml'), 'utf8')) as AppYaml;
    const packageBytes = await installedBytes(join(image.directory, 'node_modules'));
    return new StagedFolder(image, node, appYaml, staged.version, staged.files, staged.bytes, packageBytes);
  }

  /** The command by which a container is known to be healthy. */
  get healthCheck(): readonly string[] {
    return this.image.healthCheck;
  }

  get installedBytes(): number {
    return this.bytes + this.packageBytes;
  }

  /** Starts it as app.yaml says, with the platform's environment; answers once it is ready. */
  start(stack: LocalStack): Promise<StagedApp> {
    const { command, env } = this.appYaml;
    const settings = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    return StagedApp.start({
      directory: this.image.directory,
      nodeFolder: this.nodeFolder,
      command,
      // The local workspace names its own instance.
      environment: { ...this.image.environment, ...Object.fromEntries(settings), ...stack.environment() },
    });
  }
}

/** The folder of the executable. The registry has Node as packages for Linux. */
async function installNode(directory: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  await mkdir(directory);
  const install = ['install', '--prefix', directory, '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  await npm([...install, `${name}@${PLATFORM_NODE}`], directory);
  const bin = join(directory, 'node_modules', name, 'bin');
  const version = (await runToEnd(join(bin, 'node'), ['--version'], directory)).trim();
  if (version !== `v${PLATFORM_NODE}`) throw new Error(`Expected Node ${PLATFORM_NODE}, and got ${version}`);
  return bin;
}

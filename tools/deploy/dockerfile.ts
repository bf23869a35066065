import { cp, mkdir, readdir } from 'node:fs/promises';
import { delimiter, join, normalize } from 'node:path';
import { runToEnd } from './npm';

/** What a Dockerfile makes, as far as it can be made without Docker. */
export interface Image {
  /** As written after FROM. */
  readonly base: string;
  /** Where the file system of the image begins. */
  readonly root: string;
  /** The last WORKDIR, below `root`. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly stopSignal: string | undefined;
}

/** One line of a Dockerfile, with the lines that continue it. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface FollowOptions {
  /** Folder that COPY takes from. */
  readonly context: string;
  /** Text of `.dockerignore`. */
  readonly ignore: string;
  /** An empty folder. */
  readonly root: string;
  /** Folder of the Node that the base image would have. */
  readonly nodeFolder: string;
}

/** What `follow` knows. Anything else in a Dockerfile is an error, so that nothing of it goes unlooked at. */
export function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '');
  return lines.split('\n').map((line) => {
    const [, name = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`No instruction of a Dockerfile: ${line}`);
    return { name, rest };
  });
}

/**
 * Does what a Dockerfile says, in a folder: COPY copies what `.dockerignore` lets through, RUN runs with the image's environment.
 *
 * @throws Error for an instruction it does not know, a file that is not there or left out by `.dockerignore`, and a command that fails
 */
export async function follow(dockerfile: string, options: FollowOptions): Promise<Image> {
  const image = { base: '', directory: options.root, environment: {} as Record<string, string> };
  let user: string | undefined;
  let stopSignal: string | undefined;
  let command: string[] = [];
  let healthCheck: string[] = [];
  for (const { name, rest } of instructionsOf(dockerfile)) {
    switch (name) {
      case 'FROM':
        image.base = rest;
        break;
      case 'ENV': {
        const at = rest.indexOf('=');
        image.environment[rest.slice(0, at)] = rest.slice(at + 1);
        break;
      }
      case 'WORKDIR':
        image.directory = join(options.root, rest);
        await mkdir(image.directory, { recursive: true });
        break;
      case 'COPY':
        await copy(rest.split(/\s+/), image.directory, options);
        break;
      case 'RUN':
        await runToEnd('sh', ['-c', rest], image.directory, {
          ...process.env,
          ...image.environment,
          PATH: [options.nodeFolder, process.env['PATH'] ?? ''].join(delimiter),
        });
        break;
      case 'USER':
        user = rest;
        break;
      case 'STOPSIGNAL':
        stopSignal = rest;
        break;
      case 'HEALTHCHECK':
        healthCheck = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
        break;
      case 'CMD':
        command = JSON.parse(rest) as string[];
        break;
      case 'EXPOSE':
        break;
      default:
        throw new Error(`${name} is no instruction that is known here`);
    }
  }
  return { ...image, root: options.root, user, command, healthCheck, stopSignal };
}

async function copy(words: readonly string[], directory: string, { context, ignore }: FollowOptions): Promise<void> {
  const target = words.at(-1) ?? '.';
  for (const source of words.slice(0, -1)) {
    const from = normalize(source);
    const isFolder = source.endsWith('/');
    const files = isFolder ? await readdir(join(context, from), { recursive: true, withFileTypes: true }) : [];
    const found = isFolder
      ? files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(context.length + 1))
      : [from];
    const sent = found.filter((file) => !isIgnored(ignore, file));
    if (sent.length === 0) throw new Error(`COPY ${source}: .dockerignore leaves nothing of it`);
    for (const file of sent) {
      const name = isFolder ? file.slice(from.length) : file.slice(file.lastIndexOf('/') + 1);
      await cp(join(context, file), join(directory, target, name));
    }
  }
}

/** The last pattern that fits a path, or a folder it lies in, decides. */
export function isIgnored(ignore: string, path: string): boolean {
  const folders = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const line of ignore.split('\n').filter((text) => text.trim() !== '' && !text.startsWith('#'))) {
    const exception = line.startsWith('!');
    const pattern = (exception ? line.slice(1) : line).replace(/\/$/, '');
    const fits = new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
    if (folders.some((folder) => fits.test(folder))) ignored = !exception;
  }
  return ignored;
}

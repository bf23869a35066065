import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalSource } from '../source/local-source';
import { below, normalUri } from '../source/paths';
import type { SourceStore } from '../source/source-store';
import { S3Source, type S3Place } from '../source/s3-source';
import { LocalTarget } from '../target/local-target';
import { S3Target } from '../target/s3-target';
import type { TargetStore } from '../target/target-store';
import { UsageError, type Arguments, type StoreFlags } from './arguments';
import { s3Client, type StoreRole } from './s3-clients';

/** The stores of a command line. */
export interface Stores {
  readonly source: SourceStore;
  /** Relative to the root of the source. */
  readonly manifestPath: string;
  readonly target: TargetStore;
}

type Asked = Pick<Arguments, 'manifestUri' | 'targetUri' | 'sourceRoot' | 'source' | 'target'>;

/** Opens source and target by their URIs. UsageError when one of them is none. */
export async function openStores(asked: Asked, env: Readonly<Record<string, string | undefined>>): Promise<Stores> {
  const manifest = placeOf(asked.manifestUri, 'the manifest');
  const root = asked.sourceRoot === undefined ? parentOf(manifest) : placeOf(asked.sourceRoot, '--source-root');
  const manifestPath = below(root, manifest);
  if (manifestPath === undefined || manifestPath === '') {
    throw new UsageError(`The manifest ${manifest} does not lie below the root of the source ${root}.`);
  }
  const target = placeOf(asked.targetUri, 'the target');
  return {
    source: isLocal(root)
      ? new LocalSource(pathOf(root))
      : new S3Source(await placeInS3(root, 'SOURCE', asked.source, env)),
    manifestPath,
    target: isLocal(target)
      ? new LocalTarget(pathOf(target))
      : new S3Target(await placeInS3(target, 'TARGET', asked.target, env)),
  };
}

/** A URI without a slash at its end; local paths become `file://`. */
function placeOf(text: string, what: string): string {
  if (/^s3[an]?:\/\/[^/]+/i.test(text)) return normalUri(text);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') {
    throw new UsageError(
      `${what} ${JSON.stringify(text)} is neither s3://bucket/path, nor file:///path, nor a local path.`,
    );
  }
  return `file://${resolve(scheme === undefined ? text : localPath(text, what))}`;
}

function localPath(uri: string, what: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw new UsageError(`${what} ${JSON.stringify(uri)} is no file:///path of this machine.`);
  }
}

function isLocal(uri: string): boolean {
  return uri.startsWith('file://');
}

function pathOf(uri: string): string {
  return uri.slice('file://'.length) || '/';
}

function parentOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

async function placeInS3(
  uri: string,
  role: StoreRole,
  flags: StoreFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<S3Place> {
  const [bucket = '', ...prefix] = uri.slice('s3://'.length).split('/');
  return { client: await s3Client(role, flags, env), bucket, prefix: prefix.join('/') };
}

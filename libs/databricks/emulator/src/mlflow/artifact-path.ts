import { sep } from 'node:path';
import { invalidParameter } from '../http/refusals';

/** What signed links to artifacts begin with. On the platform they lead to another host. */
export const ARTIFACT_STORAGE = '/.storage/mlflow';

/** The path of an artifact below its run, in parts. Throws the platform's refusal of what would lead out. */
export function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  const isTricky = segments.some(
    (segment) =>
      segment === '.' || segment === '..' || segment.includes('\0') || (sep === '\\' && /[\\:]/.test(segment)),
  );
  if (isTricky || path.startsWith('/')) throw invalidParameter(`Invalid path: ${path.slice(0, 200)}`);
  return segments;
}

/** The path as it stands in a URL. */
export function pathOfArtifact(runId: string, segments: readonly string[]): string {
  return [ARTIFACT_STORAGE, runId, ...segments.map(encodeURIComponent)].join('/');
}

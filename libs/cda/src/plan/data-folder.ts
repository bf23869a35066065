import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { PathRewrite } from '../run/run-options';
import { below, isName, normalUri } from '../source/paths';

/**
 * Where the files of a table lie, relative to the source's root. What a manifest says is not trusted: a path that leads anywhere else fails the
 * table.
 */
export function dataFolder(
  { dataFilesPath }: ManifestTable,
  sourceUri: string,
  rewrite: PathRewrite | undefined,
): string {
  const uri = rewrite === undefined ? dataFilesPath : rewritten(dataFilesPath, rewrite);
  const folder = below(sourceUri, uri);
  if (folder !== undefined && folder.split('/').every(isName)) return folder;
  throw new TableFailed({
    code: 'PATH_OUTSIDE_SOURCE',
    message: `The manifest says that the table lies at ${JSON.stringify(uri.slice(0, 300))}, which is not below ${sourceUri}`,
    advice:
      rewrite === undefined
        ? 'Give a path_rewrite that leads from where the data was written to where it is now.'
        : 'Correct the path_rewrite: it must lead below the source.',
  });
}

function rewritten(path: string, { from, to }: PathRewrite): string {
  const rest = below(from, path);
  return rest === undefined ? path : rest === '' ? normalUri(to) : `${normalUri(to)}/${rest}`;
}

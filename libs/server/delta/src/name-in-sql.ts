import type { Storage } from '@lakescope/delta';
import type { TableSourceDto } from './table-source.dto';

/** As Databricks SQL takes it: a table by its names, and a folder as a path of the format. */
export function nameInSql({ full_name: fullName }: TableSourceDto, { location }: Storage): string {
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  return fullName === undefined ? `delta.${quoted(location)}` : fullName.split('.').map(quoted).join('.');
}

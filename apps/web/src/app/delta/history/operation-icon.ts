import { type IconName } from '@lakescope/web-ui';

/** The drawing for an operation name as Spark, delta-rs and other writers spell it. */
export function operationIcon(operation: string | null): IconName {
  const name = (operation ?? '').toUpperCase();
  if (name.startsWith('CREATE') || name.startsWith('REPLACE') || name === 'CLONE') return 'add';
  if (name.includes('MERGE')) return 'merge';
  if (name.startsWith('DELETE') || name.startsWith('TRUNCATE')) return 'delete';
  if (name.startsWith('UPDATE')) return 'edit';
  if (name.startsWith('OPTIMIZE') || name.startsWith('REORG') || name.includes('CLUSTER')) return 'optimize';
  if (name.startsWith('RESTORE')) return 'history';
  if (name.startsWith('VACUUM')) return 'delete';
  if (/COLUMN|SCHEMA/.test(name)) return 'columns';
  if (/PROPERT|PROTOCOL|CONSTRAINT|DOMAIN|FEATURE/.test(name)) return 'settings';
  if (/WRITE|INSERT|APPEND|COPY|STREAM/.test(name)) return 'write';
  return 'table';
}

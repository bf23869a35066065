import { type Breadcrumb } from '@lakescope/web-ui';
import { ancestorsOf, nameOf } from '../files/volume-path';
import { namesOf, type TableSource } from './table-source';

/** The way down to a table: folders are searched for tables, catalog and schema are shown in the Catalog. */
export function sourceCrumbs(source: TableSource | undefined): readonly Breadcrumb[] {
  switch (source?.kind) {
    case undefined:
      return [];
    case 'volume':
      return ancestorsOf(source.path)
        .slice(1)
        .map((path) => ({ label: nameOf(path), link: '/delta', query: { folder: path } }));
    case 's3': {
      const names = source.path.slice('s3://'.length).split('/');
      return names.map((label, index) => ({
        label,
        link: '/delta',
        query: {
          folder: `s3://${names.slice(0, index + 1).join('/')}`,
          ...(source.connection === undefined ? {} : { connection: source.connection }),
        },
      }));
    }
    case 'table': {
      const names = namesOf(source);
      return names.map((label, index) => ({
        label,
        link: ['/catalog', ...names.slice(0, index + 1).map(encodeURIComponent)].join('/'),
      }));
    }
  }
}

import type { TimeTravel } from '@lakescope/delta';
import { DomainError } from '@lakescope/server-http';
import type { TableName } from './table-name';

/** The table has no such version, as far as the warehouse tells. */
export class VersionNotAvailable extends DomainError {
  constructor(name: TableName, { version, timestamp }: TimeTravel, latest: number) {
    const asked =
      version === undefined ? `version at ${timestamp?.toISOString() ?? 'that time'}` : `version ${version}`;
    super({
      kind: 'not_found',
      code: 'VERSION_NOT_FOUND',
      message: `${name} has no ${asked} that can be read; the latest is ${latest}.`,
      details: {
        full_name: name.toString(),
        requested: version ?? timestamp?.toISOString() ?? null,
        earliest: null,
        latest,
      },
    });
  }
}

import { DomainError } from '@lakescope/server-http';

/** Neither the caller nor whoever set up the app has said in which schema documents are kept. */
export class NoDefaultSchema extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'No default catalog and schema is chosen, so there is no place for documents.',
      details: {
        suggestion:
          'PUT /api/v1/settings/unity-catalog-schema with {"uc_schema":"catalog.schema"}, or set LAKESCOPE_UC_SCHEMA for the app.',
      },
    });
  }
}

import { DomainError } from '@lakescope/server-http';

export class GrantNotFound extends DomainError {
  constructor(connectionId: string, grantee: string) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'The connection is not granted to this person.',
      details: { connection_id: connectionId, grantee },
    });
  }
}

/** Without a bucket a grant would be of all that its keys reach. */
export class GrantNeedsBucket extends DomainError {
  constructor(connectionId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The connection names no bucket: name the one that jobs of others may use, and grant it then.',
      details: { connection_id: connectionId },
    });
  }
}

export class TooManyGrantees extends DomainError {
  constructor(maximum: number) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `The connection is granted to ${maximum} people, which is as many as may be: take it from one who does not need it.`,
      details: { max_grantees: maximum },
    });
  }
}

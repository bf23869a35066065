import { DomainError } from '@lakescope/server-http';

/** There is no file at this path, or the caller may not see it. */
export class FileNotFound extends DomainError {
  constructor(path: string) {
    super({ kind: 'not_found', code: 'NOT_FOUND', message: `There is no file ${path}.`, details: { path } });
  }
}

/** The range asked for lies outside the file. */
export class RangeNotSatisfiable extends DomainError {
  constructor(sizeBytes: number | undefined, cause: unknown) {
    super({
      kind: 'range',
      code: 'RANGE_NOT_SATISFIABLE',
      message: 'The range asked for lies outside the file.',
      details: { size_bytes: sizeBytes ?? null },
      cause,
    });
  }
}

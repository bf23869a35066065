import { DomainError, InvalidRequest } from '@lakescope/server-http';
import type { YamlProblem } from './project-yaml';

/** There is no document of this name in the caller's schema, or the caller may not see it. */
export class ProjectNotFound extends DomainError {
  constructor(slug: string, path: string, cause: unknown) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: `There is no project ${slug}.`,
      details: { slug, path },
      cause,
    });
  }
}

/** A document of this name is there; creating never replaces one. */
export class ProjectExists extends DomainError {
  constructor(slug: string, path: string, cause: unknown) {
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message: `There is a project ${slug} already.`,
      details: { slug, path },
      cause,
    });
  }
}

/** Somebody else saved the document since it was read, or is doing so at this moment. */
export class ProjectChanged extends DomainError {
  constructor(slug: string, what: 'has changed since it was read' | 'is being saved by somebody else') {
    super({
      kind: 'precondition',
      code: 'PRECONDITION_FAILED',
      message: `The project ${slug} ${what}; read it again.`,
      details: { slug },
    });
  }
}

/** The document is larger than one may be. */
export class ProjectTooLarge extends DomainError {
  constructor(received: number | undefined, maximum: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `A project document may have ${maximum} bytes.`,
      details: { max_size_bytes: maximum, received: received ?? null },
    });
  }
}

/** What was sent is no project document; nothing was written. */
export function malformedProject(problems: readonly YamlProblem[]): InvalidRequest {
  const fields = problems.map(({ line, column, message }) => ({
    path: 'content',
    message: `line ${line}, column ${column}: ${message}`,
  }));
  return new InvalidRequest(`The content is no project document: ${fields[0]?.message ?? ''}`, fields);
}

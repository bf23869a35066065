import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InvalidRequest } from './request.errors';

/** What must hold for a write to happen: the object is at this version, or it is there at all, or it is not. */
export type Precondition = { readonly version: number } | 'present' | 'absent';

/**
 * The condition a request makes by `If-Match` (an entity tag as the answers carry it, a bare version, or `*`) or by
 * `If-None-Match: *` (RFC 9110, 13.1); undefined when it makes none.
 */
export function preconditionOf(ifMatch: string | undefined, ifNoneMatch?: string): Precondition | undefined {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw refusal('If-None-Match', 'must not come together with If-Match');
  }
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') throw refusal('If-None-Match', 'must be *');
    return 'absent';
  }
  if (ifMatch === undefined) return undefined;
  if (ifMatch.trim() === '*') return 'present';
  const [, digits] = /^\s*(?:"(\d{1,9})"|(\d{1,9}))\s*$/.exec(ifMatch)?.filter((part) => part !== undefined) ?? [];
  if (digits === undefined) throw refusal('If-Match', 'must be a version number');
  return { version: Number(digits) };
}

/** The condition a request makes. Not by `@Headers`, which would put a second, required header into the document. */
export const WriteCondition = createParamDecorator(
  (_: unknown, context: ExecutionContext): Precondition | undefined => {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return preconditionOf(headers['if-match'], headers['if-none-match']);
  },
);

/** The version as an entity tag. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

function refusal(header: string, message: string): InvalidRequest {
  return new InvalidRequest(`${header} ${message}.`, [{ path: header, message }]);
}

import { InvalidRequest } from '@lakescope/server-http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Whether an entity tag is one of those that `If-Match` names; `*` stands for any (RFC 9110, 13.1.1). */
export type TagCondition = (etag: string) => boolean;

/** The header has to be there: who does not say what was read could only overwrite what others wrote. */
export function tagCondition(header: string | undefined): TagCondition {
  const tags = header?.split(',').map((tag) => tag.trim()) ?? [];
  if (tags.join('') === '') {
    throw new InvalidRequest('If-Match is required: the etag of the document as it was read.', [
      { path: 'If-Match', message: 'is required' },
    ]);
  }
  return (etag) => tags.some((tag) => tag === '*' || tag === etag || `"${tag}"` === etag);
}

/** The condition of a save. Not by `@Headers`, which would put a second, required header into the document. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): TagCondition => {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  return tagCondition(headers['if-match']);
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { tagCondition, type TagCondition } from '../if-match';

/** The condition of a write, where there is one. Not by `@Headers`, which would put a second header into the document. */
export const OptionalIfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): TagCondition | undefined => {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['if-match'] === undefined ? undefined : tagCondition(headers['if-match']);
  },
);

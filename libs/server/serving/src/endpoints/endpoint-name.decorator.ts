import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Nobody knows how long names may become; the router lets no more than this through. */
const LONGEST = 512;

/**
 * The endpoint's name from the path, decoded once. Nothing has to be checked about it: the platform knows which names there are, and the
 * client encodes it. A pipe would have to be waited for.
 */
export const EndpointName = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { name = '' } = context.getArgByIndex<FastifyRequest>(0).params as { name?: string };
  return name.slice(0, LONGEST);
});

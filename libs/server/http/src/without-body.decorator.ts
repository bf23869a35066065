import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest } from './request.errors';

/** Refuses what nobody would read: who sends parameters in the body believes that they count. */
@Injectable()
class RefuseBody implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (isNothing(body)) return true;
    const message = 'This route takes no body; its parameters belong into the URL';
    const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
    throw new InvalidRequest(
      message,
      names.map((path) => ({ path, message: 'belongs into the URL' })),
    );
  }
}

/** For routes that change something by their URL alone. */
export const WithoutBody = (): MethodDecorator => applyDecorators(UseGuards(RefuseBody));

/** An empty object is what some clients send when they have nothing to say. */
function isNothing(body: unknown): boolean {
  return body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
}

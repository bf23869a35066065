import type { ContextType, ExecutionContext, Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type ControllerMethod = (...args: unknown[]) => unknown;

type Handler = ReturnType<ExecutionContext['getHandler']>;
type HttpArgumentsHost = ReturnType<ExecutionContext['switchToHttp']>;

/** What guards, interceptors and parameter decorators learn about a request; Nest's own class makes closures at each look. */
export class RequestExecution implements ExecutionContext, HttpArgumentsHost {
  constructor(
    protected readonly request: FastifyRequest,
    protected readonly reply: FastifyReply,
    private readonly controller?: unknown,
    private readonly handler?: ControllerMethod,
  ) {}

  getClass<T = unknown>(): Type<T> {
    return this.controller as Type<T>;
  }

  getHandler(): Handler {
    return this.handler as Handler;
  }

  getType<T extends string = ContextType>(): T {
    return 'http' as T;
  }

  getArgs<T extends unknown[] = unknown[]>(): T {
    return [this.request, this.reply, undefined] as unknown as T;
  }

  getArgByIndex<T = unknown>(index: number): T {
    return (index === 0 ? this.request : index === 1 ? this.reply : undefined) as T;
  }

  switchToHttp(): HttpArgumentsHost {
    return this;
  }

  getRequest<T = unknown>(): T {
    return this.request as T;
  }

  getResponse<T = unknown>(): T {
    return this.reply as T;
  }

  getNext<T = unknown>(): T {
    return undefined as T;
  }

  switchToRpc(): never {
    throw new Error('The server speaks HTTP only');
  }

  switchToWs(): never {
    throw new Error('The server speaks HTTP only');
  }
}

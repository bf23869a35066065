import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** A mark that a decorator puts on a route or on its whole controller: looked up once for each handler, since no mark ever changes. */
export class RouteMark {
  private readonly known = new WeakMap<object, { readonly controller: unknown; readonly marked: boolean }>();

  constructor(
    private readonly reflector: Reflector,
    private readonly key: string,
  ) {}

  isOn(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const known = this.known.get(handler);
    const controller = context.getClass();
    // A method that two controllers inherit is one handler with the marks of either.
    if (known?.controller === controller) return known.marked;
    const marked = this.reflector.getAllAndOverride<boolean | undefined>(this.key, [handler, controller]) === true;
    this.known.set(handler, { controller, marked });
    return marked;
  }
}

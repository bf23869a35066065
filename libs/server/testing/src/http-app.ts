import type { AddressInfo } from 'node:net';
import type { CanActivate, DynamicModule, ExecutionContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

export interface HttpAppOptions {
  imports: (Type | DynamicModule)[];
  /** Makes the caller of a token's subject: the suites of a feature trust the token, the identity guard has suites of its own. */
  identify: (subject: string, token: string) => unknown;
  /** Pipes and filters, as in production. */
  configure: (app: NestFastifyApplication) => void;
}

/** A feature behind a real HTTP port, without the rest of the server. */
export class HttpApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start({ imports, identify, configure }: HttpAppOptions): Promise<HttpApp> {
    const nest = await NestFactory.create<NestFastifyApplication>(
      { module: FeatureModule, imports },
      new FastifyAdapter({ logger: false }),
      { logger: false, abortOnError: false },
    );
    nest.setGlobalPrefix('api/v1');
    nest.useGlobalGuards(new TrustingGuard(identify));
    configure(nest);
    await nest.listen(0, '127.0.0.1');
    const { port } = nest.getHttpServer().address() as AddressInfo;
    return new HttpApp(nest, `http://127.0.0.1:${port}`);
  }

  /** `path` below the API's base; the token is the one the apps proxy would forward. */
  fetch(path: string, token: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set('X-Forwarded-Access-Token', token);
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    return fetch(`${this.url}/api/v1${path}`, {
      ...rest,
      headers,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  }

  async stop(): Promise<void> {
    await this.nest.close();
  }
}

/** Holds the imports, nothing else. */
class FeatureModule {}

class TrustingGuard implements CanActivate {
  constructor(private readonly identify: HttpAppOptions['identify']) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; caller?: unknown }>();
    const token = request.headers['x-forwarded-access-token'] ?? '';
    request.caller = this.identify(subjectOf(token), token);
    return true;
  }
}

/** Whom a JWT was issued for, as its claims say. */
export function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return claims.sub;
}

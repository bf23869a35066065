import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Controller, Post, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestSignal } from './request-signal';
import { StreamedRequestBody, TakesStream, useStreamedBodies, type StreamedBody } from './streamed-body';

interface Taken {
  readonly failure: unknown;
  readonly isGivenUp: boolean;
}

let told: (taken: Taken) => void;
let asked: () => void;

@Controller()
class BodyController {
  @Post('body')
  @TakesStream({ maxBytes: 1_000 })
  async take(@StreamedRequestBody() body: StreamedBody, @RequestSignal() signal: AbortSignal): Promise<void> {
    const failure: unknown = await body.whole().then(
      () => undefined,
      (error: unknown) => error,
    );
    told({ failure, isGivenUp: signal.aborted });
  }
}

/** As one who asks somebody else who the caller is, and gets the answer when the caller has left. */
class PatientGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    asked();
    await new Promise((resolve) => raw.once('close', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}

class BodyModule {}

describe('a body', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(
      { module: BodyModule, controllers: [BodyController] },
      new FastifyAdapter({ forceCloseConnections: true }),
      { logger: false },
    );
    useStreamedBodies(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
    app.useGlobalGuards(new PatientGuard());
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  it.each([
    ['a half', 'Content-Length: 100', '{"half":'],
    ['the whole', 'Content-Length: 2', '{}'],
  ])('of which %s had come when its client left is not waited for', async (_, length, body) => {
    const taken = new Promise<Taken>((resolve) => (told = resolve));
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST /body HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n${length}\r\n\r\n${body}`);
    await isAsked;
    socket.destroy();

    expect(await taken).toMatchObject({ failure: { code: 'INVALID_REQUEST' }, isGivenUp: true });
  });
});

import { Controller, Get, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Secret } from '@lakescope/databricks-client';
import type { FastifyRequest } from 'fastify';
import { UserCaller } from './caller';
import { RequestContextInterceptor, type RequestContext } from './request-context';

const ANA = new UserCaller(
  { userId: 'ana', displayName: 'Ana', active: true, emails: [], groups: [] },
  new Secret('token'),
);

class Inherited {
  @Get('inherited')
  inherited(): object {
    return {};
  }
}

@Controller('first')
class FirstController extends Inherited {
  @Get(':key')
  read(): object {
    return {};
  }

  @Get('closed/:key')
  @UseGuards({ canActivate: () => false })
  closed(): object {
    return {};
  }
}

@Controller('second')
class SecondController extends Inherited {}

class TwoModule {}

describe('the context of a request', () => {
  let app: NestFastifyApplication;
  let seen: (RequestContext | undefined)[];

  beforeAll(async () => {
    const adapter = new FastifyAdapter();
    adapter.getInstance().addHook('onRequest', (request: FastifyRequest, reply, done) => {
      request.caller = ANA;
      reply.raw.on('close', () => seen.push(request.requestContext));
      done();
    });
    app = await NestFactory.create<NestFastifyApplication>(
      { module: TwoModule, controllers: [FirstController, SecondController] },
      adapter,
      { logger: false },
    );
    app.useGlobalInterceptors(new RequestContextInterceptor());
    await app.listen(0, '127.0.0.1');
  });

  beforeEach(() => {
    seen = [];
  });

  afterAll(() => app.close());

  it('tells at the close who asked, what answered and by which template', async () => {
    expect(await contextOf('/first/some-name')).toEqual({
      caller: ANA,
      handler: 'FirstController.read',
      route: '/first/:key',
    });
  });

  it('tells two controllers with one method apart', async () => {
    expect(await contextOf('/first/inherited')).toMatchObject({ handler: 'FirstController.inherited' });
    expect(await contextOf('/second/inherited')).toMatchObject({ handler: 'SecondController.inherited' });
  });

  it('is not there when nobody was let in, or there was nothing to be let into', async () => {
    expect(await contextOf('/first/closed/x')).toBeUndefined();
    expect(await contextOf('/nothing')).toBeUndefined();
  });

  async function contextOf(path: string): Promise<RequestContext | undefined> {
    const before = seen.length;
    await (await fetch((await app.getUrl()) + path)).arrayBuffer();
    while (seen.length === before) await new Promise((resolve) => setImmediate(resolve));
    return seen.at(-1);
  }
});

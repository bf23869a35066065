import { PassThrough } from 'node:stream';
import { Controller, Get, StreamableFile, type INestApplication } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeadlineInterceptor, WithoutDeadline } from './deadline.interceptor';
import { useDirectRoutes } from './direct-routes';
import { HttpLimits } from './http-limits';
import { ProblemFilter } from './problem.filter';
import { RequestSignal } from './request-signal';

let signals: AbortSignal[] = [];
let file: PassThrough;

const slowly = (signal: AbortSignal): Promise<{ done: boolean }> => {
  signals.push(signal);
  return new Promise((resolve) => setTimeout(() => resolve({ done: true }), 300));
};

@Controller()
class SlowController {
  @Get('slow')
  slow(@RequestSignal() signal: AbortSignal): Promise<{ done: boolean }> {
    return slowly(signal);
  }

  @Get('file')
  async file(@RequestSignal() signal: AbortSignal): Promise<StreamableFile> {
    await slowly(signal);
    return new StreamableFile(file);
  }

  @Get('failure')
  async failure(@RequestSignal() signal: AbortSignal): Promise<never> {
    await slowly(signal);
    throw new Error('too late to tell anybody');
  }

  @Get('quick')
  async quick(): Promise<{ done: boolean }> {
    await Promise.resolve();
    return { done: true };
  }

  @Get('download')
  @WithoutDeadline()
  download(@RequestSignal() signal: AbortSignal): Promise<{ done: boolean }> {
    return slowly(signal);
  }
}

class SlowModule {}

describe.each([
  ['run by Nest', () => undefined],
  ['run directly', useDirectRoutes],
])('a request that takes too long, %s', (_, prepare) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const limits = new HttpLimits({ deadlineMs: 100 });
    const nest = await NestFactory.create<NestFastifyApplication>(
      { module: SlowModule, controllers: [SlowController] },
      new FastifyAdapter({ forceCloseConnections: true }),
      { logger: false },
    );
    app = nest;
    app.useGlobalFilters(new ProblemFilter(limits, undefined));
    app.useGlobalInterceptors(new DeadlineInterceptor(app.get(Reflector), limits));
    prepare(nest);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  beforeEach(() => {
    signals = [];
    file = new PassThrough();
  });

  afterAll(() => app.close());

  it('is answered with 504, and its work is told to stop', async () => {
    const response = await fetch(`${url}/slow`);

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error_code: 'UPSTREAM_TIMEOUT' });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('leaves no failure behind that nobody handles', async () => {
    const response = await fetch(`${url}/failure`);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(response.status).toBe(504);
  });

  it('is answered as ever when it is quick after all', async () => {
    expect(await (await fetch(`${url}/quick`)).json()).toEqual({ done: true });
  });

  it('may take its time where the route says so', async () => {
    const response = await fetch(`${url}/download`);

    expect(await response.json()).toEqual({ done: true });
    expect(signals[0]?.aborted).toBe(false);
  });

  it('is given up when the client leaves', async () => {
    const left = new AbortController();
    const asked = fetch(`${url}/download`, { signal: left.signal }).catch(() => undefined);
    setTimeout(() => left.abort(), 50);
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(signals[0]?.aborted).toBe(true);
  });

  it('leaves no file open that comes too late', async () => {
    if (prepare !== useDirectRoutes) return;
    const response = await fetch(`${url}/file`);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(response.status).toBe(504);
    expect(file.destroyed).toBe(true);
  });
});

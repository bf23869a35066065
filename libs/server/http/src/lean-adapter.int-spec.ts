import { connect } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LeanAdapter } from './lean-adapter';

@Controller('things')
class ThingController {
  @Get()
  all(): { here: boolean } {
    return { here: true };
  }
}

class ThingModule {}

const start = async (adapter: FastifyAdapter): Promise<NestFastifyApplication> => {
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: ThingModule, controllers: [ThingController] },
    adapter,
    { logger: false },
  );
  await app.listen(0, '127.0.0.1');
  return app;
};

const statusOf = (app: NestFastifyApplication, requestLine: string): Promise<string> => {
  const { port } = app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    let answer = '';
    connect(port, '127.0.0.1')
      .on('error', reject)
      .on('data', (bytes) => (answer += bytes.toString()))
      .on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''))
      .write(`${requestLine} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`);
  });
};

describe('the adapter without the hooks nobody needs', () => {
  let lean: NestFastifyApplication;
  let nests: NestFastifyApplication;

  beforeAll(async () => {
    lean = await start(new LeanAdapter({ skipMiddie: true }));
    nests = await start(new FastifyAdapter({ skipMiddie: true }));
  });

  afterAll(async () => {
    await lean.close();
    await nests.close();
  });

  it.each([
    ['GET /things', 200],
    ['GET /others', 404],
    ['GET http://here/things', 200],
    ['GET *things', 404],
    ['OPTIONS *', 404],
    ['GET ?things', 400],
  ])("answers '%s' with %d, as Nest's own does", async (requestLine, status) => {
    const answer = await statusOf(lean, requestLine);

    expect(answer).toContain(` ${status} `);
    expect(answer).toBe(await statusOf(nests, requestLine));
  });

  it('lets hooks be added as ever once it is made', async () => {
    const adapter = new LeanAdapter({ skipMiddie: true });
    const seen: string[] = [];
    adapter.getInstance().addHook('onResponse', (request, _, done) => {
      seen.push(request.url);
      done();
    });
    const app = await start(adapter);

    await statusOf(app, 'GET /things');
    await app.close();

    expect(seen).toEqual(['/things']);
  });

  it.each<[string, (adapter: LeanAdapter) => void]>([
    ['CORS', (adapter) => adapter.enableCors()],
    ["Nest's security headers", (adapter) => adapter.registerSecurityHook()],
    ['hooks at requests', (adapter) => adapter.setOnRequestHook()],
    ['hooks at responses', (adapter) => adapter.setOnResponseHook()],
  ])('tells who turns on %s that it is not there', (_, turnOn) => {
    expect(() => turnOn(new LeanAdapter({ skipMiddie: true }))).toThrow('LeanAdapter leaves out');
  });

  it('tells who wants 503 while it closes that it is not there', async () => {
    const creating = NestFactory.create({ module: ThingModule }, new LeanAdapter({ skipMiddie: true }), {
      logger: false,
      abortOnError: false,
      return503OnClosing: true,
    });

    await expect(creating).rejects.toThrow('LeanAdapter leaves out');
  });
});

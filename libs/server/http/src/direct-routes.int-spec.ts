import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Injectable,
  Param,
  ParseIntPipe,
  Post,
  Redirect,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, interval, map, of, take, tap, throwError, type Observable } from 'rxjs';
import { useDirectRoutes } from './direct-routes';
import { WITHOUT_OBSERVABLES, type PlainInterceptor } from './plain-interceptor';
import { strictValidation } from './validation';

const ambient = new AsyncLocalStorage<string>();
let steps: string[] = [];

const note = (step: string): void => void steps.push(`${step}${ambient.getStore() === undefined ? '' : ' in context'}`);

class Noting implements NestInterceptor {
  constructor(protected readonly name: string) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    note(`${this.name} before`);
    return next
      .handle()
      .pipe(tap({ next: () => note(`${this.name} after`), error: () => note(`${this.name} failed`) }));
  }
}

class PlainNoting extends Noting implements PlainInterceptor {
  readonly [WITHOUT_OBSERVABLES] = true;

  begin(): void {
    note(`${this.name} before`);
  }
}

@Injectable()
class Late implements NestInterceptor {
  async intercept(_: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await Promise.resolve();
    return next.handle().pipe(map((value) => ({ value })));
  }
}

@Injectable()
class Rescue implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: Error) => of({ rescued: error.message })));
  }
}

/** Its method only happens to have the name of one that does without Observables. */
class Namesake implements NestInterceptor {
  begin(): void {
    note('never asked');
  }

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => ({ intercepted: value })));
  }
}

class Refusing implements NestInterceptor {
  intercept(): Observable<unknown> {
    throw new Error('refused by an interceptor');
  }
}

class ByHeader implements CanActivate {
  constructor(private readonly answer: (allowed: boolean) => ReturnType<CanActivate['canActivate']>) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    note('guard');
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return this.answer(headers['x-allowed'] !== 'no');
  }
}

class Sent {
  @IsInt() count!: number;
}

async function* slowly(...pieces: string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    yield piece;
  }
}

@Controller()
class EverythingController {
  @Get('plain')
  plain(): object {
    note('method');
    return { plain: true };
  }

  @Get('promise')
  async promise(): Promise<unknown[]> {
    await new Promise((resolve) => setImmediate(resolve));
    note('method');
    return [1];
  }

  @Get('number/:id')
  number(@Param('id', ParseIntPipe) id: number): object {
    return { id };
  }

  @Post('body')
  body(@Body() sent: Sent): object {
    return { sent, isSent: sent instanceof Sent };
  }

  @Post('accepted')
  @HttpCode(202)
  @Header('X-Own', 'yes')
  accepted(): object {
    return {};
  }

  @Get('nothing')
  @HttpCode(204)
  nothing(): void {
    note('method');
  }

  @Get('text')
  text(): string {
    return 'text';
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(['a', 'b']), { type: 'text/csv' });
  }

  @Get('observable')
  observable(): Observable<object> {
    return from([{ last: false }, { last: true }]);
  }

  @Get('itself')
  itself(@Res() reply: FastifyReply): void {
    void reply.header('X-Own', 'yes').send('itself');
  }

  @Get('itself-later')
  async itselfLater(@Res() reply: FastifyReply): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    note('method');
    void reply.status(203).send(Readable.from(slowly('it', 'self')));
    return 'never sent';
  }

  @Get('itself-not')
  itselfNot(@Res() _: FastifyReply): Promise<never> {
    return Promise.reject(new Error('rejected'));
  }

  @Get('elsewhere')
  @Redirect('/plain', 302)
  elsewhere(): void {}

  @Sse('events')
  events(): Observable<{ data: string }> {
    return interval(1).pipe(
      take(2),
      map((count) => ({ data: String(count) })),
    );
  }

  @Get('throws')
  throws(): never {
    throw new Error('thrown');
  }

  @Get('rejects')
  rejects(): Promise<never> {
    return Promise.reject(new Error('rejected'));
  }

  @Get('late')
  @UseInterceptors(Late)
  late(): number[] {
    return [1];
  }

  @Get('rescued')
  @UseInterceptors(Rescue)
  rescued(): never {
    throw new Error('thrown');
  }

  @Get('namesake')
  @UseInterceptors(new Namesake())
  namesake(): number[] {
    return [1];
  }

  @Get('rescued-from-an-interceptor')
  @UseInterceptors(Rescue, new Refusing())
  rescuedFromInterceptor(): object {
    return {};
  }

  @Get('guarded-now')
  @UseGuards(new ByHeader((allowed) => allowed))
  guardedNow(): object {
    return {};
  }

  @Get('guarded-later')
  @UseGuards(new ByHeader((allowed) => Promise.resolve(allowed)), new ByHeader(() => true))
  guardedLater(): object {
    return {};
  }

  @Get('guarded-observably')
  @UseGuards(new ByHeader((allowed) => (allowed ? of(true) : throwError(() => new Error('no')))))
  guardedObservably(): object {
    return {};
  }
}

class EverythingModule {}

const PLAINLY = 'directly and without Observables';

/** Each runs the same routes: what Nest does is what is expected of ours. */
describe.each(['by Nest', 'directly', PLAINLY])('a route run %s', (how) => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const adapter = new FastifyAdapter();
    adapter.getInstance().addHook('onRequest', (_request, _reply, done) => ambient.run('request', done));
    app = await NestFactory.create<NestFastifyApplication>(
      { module: EverythingModule, controllers: [EverythingController] },
      adapter,
      { logger: false },
    );
    app.useGlobalPipes(strictValidation());
    const Interceptor = how === PLAINLY ? PlainNoting : Noting;
    app.useGlobalInterceptors(new Interceptor('outer'), new Interceptor('inner'));
    if (how !== 'by Nest') useDirectRoutes(app);
    await app.init();
    await adapter.getInstance().ready();
  });

  beforeEach(() => {
    steps = [];
  });

  afterAll(() => app.close());

  it.each(['plain', 'promise', 'itself-later'])(
    'takes every step once, in the order, in the context of the request: %s',
    async (path) => {
      await get(path);

      expect(steps).toEqual([
        'outer before in context',
        'inner before in context',
        'method in context',
        // These only begin: there is nothing they would do afterwards.
        ...(how === PLAINLY ? [] : ['inner after in context', 'outer after in context']),
      ]);
    },
  );

  it.each([
    ['plain', 200, { plain: true }],
    ['promise', 200, [1]],
    ['number/7', 200, { id: 7 }],
    ['observable', 200, { last: true }],
    ['late', 200, { value: [1] }],
    ['namesake', 200, { intercepted: [1] }],
    ['rescued', 200, { rescued: 'thrown' }],
    ['rescued-from-an-interceptor', 200, { rescued: 'refused by an interceptor' }],
  ])('answers %s', async (path, status, json) => {
    const answer = await get(path);

    expect([answer.statusCode, answer.json()]).toEqual([status, json]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('answers with status and headers of its own, with nothing, with text, with a file, and by itself', async () => {
    const accepted = await app.inject({ method: 'POST', url: '/accepted' });
    const nothing = await get('nothing');
    const text = await get('text');
    const file = await get('file');
    const itself = await get('itself');
    const later = await get('itself-later');

    expect([accepted.statusCode, accepted.headers['x-own'], accepted.body]).toEqual([202, 'yes', '{}']);
    expect([nothing.statusCode, nothing.body]).toEqual([204, '']);
    expect([text.statusCode, text.body, text.headers['content-type']]).toEqual([
      200,
      'text',
      'text/plain; charset=utf-8',
    ]);
    expect([file.statusCode, file.body, file.headers['content-type']]).toEqual([200, 'ab', 'text/csv']);
    expect([itself.statusCode, itself.body, itself.headers['x-own']]).toEqual([200, 'itself', 'yes']);
    expect([later.statusCode, later.body]).toEqual([203, 'itself']);
  });

  it('redirects, and streams events', async () => {
    const elsewhere = await get('elsewhere');
    const events = await get('events');

    expect([elsewhere.statusCode, elsewhere.headers.location]).toEqual([302, '/plain']);
    expect(events.body).toContain('data: 0');
    expect(events.body).toContain('data: 1');
  });

  it.each([
    ['number/x', 400],
    ['throws', 500],
    ['rejects', 500],
    ['itself-not', 500],
  ])('hands the failure of %s to the filter', async (path, status) => {
    expect((await get(path)).statusCode).toBe(status);
    if (how !== PLAINLY) expect(steps.at(-1)).toBe('outer failed in context');
  });

  it('checks what is sent', async () => {
    const right = await app.inject({ method: 'POST', url: '/body', payload: { count: 1 } });
    const wrong = await app.inject({ method: 'POST', url: '/body', payload: { count: 'x' } });

    expect(right.json()).toEqual({ sent: { count: 1 }, isSent: true });
    expect(wrong.statusCode).not.toBe(201);
  });

  it.each([
    ['guarded-now', 403],
    ['guarded-later', 403],
    ['guarded-observably', 500],
  ])('asks its guards before anything else: %s', async (path, status) => {
    const allowed = await get(path);
    expect(allowed.statusCode).toBe(200);
    steps = [];

    const refused = await app.inject({ url: `/${path}`, headers: { 'x-allowed': 'no' } });

    expect(refused.statusCode).toBe(status);
    expect(steps).toEqual(['guard in context']);
  });

  function get(path: string): ReturnType<NestFastifyApplication['inject']> {
    return app.inject({ url: `/${path}` });
  }
});

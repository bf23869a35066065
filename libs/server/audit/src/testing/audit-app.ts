import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import {
  DeadlineInterceptor,
  HttpLimits,
  HttpModule,
  ProblemFilter,
  Product,
  UserCaller,
  strictValidation,
} from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import type { LoggerService, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuditEntry } from '../audit-entry.entity';
import { AuditModule } from '../audit.module';

export interface AuditAppOptions {
  /** Routes of the suite's own. */
  controllers?: Type[];
  logger?: LoggerService;
  env?: Readonly<Record<string, string | undefined>>;
}

export interface JsonAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** The audit log behind a real port and on a real Postgres; everybody is let in, because who may is decided elsewhere. */
export class AuditApp {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(stack: LocalStack, { controllers = [], logger, env }: AuditAppOptions = {}): Promise<AuditApp> {
    const limits = new HttpLimits({ deadlineMs: 1_500 });
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with(new Product('0.0.0'), limits),
        PersistenceModule.with([AuditEntry], migrations),
        AuditModule,
        { module: class SuiteModule {}, imports: [AuditModule], controllers },
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        if (logger !== undefined) nest.useLogger(logger);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(limits, undefined));
        nest.useGlobalInterceptors(new DeadlineInterceptor(nest.get(Reflector), limits));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new AuditApp(stack, http);
  }

  get database(): Database {
    return this.http.nest.get(Database);
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.http.fetch(path, await this.stack.token('admin'), init);
  }

  async ask(path: string, init: RequestInit = {}): Promise<JsonAnswer> {
    const answer = await this.fetch(path, init);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, body: isJson ? (JSON.parse(text) as JsonAnswer['body']) : {} };
  }

  sql(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return this.database.asSystem((tx) => tx.query(statement, parameters));
  }

  /** An entry of a day of January 2026. */
  async givenEntry(day: number, columns: Readonly<Record<string, unknown>>): Promise<void> {
    const row = { acting_as: 'user', occurred_at: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`, ...columns };
    const places = Object.keys(row).map((_, index) => `$${index + 1}`);
    await this.sql(
      `INSERT INTO audit_log (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
      ...Object.values(row),
    );
  }

  async givenEntries(action: string, count: number, characters = 0): Promise<void> {
    await this.sql(
      `INSERT INTO audit_log (acting_as, action, outcome, details)
       SELECT 'system', $1, 'success', jsonb_build_object('n', n, 'text', repeat('x', $3)) FROM generate_series(1, $2) AS n`,
      action,
      count,
      characters,
    );
  }

  entriesOf(action: string): Promise<AuditEntry[]> {
    return this.database.asSystem((tx) => tx.find(AuditEntry, { where: { action }, order: { id: 'ASC' } }));
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}

/** A logger that keeps what one part of the app says. */
export function linesOf(context: string, lines: unknown[]): LoggerService {
  const keep = (line: unknown, ...rest: unknown[]): void => {
    if (rest.at(-1) === context) lines.push(line);
  };
  return { log: keep, warn: keep, error: keep, debug: keep };
}

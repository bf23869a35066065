import { createHmac, randomBytes } from 'node:crypto';
import type { LogConfig } from '@lakescope/server-config';
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { accessLine, type AccessEntry } from './access-line';
import { currentCorrelationId } from './correlation';
import { LineBatch } from './line-batch';
import { redactKeys, redactText } from './redaction';

export interface LogDestination {
  write(line: string): void;
}

/** What the framework says while it wires itself up: a line per module and route, which nobody reads at start. */
const FRAMEWORK: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

/** One JSON line per event on stdout; what looks like a secret, by name or by form, never gets there. */
export class AppLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly userIdKey = randomBytes(16);

  constructor(
    private readonly config: LogConfig,
    private readonly destination: LogDestination = new LineBatch(),
  ) {
    this.pino = pino(
      {
        level: config.level,
        base: null,
        messageKey: 'msg',
        timestamp: pino.stdTimeFunctions.isoTime,
        serializers: { err: describeError },
        formatters: { level: (label) => ({ level: label }), log: redactKeys },
        mixin: () => {
          const id = currentCorrelationId();
          return id === undefined ? {} : { correlation_id: id };
        },
        mixinMergeStrategy: (line, mixin) => ({ ...mixin, ...line }),
      },
      { write: (line: string) => destination.write(redactText(line)) },
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(FRAMEWORK.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** The line of one request: as safe as the others, and made in a tenth of their time. */
  access(entry: AccessEntry): void {
    if (this.pino.isLevelEnabled('info')) this.destination.write(accessLine(entry, Date.now()));
  }

  /** E-mail addresses may be kept out of the log; the hash still tells one user from another within a process. */
  userId(userId: string): string {
    if (this.config.userIds === 'plain') return userId;
    return createHmac('sha256', this.userIdKey).update(userId).digest('hex').slice(0, 16);
  }

  /** Nest passes the context last, and the stack of an error before it. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? { context: rest.at(-1) } : {};
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    if (message instanceof Error) {
      this.pino[level]({ ...context, err: message, msg: message.message });
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level]({ ...context, ...message });
    } else {
      this.pino[level]({ ...context, ...stack, msg: String(message) });
    }
  }
}

/** Only what tells the story: other properties of an error may hold headers, requests or whole configurations. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { LineConditions } from './fault-lane';
import { FaultSession, type CutMoment, type StatementFault } from './fault-session';
import { SeededRandom } from './seeded-random';

export interface PostgresFaultProxyOptions {
  readonly random?: SeededRandom;
}

interface PlannedStatementFault {
  readonly statement: RegExp;
  readonly fault: StatementFault;
  left: number;
}

const commit = /^\s*(COMMIT|END)\b/i;
// Below the range systems take outgoing ports from: while connections are refused here, nobody else may get the port.
const ports = { first: 20_000, count: 12_000 };

/**
 * The line to the database, with everything that can go wrong with a line; on 127.0.0.1, so a certificate for that address
 * holds through it. It can sit in front of the gateway, where it sees encrypted bytes, or in front of Postgres, where it also
 * sees statements and can break around them.
 */
export class PostgresFaultProxy {
  readonly host = '127.0.0.1';
  private server: Server | undefined;
  private readonly sessions = new Set<FaultSession>();
  private readonly conditions: LineConditions = usual();
  private statementFaults: PlannedStatementFault[] = [];
  private cutProbability = 0;
  private openedCount = 0;
  private cutCount = 0;

  private constructor(
    readonly port: number,
    private readonly target: number,
    readonly random: SeededRandom,
  ) {}

  /** To a port of this machine. */
  static async to(target: number, { random = new SeededRandom() }: PostgresFaultProxyOptions = {}) {
    for (let attempt = 1; ; attempt++) {
      // Not from the seed: the port is no part of what a test repeats.
      const port = ports.first + Math.floor(Math.random() * ports.count);
      const proxy = new PostgresFaultProxy(port, target, random);
      try {
        await proxy.listen();
        return proxy;
      } catch (error) {
        if (attempt === 20) throw error;
      }
    }
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.sessions.size;
  }

  /** Connections there ever were. */
  get opened(): number {
    return this.openedCount;
  }

  /** Lines cut by `cutRandomly` and `cutAt` so far. A test of a cut checks that it happened. */
  get cuts(): number {
    return this.cutCount;
  }

  /** Each direction takes half of it. */
  slow(options: { roundTripMilliseconds?: number; bytesPerSecond?: number }): void {
    this.conditions.delayMilliseconds = (options.roundTripMilliseconds ?? 0) / 2;
    this.conditions.bytesPerSecond = options.bytesPerSecond ?? Infinity;
  }

  /** Nothing passes in either direction, no end, no RST; new connections open and hear nothing. */
  blackHole(): void {
    this.conditions.open = false;
  }

  /** The servers of all sessions are gone and nobody told the clients. */
  halfOpen(): void {
    this.sessions.forEach((session) => session.loseServer());
  }

  /** RST to every session. New ones work. */
  reset(): void {
    this.sessions.forEach((session) => session.reset());
  }

  /** Every session ends in order. New ones work. */
  endSessions(): void {
    this.sessions.forEach((session) => session.end());
  }

  /** New connections are refused until `heal`; those that are open stay. */
  refuse(): void {
    this.server?.close();
    this.server = undefined;
  }

  /** Each message, or piece of encrypted bytes, is with this probability where the line is cut, at any of its bytes. */
  cutRandomly(probability: number): void {
    this.cutProbability = probability;
  }

  /** Cuts around the next matching statements; only where the proxy sees statements, in front of Postgres itself. */
  cutAt(moment: CutMoment, options: { statement?: RegExp; times?: number } = {}): void {
    this.plan(options.statement ?? commit, { cut: moment }, options.times);
  }

  /** The next matching statements fail with this SQLSTATE, in the server's own words; where the proxy sees statements. */
  failStatements(options: { statement: RegExp; sqlState: string; message?: string; times?: number }): void {
    const { statement, sqlState, message = `planned failure ${sqlState}`, times } = options;
    this.plan(statement, { sqlState, message }, times);
  }

  /** From now on the line is good again. What waited in a black hole goes on its way. */
  async heal(): Promise<void> {
    Object.assign(this.conditions, usual());
    this.statementFaults = [];
    this.cutProbability = 0;
    if (this.server === undefined) await this.listen();
    this.sessions.forEach((session) => session.pump());
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.refuse();
    this.reset();
    if (server !== undefined && this.sessions.size > 0) await once(server, 'close');
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => this.accept(near));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, this.host, resolve);
    });
    this.server = server;
  }

  private accept(near: Socket): void {
    this.openedCount += 1;
    const session = new FaultSession(near, this.target, {
      conditions: this.conditions,
      cutWithin: (length) => (this.random.chance(this.cutProbability) ? this.random.below(length) : undefined),
      takeFault: (statement) => this.takeFault(statement),
      abruptly: () => this.random.chance(0.5),
      noteCut: () => (this.cutCount += 1),
      noteClosed: () => this.sessions.delete(session),
    });
    this.sessions.add(session);
  }

  private plan(statement: RegExp, fault: StatementFault, times = 1): void {
    if ([...this.sessions].some((session) => !session.readable)) {
      throw new Error('The line is encrypted here: statements can only be seen in front of Postgres itself');
    }
    this.statementFaults.push({ statement, fault, left: times });
  }

  private takeFault(statement: string): StatementFault | undefined {
    const planned = this.statementFaults.find((candidate) => candidate.left > 0 && candidate.statement.test(statement));
    if (planned === undefined) return undefined;
    planned.left -= 1;
    return planned.fault;
  }
}

function usual(): LineConditions {
  return { delayMilliseconds: 0, bytesPerSecond: Infinity, open: true };
}

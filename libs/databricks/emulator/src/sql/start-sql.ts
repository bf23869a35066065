import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { RequestLog } from '../http/request-log';
import type { Access } from '../identity/access';
import type { AccessControl } from '../object-permissions/access-control';
import type { EngineCatalog } from './engine/engine-catalog';
import { SqlEngine } from './engine/sql-engine';
import { ResultLinks } from './statements/result-links';
import { STATEMENTS_PATH } from './statements/statement-answer';
import { statementRoutes } from './statements/statement-routes';
import { PLATFORM_TIMES, Statements, type StatementTimes } from './statements/statements';
import { warehouseRoutes } from './warehouses/warehouse-routes';
import { Warehouses } from './warehouses/warehouses';
import { openWarehousesDocument } from './warehouses/warehouses-document';

const LINK_MILLISECONDS = 15 * 60_000;

/** How long things of SQL take and are kept, in milliseconds. */
export interface SqlTimes {
  /** How long the cold start of a SQL warehouse takes, and its stop. */
  warehouseStartMilliseconds?: number;
  warehouseStopMilliseconds?: number;
  /** How long statements and their results are kept; by default as the platform does. */
  statementTimes?: Partial<StatementTimes>;
  /** How long a link to a chunk of a result is good for; the platform's quarter of an hour. */
  resultLinkMilliseconds?: number;
}

export interface SqlParts {
  readonly stateDirectory: string;
  /** Who has the warehouse that the workspace is made with. */
  readonly owner: string;
  readonly access: Access;
  readonly accessControl: AccessControl;
  readonly catalog: EngineCatalog;
  /** Folders outside of the state folder that hold volumes. */
  readonly mounts: readonly string[];
  readonly requestLog: RequestLog;
  /** Where the workspace listens. */
  readonly url: () => string;
  readonly times: SqlTimes;
}

/** SQL warehouses, and the statements that run on them. */
export class Sql {
  private constructor(
    readonly warehouses: Warehouses,
    private readonly statements: Statements,
    private readonly engine: SqlEngine,
  ) {}

  static async start(server: FastifyInstance, parts: SqlParts): Promise<Sql> {
    const { stateDirectory, access, requestLog, url, times } = parts;
    const temporary = join(stateDirectory, 'temp');
    const document = await openWarehousesDocument(stateDirectory, parts.owner);
    const computeTimes = {
      startMilliseconds: times.warehouseStartMilliseconds ?? 1000,
      stopMilliseconds: times.warehouseStopMilliseconds ?? 300,
    };
    const warehouses = new Warehouses(document, computeTimes, parts.accessControl);
    const engine = new SqlEngine(parts.catalog, {
      // Managed tables lie in the first, external ones in volumes.
      tableRoots: [
        join(stateDirectory, 'tables'),
        join(stateDirectory, 'volumes'),
        ...parts.mounts.map((folder) => resolve(folder)),
      ],
      scratchDirectory: join(temporary, 'sql'),
    });
    const statements = await Statements.open({
      engine,
      warehouses,
      directory: join(temporary, 'statements'),
      times: { ...PLATFORM_TIMES, ...times.statementTimes },
      report: (id, fault) => report(requestLog, id, fault),
    });
    const links = new ResultLinks(times.resultLinkMilliseconds ?? LINK_MILLISECONDS, url);
    warehouseRoutes(server, access, warehouses, url);
    statementRoutes(server, access, statements, links);
    return new Sql(warehouses, statements, engine);
  }

  /** Cancels what runs and drops all results. */
  async close(): Promise<void> {
    await this.statements.close();
    await this.warehouses.close();
    await this.engine.close();
  }
}

/** A statement fails after its request was answered, perhaps, so its failure stands in the log by itself. */
function report(requestLog: RequestLog, id: string, fault: unknown): void {
  requestLog.add({
    id,
    time: new Date().toISOString(),
    method: 'POST',
    path: STATEMENTS_PATH,
    route: STATEMENTS_PATH,
    status: 500,
    milliseconds: 0,
    principal: undefined,
    failure: inspect(fault),
  });
}

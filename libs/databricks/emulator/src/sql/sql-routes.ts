import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../identity/access';
import type { AccessControl } from '../object-permissions/access-control';
import { ResultLinks } from './statements/result-links';
import type { StatementEngine } from './statements/statement';
import { statementRoutes } from './statements/statement-routes';
import { Statements, type StatementTimes } from './statements/statements';
import type { ComputeTimes } from './warehouses/warehouse-compute';
import { warehouseRoutes } from './warehouses/warehouse-routes';
import { Warehouses } from './warehouses/warehouses';
import { openWarehousesDocument } from './warehouses/warehouses-document';

export interface SqlOptions {
  readonly stateDirectory: string;
  /** Who has the warehouse that the workspace is made with. */
  readonly owner: string;
  readonly accessControl: AccessControl;
  readonly engine?: StatementEngine;
  readonly computeTimes: ComputeTimes;
  readonly statementTimes: StatementTimes;
  /** How long a link to a chunk of a result is good for. */
  readonly linkMilliseconds: number;
  /** Where the workspace listens. */
  readonly url: () => string;
  /** Hears of statements that failed by a fault of the workspace. */
  readonly report: (statementId: string, fault: unknown) => void;
}

/** SQL warehouses and the Statement Execution API. */
export class Sql {
  private constructor(
    readonly warehouses: Warehouses,
    private readonly statements: Statements | undefined,
  ) {}

  static async open(app: FastifyInstance, access: Access, options: SqlOptions): Promise<Sql> {
    const { stateDirectory, engine, statementTimes, linkMilliseconds, url, report } = options;
    const document = await openWarehousesDocument(stateDirectory, options.owner);
    const warehouses = new Warehouses(document, options.computeTimes, options.accessControl);
    warehouseRoutes(app, access, warehouses, url);
    if (engine === undefined) return new Sql(warehouses, undefined);
    const directory = join(stateDirectory, 'temp', 'statements');
    const statements = await Statements.open({ engine, warehouses, directory, times: statementTimes, report });
    statementRoutes(app, access, statements, new ResultLinks(linkMilliseconds, url));
    return new Sql(warehouses, statements);
  }

  /** Cancels what runs and drops all results. */
  async close(): Promise<void> {
    await this.statements?.close();
    await this.warehouses.close();
  }
}

import type {
  CreateWarehouseResponse,
  DataSource,
  ListWarehousesResponse,
  Warehouse,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../../http/page-token';
import { pageLimit, queryText } from '../../http/query';
import type { Access } from '../../identity/access';
import { keyOf, type Warehouses } from './warehouses';

const ROOT = '/api/2.0/sql/warehouses';
const PAGE = { usual: 1000, maximum: 1000 };

interface ById {
  Params: { id: string };
}

/** SQL warehouses. `url` is where the workspace listens. */
export function warehouseRoutes(app: FastifyInstance, access: Access, warehouses: Warehouses, url: () => string): void {
  app.get(ROOT, async (request): Promise<ListWarehousesResponse> => {
    const caller = await access.caller(request, 'sql');
    const limit = pageLimit(request.query, 'page_size', PAGE);
    const after = decodePageToken(['warehouses'], queryText(request.query, 'page_token'));
    const rest = warehouses.list(caller).filter((warehouse) => after === undefined || keyOf(warehouse) > after);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const host = new URL(url());
    return {
      warehouses: page.map((warehouse) => warehouses.describe(warehouse, host)),
      ...(rest.length > page.length && last !== undefined
        ? { next_page_token: encodePageToken(['warehouses'], keyOf(last)) }
        : {}),
    };
  });

  app.post(ROOT, async (request): Promise<CreateWarehouseResponse> => {
    const caller = await access.caller(request, 'sql');
    return { id: await warehouses.create(caller, request.body) };
  });

  app.get<ById>(`${ROOT}/:id`, async (request): Promise<Warehouse> => {
    const caller = await access.caller(request, 'sql');
    return warehouses.describe(warehouses.require(caller, request.params.id, 'CAN_VIEW'), new URL(url()));
  });

  app.post<ById>(`${ROOT}/:id/edit`, async (request) => {
    const caller = await access.caller(request, 'sql');
    await warehouses.edit(caller, request.params.id, request.body);
    return {};
  });

  app.post<ById>(`${ROOT}/:id/start`, async (request) => {
    const caller = await access.caller(request, 'sql');
    warehouses.start(caller, request.params.id);
    return {};
  });

  app.post<ById>(`${ROOT}/:id/stop`, async (request) => {
    const caller = await access.caller(request, 'sql');
    warehouses.stop(caller, request.params.id);
    return {};
  });

  app.delete<ById>(`${ROOT}/:id`, async (request) => {
    const caller = await access.caller(request, 'sql');
    await warehouses.remove(caller, request.params.id);
    return {};
  });

  // What came before the warehouses' own list; some clients still look ids up here.
  app.get('/api/2.0/preview/sql/data_sources', async (request): Promise<DataSource[]> => {
    const caller = await access.caller(request, 'sql');
    return warehouses.list(caller).map(({ id, name }) => ({ id: dataSourceOf(id), name, warehouse_id: id }));
  });
}

/** The id of the data source of a warehouse is another one, a UUID. */
function dataSourceOf(id: string): string {
  return `00000000-0000-4000-${id.slice(0, 4)}-${id.slice(4)}`;
}

import { DatabricksClients, PlatformError, Secret, type DatabricksClient } from '@lakescope/databricks-client';
import { contractTargets, type ContractWorkspace } from './contract-workspace';
import { Front } from './front';
import { itWhere } from './given-clients';

const product = { name: 'lakescope-contract', version: '0.0.0' };

/** What our client promises beyond what every client does. */
describe.each(contractTargets(process.env))('our client of $name', (target) => {
  let workspace: ContractWorkspace;
  let front: Front;
  let direct: DatabricksClients;
  let fronted: DatabricksClients;

  beforeAll(async () => {
    workspace = await target.start();
    front = await Front.before(workspace.host);
    direct = new DatabricksClients({ host: workspace.host, product });
    fronted = new DatabricksClients({ host: front.url, product });
  });
  afterAll(async () => {
    await Promise.all([direct.close(), fronted.close()]);
    await front.close();
    await workspace.close();
  });

  const as = (token: string, clients = direct): DatabricksClient => clients.asUser({ token: new Secret(token) });
  const failureOf = async (act: Promise<unknown>): Promise<PlatformError> => {
    const failure = await act.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof PlatformError)) throw new Error('It did not fail as calls to the platform do');
    return failure;
  };

  it('knows a token that is none', async () => {
    const nobody = await failureOf(as('dapi00000000000000000000000000000000').currentUser.me());

    expect(nobody).toMatchObject({ kind: 'unauthenticated', actingAs: 'user' });
  });

  itWhere(target, 'narrow-token')('names the scope that a token lacks', async () => {
    const request = { warehouse_id: workspace.warehouseId, statement: 'SELECT 1' };

    expect(await failureOf(as(workspace.narrowToken).statements.execute(request))).toMatchObject({
      kind: 'scope_missing',
      scopes: ['sql'],
      status: 403,
    });
  });

  itWhere(target, 'outsider')('does not take a missing right for a token that has expired', async () => {
    const { catalog, schema } = workspace;

    expect(await failureOf(as(workspace.outsider).unityCatalog.listVolumesPage(catalog, schema))).toMatchObject({
      kind: 'permission_denied',
      status: 403,
      errorCode: 'PERMISSION_DENIED',
    });
  });

  it('finds a group by its name and ends where there is none', async () => {
    const me = await as(workspace.token).currentUser.me();
    const known = me.groups?.find(({ display }) => display !== undefined)?.display ?? 'users';

    expect(await as(workspace.token).groups.findByName('no such group "at all"')).toBeUndefined();
    expect((await as(workspace.token).groups.findByName(known))?.displayName).toBe(known);
  });

  it('follows a page that is empty and still has a successor', async () => {
    front.answerNext(
      { status: 200, body: JSON.stringify({ next_page_token: 'next' }) },
      { status: 200, body: JSON.stringify({ catalogs: [{ name: 'late' }] }) },
    );
    const names: (string | undefined)[] = [];
    for await (const { name } of as(workspace.token, fronted).unityCatalog.listCatalogs()) names.push(name);

    expect(names).toEqual(['late']);
  });

  it('ends a listing that would go on for ever', async () => {
    const again = { status: 200, body: JSON.stringify({ catalogs: [], next_page_token: 'again' }) };
    front.answerNext(again, again);

    const walk = async (): Promise<void> => {
      for await (const item of as(workspace.token, fronted).unityCatalog.listCatalogs()) void item;
    };

    await expect(walk()).rejects.toThrow('would never end');
  });

  it('keeps every digit of an id beyond 2^53', async () => {
    front.answerNext({ status: 200, body: '{"userName":"ana","id":9007199254740993}' });

    const me: unknown = await as(workspace.token, fronted).currentUser.me();

    expect(String((me as { id: unknown }).id)).toBe('9007199254740993');
  });

  it('takes 503 for a pause, and a refusal for final', async () => {
    const { asked } = front;
    const before = asked.length;
    front.answerNext({ status: 503, body: '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"Later."}' });
    await as(workspace.token, fronted).currentUser.me();
    const paused = asked.length - before;
    front.answerNext({ status: 400, body: '{"error_code":"INVALID_PARAMETER_VALUE","message":"No."}' });
    const failure = await failureOf(as(workspace.token, fronted).currentUser.me());

    expect([paused, asked.length - before]).toEqual([2, 3]);
    expect(failure.kind).toBe('bad_request');
  });

  it('takes an address without a scheme for one by TLS, and does not send a token without', async () => {
    const bare = new DatabricksClients({ host: new URL(front.url).host, product });
    const before = front.asked.length;

    await expect(
      bare.asUser({ token: new Secret(workspace.token) }).currentUser.me({ deadlineMs: 2_000 }),
    ).rejects.toThrow();
    expect(front.asked).toHaveLength(before);
    await bare.close();
  });
});

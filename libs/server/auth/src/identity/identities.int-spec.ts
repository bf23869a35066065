import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { LocalStack } from '@lakescope/server-testing';
import { Identities } from './identities';
import { WhoAmI } from './who-am-i';

describe('remembered identities', () => {
  let stack: LocalStack;
  let databricks: DatabricksClients;
  let aheadMs = 0;

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    stack = await LocalStack.start({ database: false });
    databricks = new DatabricksClients({
      host: stack.workspace.url,
      product: { name: 'identities-spec', version: '0' },
    });
  });

  afterAll(async () => {
    await databricks.close();
    await stack.stop();
    jest.restoreAllMocks();
  });

  it('are forgotten when their time is over, also those of tokens that never come again', async () => {
    const identities = new Identities(new WhoAmI(databricks));
    for (let count = 0; count < 5; count++) await identities.callerOf(await newToken());
    const during = identities.size;
    aheadMs += 60_000;

    const caller = await identities.callerOf(await newToken());

    expect(caller.userId).toBe(stack.workspace.personas.analyst.userName);
    expect([during, identities.size]).toEqual([5, 1]);
  });

  async function newToken(): Promise<Secret> {
    return new Secret((await stack.workspace.issueUserToken('analyst', [])).token);
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkspaceClient } from '@databricks/sdk-experimental';
import { startWorkspace, type LocalWorkspace, type PersonaName } from '@lakescope/databricks-emulator';
import { sdkWorkspaceClient } from './sdk-client';

/** A local workspace with `contract.suite` in it, and the official SDK for whoever asks. */
export class GivenSdk {
  private constructor(
    readonly workspace: LocalWorkspace,
    private readonly stateDirectory: string,
  ) {}

  static async start(): Promise<GivenSdk> {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'lakescope-sdk-'));
    const workspace = await startWorkspace({
      stateDirectory,
      port: 0,
      controlPlaneMilliseconds: 5,
      warehouseStartMilliseconds: 5,
      warehouseStopMilliseconds: 5,
    });
    workspace.startApps({});
    await workspace.createCatalog('contract');
    await workspace.createSchema('contract', 'suite');
    return new GivenSdk(workspace, stateDirectory);
  }

  as(persona: PersonaName): WorkspaceClient {
    return sdkWorkspaceClient({ host: this.workspace.url, token: this.workspace.personas[persona].token });
  }

  asApp(): WorkspaceClient {
    const { clientId, clientSecret } = this.workspace.servicePrincipal;
    return sdkWorkspaceClient({ host: this.workspace.url, clientId, clientSecret });
  }

  async stop(): Promise<void> {
    await this.workspace.close();
    await rm(this.stateDirectory, { recursive: true, force: true });
  }
}

/** Everything a listing of the SDK yields. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

import { join } from 'node:path';
import { EmbeddedWorkplace } from '../embedded/embedded-workplace';
import { chooseWorkspacePorts } from '../ports';
import { StateFolder } from '../state-folder';
import type { LocalWorkspaceEndpoints, LocalWorkspaceOptions, RunningLocalWorkspace } from './package';

/** What `npm start` brings up below the app, and nothing of the app. */
export class StandaloneWorkspace implements RunningLocalWorkspace {
  private closing: Promise<void> | undefined;

  private constructor(
    readonly endpoints: LocalWorkspaceEndpoints,
    private readonly workplace: EmbeddedWorkplace,
    private readonly state: StateFolder,
  ) {}

  static async start(options: LocalWorkspaceOptions): Promise<StandaloneWorkspace> {
    const ports = await chooseWorkspacePorts(options.basePort ?? 0);
    const ephemeral = options.stateDirectory === undefined;
    const directory = options.stateDirectory ?? StateFolder.temporary();
    const state = await StateFolder.take({ directory, ephemeral, reset: false });
    let workplace: EmbeddedWorkplace | undefined;
    try {
      workplace = await EmbeddedWorkplace.start({
        state,
        // No app is started here.
        ports: { ...ports, app: 0, api: 0, furtherApis: [] },
        options: { ephemeral, mounts: options.mounts ?? {}, demo: options.demo ?? true },
        environment: process.env,
        say: options.say ?? (() => undefined),
      });
      await workplace.fill(new AbortController().signal);
      return new StandaloneWorkspace(endpointsOf(workplace, state.directory), workplace, state);
    } catch (error) {
      await workplace?.close();
      await state.release();
      throw error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.workplace.close().finally(() => this.state.release());
    return this.closing;
  }
}

function endpointsOf(workplace: EmbeddedWorkplace, directory: string): LocalWorkspaceEndpoints {
  const { endpoints } = workplace.announce({ appUrl: '', apiUrls: [''] });
  const { workspace, postgres, s3, warehouse_id, service_principal, personas } = endpoints;
  const ca_file = join(directory, 'ca/ca.pem');
  return { workspace, postgres: { ...postgres, ca_file }, s3, warehouse_id, service_principal, personas };
}

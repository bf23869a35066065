import { join } from 'node:path';
import { DatabricksClients, type DatabricksClient } from '@lakescope/databricks-client';
import { LOCAL_TARGET, readBundleTarget, type BundleTarget } from '../bundle';
import type { CommandContext } from '../command-context';
import { PRODUCT, trustExtraCertificates } from '../developer-environment';
import { usualSettings, settingsName } from '../settings-name';
import { USUAL_STATE } from './local-endpoints';
import { localSignIn } from './local-target';
import { remoteSignIn } from './remote-target';
import type { SignIn, TargetName, TargetOptions } from './target-options';
import type { TokenSource } from './token-source';

/** Where a command acts: a workspace, an app in it by its name, and whose token is used. */
export class Target {
  readonly workspace: URL;
  readonly tokens: TokenSource;
  private readonly clients: DatabricksClients;

  private constructor(
    private readonly options: TargetOptions,
    private readonly root: string,
    /** What databricks.yml says of it. */
    readonly bundle: BundleTarget,
    { workspace, tokens }: SignIn,
  ) {
    this.workspace = workspace;
    this.tokens = tokens;
    this.clients = new DatabricksClients({ host: workspace.href, product: PRODUCT });
  }

  /**
   * Finds workspace, app and token source. Asks nobody for a token yet, except where the workspace is only known to a sign-in.
   *
   * @throws CommandFailed when no workspace is named, the local one does not run, or there is no such target
   */
  static async open(options: TargetOptions, { root, shell }: CommandContext): Promise<Target> {
    const bundle = await readBundleTarget(join(root, 'databricks.yml'), options.target, shell);
    if (options.target !== LOCAL_TARGET) await trustExtraCertificates(options.settings);
    const signIn = options.target === LOCAL_TARGET ? await localSignIn(options) : await remoteSignIn(options, shell);
    return new Target(options, root, bundle, signIn);
  }

  get name(): TargetName {
    return this.options.target;
  }

  get isLocal(): boolean {
    return this.name === LOCAL_TARGET;
  }

  /** Name of the app in the workspace. */
  get appName(): string {
    return this.options.app ?? this.bundle.appName;
  }

  /** The platform, with the rights of whoever runs the command. */
  async platform(): Promise<DatabricksClient> {
    return this.clients.asUser({ token: await this.tokens.current() });
  }

  /** The options that make another command act at the same place, for commands that are proposed. */
  get asOptions(): string {
    const { target, state, app, as, settings } = this.options;
    const options = [
      `--target ${target}`,
      ...(this.isLocal && state !== join(this.root, USUAL_STATE) ? [`--state ${settingsName(state)}`] : []),
      ...(app === undefined ? [] : [`--app ${app}`]),
      ...(as === undefined ? [] : [`--as ${as}`]),
      ...(this.isLocal || settings === usualSettings(this.root) ? [] : [`--settings ${settingsName(settings)}`]),
    ];
    return options.join(' ');
  }

  async close(): Promise<void> {
    await this.clients.close();
  }
}

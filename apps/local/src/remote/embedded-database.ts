import { randomBytes } from 'node:crypto';
import {
  EmbeddedPostgres,
  isSameSecret,
  LocalCa,
  startLakebaseGateway,
  type LakebaseGateway,
  type LakebaseGatewayOptions,
} from '@lakescope/databricks-emulator';
import { KeptPostgres } from '../kept-postgres';

const ROLE = 'lakescope';

/** The app's database on this machine, for a real workspace whose Lakebase is not to be used: a plain Postgres with a password. */
export class EmbeddedDatabase {
  private constructor(
    private readonly kept: KeptPostgres,
    private readonly gateway: LakebaseGateway,
    private readonly ca: LocalCa,
    private readonly password: string,
  ) {}

  static async start(options: {
    stateDirectory: string;
    ephemeral: boolean;
    port: number;
    say: (line: string) => void;
  }): Promise<EmbeddedDatabase> {
    const { stateDirectory, ephemeral, port, say } = options;
    const [postgres, ca] = await Promise.all([
      EmbeddedPostgres.start({ stateDirectory, ephemeral, ownProcessGroup: true }),
      LocalCa.load(stateDirectory),
    ]);
    const kept = new KeptPostgres(postgres, say);
    // Made for this run; nobody but the API's own environment holds it.
    const password = randomBytes(32).toString('base64url');
    try {
      const onFailure = (error: unknown): void => say(`The database gateway failed: ${String(error)}`);
      const gateway = await startLakebaseGateway({ port, workspace: doorOf(password), postgres, ca, onFailure });
      return new EmbeddedDatabase(kept, gateway, ca, password);
    } catch (error) {
      await kept.stop();
      throw error;
    }
  }

  get port(): number {
    return this.gateway.port;
  }

  get name(): string {
    return this.kept.postgres.database;
  }

  /** What the API is told of it, by the names that any Postgres is told by. */
  get environment(): Record<string, string> {
    return {
      PGHOST: '127.0.0.1',
      PGPORT: String(this.port),
      PGDATABASE: this.name,
      PGUSER: ROLE,
      PGPASSWORD: this.password,
      PGSSLMODE: 'require',
      NODE_EXTRA_CA_CERTS: this.ca.caFile,
    };
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.kept.stop();
  }
}

/** The gateway's question who may come in, answered without a workspace: whoever has the password of this run. */
function doorOf(password: string): LakebaseGatewayOptions['workspace'] {
  return {
    verify: (token) =>
      Promise.resolve(
        isSameSecret(token, password)
          ? {
              subject: ROLE,
              principal: 'service_principal',
              kind: 'database',
              scopes: [],
              expiresAt: undefined,
              tokenId: ROLE,
            }
          : undefined,
      ),
    lakebase: {
      enter: () => Promise.resolve({ leave: () => undefined, suffix: '' }),
      suspend: () => false,
      whenPurged: () => () => undefined,
    },
  };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Directory, Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { APPS, EVERYBODY, type ObjectType } from '../object-permissions/object-type';
import type { JsonDocument } from '../state/json-document';
import { newNumericId } from '../state/numeric-id';
import type { AppLimits } from './app-limits';
import type { AppsDocument, AppSettings, StoredApp, StoredDeployment } from './apps-document';
import type { LocalApp } from './registered-app';

export interface AppRegistryParts {
  readonly document: JsonDocument<AppsDocument>;
  readonly directory: Directory;
  readonly accessControl: AccessControl;
  /** The app of `npm start`, whose name is taken and whom everybody may open. */
  readonly registered: LocalApp;
  /** Who has that one. */
  readonly owner: string;
  readonly limits: Pick<AppLimits, 'mostApps' | 'mostDeployments'>;
}

/** The apps that were made over the API, each with a service principal of its own. */
export class AppRegistry {
  constructor(private readonly parts: AppRegistryParts) {
    parts.accessControl.register(this.objectType());
  }

  /** By name. */
  list(): readonly StoredApp[] {
    return this.parts.document.read().apps.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(name: string): StoredApp | undefined {
    return this.parts.document.read().apps.find((app) => app.name === name);
  }

  /** The app as it is now; throws when it has been removed meanwhile. */
  get(name: string): StoredApp {
    const app = this.find(name);
    if (app === undefined) throw noSuchApp(name);
    return app;
  }

  /** The secret of the app with this client id, for the token endpoint. */
  secretOf(clientId: string): string | undefined {
    return this.parts.document.read().apps.find(({ servicePrincipal }) => servicePrincipal.clientId === clientId)
      ?.servicePrincipal.clientSecret;
  }

  async create(caller: Principal, name: string, settings: AppSettings, withCompute: boolean): Promise<StoredApp> {
    const { document, directory, registered, limits } = this.parts;
    const { apps } = document.read();
    if (name === registered.name || apps.some((app) => app.name === name)) {
      throw new ServiceRefusal(
        409,
        'RESOURCE_ALREADY_EXISTS',
        `An app with the same name already exists: ${name}. Please use a different name.`,
      );
    }
    if (apps.length + 1 >= limits.mostApps) {
      throw new ServiceRefusal(
        400,
        'RESOURCE_LIMIT_EXCEEDED',
        `The workspace has reached the limit of ${limits.mostApps} apps. Delete one first.`,
      );
    }
    const servicePrincipal = newServicePrincipal(name);
    const now = Date.now();
    const app: StoredApp = {
      ...settings,
      ...{ id: randomUUID(), name, creator: caller.name, updater: caller.name, createdAt: now, updatedAt: now },
      servicePrincipal,
      consentedScopes: settings.userApiScopes,
      compute: withCompute ? 'ACTIVE' : 'STOPPED',
      deployments: [],
    };
    // The name is taken before anything is waited for.
    const written = document.write({ apps: [...apps, app] });
    await directory.savePrincipal({
      kind: 'service_principal',
      id: servicePrincipal.id,
      name: servicePrincipal.clientId,
      displayName: servicePrincipal.displayName,
      active: true,
      entitlements: [],
    });
    await written;
    return app;
  }

  /** Changes what is kept of an app. Nothing happens to one that has been removed. */
  async change(name: string, changed: Partial<StoredApp>): Promise<void> {
    const { document } = this.parts;
    const { apps } = document.read();
    await document.write({ apps: apps.map((app) => (app.name === name ? { ...app, ...changed } : app)) });
  }

  async addDeployment(name: string, deployment: StoredDeployment): Promise<void> {
    const app = this.get(name);
    const others = app.deployments.slice(-(this.parts.limits.mostDeployments - 1));
    const active = app.deployments.find(({ id }) => id === app.activeDeployment);
    const kept = active === undefined || others.includes(active) ? others : [active, ...others.slice(1)];
    await this.change(name, { deployments: [...kept, deployment] });
  }

  async changeDeployment(name: string, id: string, changed: Partial<StoredDeployment>): Promise<void> {
    const app = this.find(name);
    if (app === undefined) return;
    const deployments = app.deployments.map((one) =>
      one.id === id ? { ...one, ...changed, updatedAt: Date.now() } : one,
    );
    await this.change(name, { deployments });
  }

  /** Replaces what clients may say about an app; where it is deployed from stays unless it is said. */
  async update(caller: Principal, name: string, settings: AppSettings): Promise<void> {
    await this.change(name, { ...settings, updater: caller.name, updatedAt: Date.now() });
  }

  /** With its service principal and its list of rights. */
  async remove(name: string): Promise<void> {
    const app = this.find(name);
    if (app === undefined) return;
    const { document, directory, accessControl } = this.parts;
    await directory.remove(app.servicePrincipal.id);
    await accessControl.forget([{ type: APPS.names[0], id: name }]);
    await document.write({ apps: document.read().apps.filter((one) => one.name !== name) });
  }

  /** Whom an app belongs to initially: its creator alone; the one of `npm start` may be opened by everybody. */
  private objectType(): ObjectType {
    const { registered, owner } = this.parts;
    const everybody = { principal: EVERYBODY, level: 'CAN_USE' };
    return {
      ...APPS,
      find: (id) => {
        const isRegistered = id === registered.name;
        const creator = isRegistered ? owner : this.find(id)?.creator;
        if (creator === undefined) return undefined;
        const own = [{ principal: creator, level: 'CAN_MANAGE' }];
        return { id, name: `app ${id}`, initially: isRegistered ? [...own, everybody] : own };
      },
    };
  }
}

export function noSuchApp(name: string): ServiceRefusal {
  return new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `App with name ${name.slice(0, 100)} does not exist.`);
}

/** The app of `npm start` is what it is: it is no app that was made over the API. */
export function notOverApi(name: string): ServiceRefusal {
  return invalidParameter(
    `App ${name} is the one this local workspace was started with and cannot be changed over the API. Use another name.`,
  );
}

function newServicePrincipal(appName: string): StoredApp['servicePrincipal'] {
  const id = newNumericId();
  return {
    id,
    clientId: randomUUID(),
    clientSecret: `dose${randomBytes(16).toString('hex')}`,
    displayName: `app-${id.slice(-6)} ${appName}`,
  };
}

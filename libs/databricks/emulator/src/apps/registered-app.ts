import { APP_SCOPES } from '../identity/scopes';

/** The app as the workspace knows it. */
export interface LocalApp {
  readonly name: string;
  /** Where people open it; unknown until it is published. */
  readonly url: string | undefined;
  /** What the app asks for on behalf of its users. */
  readonly userApiScopes: readonly string[];
  /** What its users have consented to: on the platform new scopes work only after the app has been started anew. */
  readonly effectiveUserApiScopes: readonly string[];
}

/** The app of `npm start`, which the launcher runs. */
export class RegisteredApp implements LocalApp {
  readonly name = 'lakescope';
  private address: string | undefined;
  private asked: readonly string[] = APP_SCOPES;
  private consented: readonly string[] = APP_SCOPES;

  get url(): string | undefined {
    return this.address;
  }

  get userApiScopes(): readonly string[] {
    return this.asked;
  }

  get effectiveUserApiScopes(): readonly string[] {
    return this.consented;
  }

  publish(url: string): void {
    this.address = url;
  }

  setScopes(asked: readonly string[], consented: readonly string[]): void {
    this.asked = [...asked];
    this.consented = [...consented];
  }
}

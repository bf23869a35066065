import type { LocalApp } from '../registered-app';

/** A deployed app as its front door knows it. */
export interface DeployedApp extends LocalApp {
  /** Of its service principal; tokens of people who open the app are made out to it. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where it listens now; undefined while nothing answers. */
  readonly target: URL | undefined;
}

/** Where people come in. */
export interface Door {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the front door of an app at a port of this machine; 0: any that is free. */
export type OpenDoor = (app: DeployedApp, port: number) => Promise<Door>;

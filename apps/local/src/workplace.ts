import { relative } from 'node:path';
import type { AppLog, FrontDoor, ReplicaPool } from '@lakescope/databricks-emulator';

/** Where the app itself is. */
export interface AppPlace {
  readonly appUrl: string;
  readonly apiPort: number;
  /** What the API signs and encrypts with. */
  readonly secret: string;
}

/** Where people go, and what answers them. */
export interface AppUrls {
  readonly appUrl: string;
  /** Of the API's processes; the first one there always is. */
  readonly apiUrls: readonly [string, ...string[]];
}

/** What people and scripts are told once everything is ready. */
export interface Announcement {
  /** What `endpoints.json` says. */
  readonly endpoints: object;
  /** The one screen that is printed. */
  overview(about: OverviewDetails): string;
}

export interface OverviewDetails {
  readonly endpointsFile: string;
  readonly apiLog: string;
  readonly seconds: number;
  /** Files below it are named relative to it. */
  readonly directory: string;
}

/** What surrounds the app: the embedded workspace, or a real one that is developed against. */
export interface Workplace {
  /** What `/logz` of the app shows; undefined where the door has none. */
  readonly appLog: AppLog | undefined;
  /** The proxy that people come through, which signs them in. */
  openDoor(port: number, replicas: ReplicaPool): Promise<FrontDoor>;
  /** The whole environment of one process of the API. */
  apiEnvironment(place: AppPlace, inherited: NodeJS.ProcessEnv): Record<string, string>;
  /** What it needs before it is of use; runs while the API starts. */
  fill(signal: AbortSignal): Promise<void>;
  announce(urls: AppUrls): Announcement;
  /** Ends the apps that were deployed here, while what they need is still there. */
  stopApps(): Promise<void>;
  close(): Promise<void>;
}

/** A file as somebody in this directory would name it. */
export function nearFile(file: string, directory: string): string {
  const path = relative(directory, file);
  return path.startsWith('..') ? file : path;
}

import { inject, Service } from '@angular/core';
import { DeviceStorage } from '../../preferences/device-storage';
import { KEPT_SESSIONS_KEY } from './upload-presence';

/** An upload in parts that this browser began, so that it can go on after a reload. */
export interface KeptSession {
  readonly sessionId: string;
  readonly path: string;
  /** Name, size and time by which the same file is known again; its bytes are not read for that. */
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly fileModified: number;
}

/** The server gives up what is older and never touched; more than a handful is never open. */
const MOST_KEPT = 50;

function isKeptSession(value: unknown): value is KeptSession {
  if (typeof value !== 'object' || value === null) return false;
  const { sessionId, path, fileName, sizeBytes, fileModified } = value as Record<string, unknown>;
  return (
    typeof sessionId === 'string' &&
    typeof path === 'string' &&
    typeof fileName === 'string' &&
    typeof sizeBytes === 'number' &&
    typeof fileModified === 'number'
  );
}

/** Remembers on this device which uploads are open, and which of them another tab is busy with. */
@Service()
export class KeptSessions {
  private readonly device = inject(DeviceStorage);
  private readonly releases = new Map<string, () => void>();

  all(): readonly KeptSession[] {
    const value = this.device.read(KEPT_SESSIONS_KEY);
    return Array.isArray(value) ? value.filter(isKeptSession) : [];
  }

  keep(session: KeptSession): void {
    this.device.keep(KEPT_SESSIONS_KEY, [session, ...this.without(session.sessionId)].slice(0, MOST_KEPT));
    this.hold(session.sessionId);
  }

  forget(sessionId: string): void {
    this.release(sessionId);
    const left = this.without(sessionId);
    this.device.keep(KEPT_SESSIONS_KEY, left.length > 0 ? left : undefined);
  }

  /** The session of the same file for the same place. */
  find(path: string, file: File): KeptSession | undefined {
    return this.all().find(
      (kept) => kept.path === path && kept.sizeBytes === file.size && kept.fileModified === file.lastModified,
    );
  }

  /** Those that no tab is busy with: what is left of a reload. */
  async interrupted(): Promise<readonly KeptSession[]> {
    const held = await this.heldNames();
    return this.all().filter(({ sessionId }) => !held.has(lockName(sessionId)));
  }

  /** Tells other tabs that this one is busy with the upload; the browser ends it with the page. */
  hold(sessionId: string): void {
    if (!('locks' in navigator) || this.releases.has(sessionId)) return;
    const held = new Promise<void>((resolve) => this.releases.set(sessionId, resolve));
    void navigator.locks.request(lockName(sessionId), () => held);
  }

  release(sessionId: string): void {
    this.releases.get(sessionId)?.();
    this.releases.delete(sessionId);
  }

  private async heldNames(): Promise<ReadonlySet<string | undefined>> {
    if (!('locks' in navigator)) return new Set();
    const { held } = await navigator.locks.query();
    return new Set(held?.map(({ name }) => name));
  }

  private without(sessionId: string): readonly KeptSession[] {
    return this.all().filter((kept) => kept.sessionId !== sessionId);
  }
}

function lockName(sessionId: string): string {
  return `lakescope-upload-${sessionId}`;
}

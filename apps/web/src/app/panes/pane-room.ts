import type { DeviceStorage } from '../preferences/device-storage';

/** How wide a pane may be, in pixels, and under which name this browser remembers it. */
export interface PaneRoom {
  readonly key: string;
  readonly narrowest: number;
  readonly usual: number;
  readonly widest: number;
}

/** A width within its limits; anything that is no number is the usual one. */
export function paneWidth(room: PaneRoom, value: unknown): number {
  const width = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof width !== 'number' || !Number.isFinite(width)) return room.usual;
  return Math.round(Math.min(room.widest, Math.max(room.narrowest, width)));
}

/** Where the line was left in this browser. */
export function rememberedWidth(room: PaneRoom, device: DeviceStorage): number {
  return paneWidth(room, device.read(room.key));
}

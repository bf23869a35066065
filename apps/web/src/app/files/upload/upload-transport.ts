import { type FolderEntry } from '../../entry-list/folder-entry';
import { type PartLayout } from './part-layout';

/** Whether a file that is already there may be replaced, and which one: the tag of the one somebody looked at. */
export interface Overwrite {
  readonly overwrite: boolean;
  readonly ifMatch?: string;
}

/** An upload in parts, as the server knows it. */
export interface UploadSession extends PartLayout {
  readonly id: string;
  /** Numbers of the parts that have arrived. */
  readonly received: readonly number[];
}

/** A file that is at a path now. */
export interface PresentFile {
  readonly sizeBytes: number | undefined;
  readonly modifiedAt: string | undefined;
  /** Names this version of it for `Overwrite.ifMatch`. */
  readonly tag: string | undefined;
}

/** Says how many bytes of a request's body have left this device. */
export type OnSent = (bytes: number) => void;

/** The requests of an upload. Each rejects with what `problemFrom` understands, or with the reason of the signal. */
export abstract class UploadTransport {
  abstract putFile(path: string, body: Blob, how: Overwrite, signal: AbortSignal, onSent: OnSent): Promise<FolderEntry>;
  abstract begin(path: string, sizeBytes: number, how: Overwrite, signal: AbortSignal): Promise<UploadSession>;
  abstract session(id: string, signal: AbortSignal): Promise<UploadSession>;
  abstract putPart(id: string, part: number, body: Blob, signal: AbortSignal, onSent: OnSent): Promise<void>;
  abstract complete(id: string, signal: AbortSignal): Promise<FolderEntry>;
  abstract abandon(id: string): Promise<void>;
  /** Undefined when there is none. */
  abstract present(path: string, signal: AbortSignal): Promise<PresentFile | undefined>;
}

import type { UserCaller } from '@lakescope/server-http';
import { Injectable, Module } from '@nestjs/common';
import type { VolumePath } from '../volume-path';

export interface FirstRowsOptions {
  readonly limit: number;
  readonly maxColumns: number;
  readonly signal: AbortSignal;
}

/** The first rows of a file that keeps its types, or why they cannot be shown. */
export type FirstRows =
  { columns: { name: string; type: string }[]; rows: unknown[][]; hasMore: boolean } | { unreadable: string };

/** Reads the first rows of a file as the caller. */
export type ReadFirstRows = (caller: UserCaller, path: VolumePath, options: FirstRowsOptions) => Promise<FirstRows>;

/** Who reads rows of files of which kind, by the end of their name: registered by the module that has the means. */
@Injectable()
export class RowReaders {
  private readonly readers = new Map<string, ReadFirstRows>();

  register(extension: string, read: ReadFirstRows): void {
    if (this.readers.has(extension)) throw new Error(`Rows of ${extension} files are read by two`);
    this.readers.set(extension, read);
  }

  of(extension: string): ReadFirstRows | undefined {
    return this.readers.get(extension);
  }
}

/** By itself, so that those who read rows need nothing else of files. */
@Module({ providers: [RowReaders], exports: [RowReaders] })
export class RowReadersModule {}

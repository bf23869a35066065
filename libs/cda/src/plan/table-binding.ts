import type { TableHead } from '@lakescope/delta';
import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionFailure, IngestionMode } from '../run/run-options';
import { normalUri } from '../source/paths';

/** Which engine writes a table: each keeps its books in its own way, so another one must not. */
const ENGINE_PROPERTY = 'lakescope.cda.engine';
const ENGINE = 'embedded';
const MODE_PROPERTY = 'lakescope.cda.mode';
const SOURCE_PROPERTY = 'lakescope.cda.source';

/**
 * What a table is bound to by properties of its own, from its first version on: the engine that keeps its books, whether its files are copied,
 * and the source. The source is the `dataFilesPath` of the manifest as CDA wrote it, before any rewrite: it stays the same when data is copied
 * to somewhere else, and differs from environment to environment even where fingerprints do not. Tables from before a property was kept get
 * it with the next folder.
 */
export class TableBinding {
  private readonly wanted: Readonly<Record<string, string>>;
  private readonly source: string;

  /** Without a mode nothing is said of it. */
  constructor(
    { dataFilesPath }: ManifestTable,
    private readonly mode?: IngestionMode,
  ) {
    this.source = normalUri(dataFilesPath);
    this.wanted = {
      [ENGINE_PROPERTY]: ENGINE,
      ...(mode === undefined ? {} : { [MODE_PROPERTY]: mode }),
      [SOURCE_PROPERTY]: this.source,
    };
  }

  /** What the table does not say yet; undefined when it says everything. */
  missing(head: TableHead | undefined): Record<string, string> | undefined {
    const properties = head?.metadata.properties ?? {};
    const missing = Object.entries(this.wanted).filter(([name, value]) => properties[name] !== value);
    return missing.length === 0 ? undefined : Object.fromEntries(missing);
  }

  /** TableFailed when another engine writes the table, or its files are elsewhere than they would be. */
  refuse(head: TableHead | undefined): void {
    const properties = head?.metadata.properties ?? {};
    const engine = properties[ENGINE_PROPERTY];
    if (engine !== undefined && engine !== ENGINE) {
      throw new TableFailed({
        code: 'OTHER_ENGINE',
        message: `The table is ingested by the engine ${shown(engine)}, which keeps other books`,
        advice: 'Go on with that engine, or ingest into another target.',
      });
    }
    const mode = properties[MODE_PROPERTY];
    if (mode === undefined || this.mode === undefined || mode === this.mode) return;
    throw new TableFailed({
      code: 'OTHER_MODE',
      message: `The table was begun in the mode ${shown(mode)}, and is not to be half of one and half of ${this.mode}`,
      advice: `Go on with the mode ${mode === 'copy' || mode === 'reference' ? mode : 'it was begun in'}, or ingest into another target.`,
    });
  }

  /** What a table of another source is told with, and asks to decide. */
  otherSource(head: Pick<TableHead, 'metadata'> | undefined): IngestionFailure | undefined {
    const source = head?.metadata.properties[SOURCE_PROPERTY];
    if (source === undefined || source === this.source) return undefined;
    return {
      code: 'OTHER_SOURCE',
      message: `The table was made from ${shown(source)}, and the manifest is one of ${shown(this.source)}`,
      advice:
        'If that is another environment, ingest it into another target. If the same data is only called otherwise now, decide to continue; to have the new source in place of the old one, decide to rebuild.',
    };
  }
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 300));
}

import { PlatformError } from '@lakescope/databricks-client';
import type { Page } from '@lakescope/databricks-client';
import { Slots } from '@lakescope/server-http';
import type { CatalogSource, PageAsk } from '../catalog-source';
import { VisibleObjects } from './visible-objects';

const PAGE = 1_000;
/** Catalogs that are looked into at the same time, for one caller. */
const CATALOGS_AT_ONCE = 4;

/**
 * Lists everything a caller may see, into `objects` as it comes. What cannot be listed in one place takes nothing away from the
 * others: only when nothing at all could be listed is there a failure.
 */
export class ObjectListing {
  readonly objects: VisibleObjects;
  private readonly failures: unknown[] = [];
  private parts = 0;

  constructor(
    private readonly source: CatalogSource,
    maximum: number,
    private readonly signal: AbortSignal,
  ) {
    this.objects = new VisibleObjects(maximum);
  }

  async run(): Promise<void> {
    for await (const catalogs of this.pages((ask) => this.source.catalogs(ask))) this.objects.addCatalogs(catalogs);
    const slots = new Slots(CATALOGS_AT_ONCE);
    const names = [...this.objects.catalogs.keys()];
    await Promise.all(names.map((name) => slots.use(() => this.lookInto(name))));
    const [first] = this.failures;
    if (this.parts > 0 && this.failures.length === this.parts) throw first;
  }

  private async lookInto(catalog: string): Promise<void> {
    await this.part(async () => {
      for await (const schemas of this.pages((ask) => this.source.schemas(catalog, ask))) {
        this.objects.addSchemas(catalog, schemas);
      }
    });
    // Tables first: there are many more of them, and all of a catalog come with a few questions.
    await this.part(async () => {
      for await (const tables of this.source.tablesOfCatalog(catalog, this.signal)) this.objects.addTables(tables);
    });
    await this.part(async () => {
      const schemas = [...(this.objects.catalogs.get(catalog)?.schemas.keys() ?? [])];
      for await (const volumes of this.source.volumesOfCatalog(catalog, schemas, this.signal)) {
        this.objects.addVolumes(volumes);
      }
    });
  }

  /** A refusal is an answer: the caller may see nothing there. Anything else leaves the listing incomplete. */
  private async part(work: () => Promise<void>): Promise<void> {
    this.parts++;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === 'permission_denied' || error.kind === 'not_found') return;
      this.failures.push(error);
      this.objects.incomplete = true;
    }
  }

  private async *pages<T>(fetchPage: (ask: PageAsk) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
    let pageToken: string | undefined;
    do {
      const page = await fetchPage({ pageToken, size: PAGE, signal: this.signal });
      yield page.items;
      pageToken = page.nextPageToken === '' ? undefined : page.nextPageToken;
    } while (pageToken !== undefined && this.objects.hasRoom);
  }
}

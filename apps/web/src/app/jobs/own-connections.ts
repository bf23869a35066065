import { computed, Service } from '@angular/core';
import { apiResource, listS3Connections } from '@lakescope/web-api';

/** One person has 50 at most, so one page holds them all. */
const PAGE_SIZE = 100;

/** Which S3 connections are one's own: with those of others jobs may work, and nobody looks into the storage with them. */
@Service({ autoProvided: false })
export class OwnConnections {
  private readonly list = apiResource(listS3Connections, () => ({ query: { limit: PAGE_SIZE } }));
  private readonly ids = computed(() => new Set(this.list.latest()?.items.map(({ id }) => id)));

  /** False also while that is not known yet. */
  has(id: string): boolean {
    return this.ids().has(id);
  }
}

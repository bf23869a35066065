import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiPages, listVolumes } from '@lakescope/web-api';
import { ClippedText, EmptyState, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { Places } from '../../preferences/places';
import { PageTitle } from '../../shell/page-title';
import { AccessProblem } from '../access/access-problem';
import { MissingGrant } from '../access/missing-grant';
import { fullName } from '../catalog-place';
import { FavouriteStar } from '../favourite-star';
import { ObjectHeader } from '../object-header';
import { CatalogTree } from '../tree/catalog-tree';
import { WarehouseConsent } from '../warehouse/warehouse-consent';

const PAGE_SIZE = 500;

/** One volume: whose it is, where it is, and the way to its files. */
@Component({
  selector: 'ls-volume-view',
  imports: [
    AccessProblem,
    ClippedText,
    EmptyState,
    FavouriteStar,
    MatButton,
    MissingGrant,
    ObjectHeader,
    RouterLink,
    Skeleton,
    TimeAgo,
  ],
  templateUrl: './volume-view.html',
  styleUrl: './volume-view.css',
})
export class VolumeView {
  readonly names = input.required<readonly string[]>();

  private readonly title = inject(PageTitle);
  private readonly places = inject(Places);
  private readonly tree = inject(CatalogTree);
  private readonly consent = inject(WarehouseConsent);

  protected readonly schema = computed(() => this.names().slice(0, 2));
  protected readonly schemaName = computed(() => fullName(this.schema()));
  /** There is no route for one volume, so it is looked for in the list of its schema, to its end. */
  protected readonly volumes = apiPages(listVolumes, (cursor) => {
    const [catalog = '', schema = ''] = this.schema();
    return {
      query: {
        catalog,
        schema,
        limit: PAGE_SIZE,
        ...this.consent.options(),
        ...(cursor === undefined ? {} : { cursor }),
      },
    };
  });
  protected readonly volume = computed(() => this.volumes.items().find(({ name }) => name === this.names()[2]));
  protected readonly isLookedFor = computed(() => this.volumes.isLoading() || this.volumes.hasMore());
  protected readonly place = computed(() => ({ kind: 'volume' as const, path: fullName(this.names()) }));
  protected readonly schemaOwner = computed(() => this.tree.nodeOf(this.schema())?.facts?.owner);

  constructor() {
    effect(() => {
      if (this.volume() || !this.volumes.hasMore() || this.volumes.isLoadingMore() || this.volumes.problem()) return;
      untracked(() => void this.volumes.loadMore());
    });
    effect(() => {
      const volume = this.volume();
      const place = this.place();
      if (!volume) return;
      untracked(() => {
        this.title.name(volume.full_name, $localize`Catalog`);
        this.places.visit(place);
      });
    });
  }
}

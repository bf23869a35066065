import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Icon } from '@lakescope/web-ui';
import { rememberedWidth } from '../panes/pane-room';
import { PaneSplitter } from '../panes/pane-splitter';
import { DeviceStorage } from '../preferences/device-storage';
import { currentUrl } from '../shell/current-url';
import { placeOf } from './catalog-place';
import { TreePane } from './tree/tree-pane';

const ROOM = { key: 'catalog_tree_width', narrowest: 180, usual: 280, widest: 560 };

/** The frame of the catalog's pages: the tree stays while what is beside it changes. */
@Component({
  selector: 'ls-catalog-page',
  imports: [Icon, PaneSplitter, RouterOutlet, TreePane],
  templateUrl: './catalog-page.html',
  styleUrl: './catalog-page.css',
})
export class CatalogPage {
  private readonly router = inject(Router);
  private readonly url = currentUrl();

  protected readonly place = computed(() => placeOf(this.router.parseUrl(this.url())) ?? { names: [] });
  protected readonly room = ROOM;
  protected readonly width = signal(rememberedWidth(ROOM, inject(DeviceStorage)));
  /** Where there is no room for both, the tree is what the first page consists of; later it comes when it is wanted. */
  protected readonly isTreeWanted = linkedSignal(() => this.place().names.length === 0);

  protected toggleTree(): void {
    this.isTreeWanted.update((wanted) => !wanted);
  }
}

import { Component, inject } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { BucketView } from './bucket-view';
import { ObjectActions } from './object-actions';

/** What can be done with what is chosen, and the filter of the list. */
@Component({
  selector: 'ls-object-toolbar',
  imports: [Icon],
  templateUrl: './object-toolbar.html',
  styleUrl: '../../entry-list/entry-toolbar.css',
})
export class ObjectToolbar {
  protected readonly view = inject(BucketView);
  protected readonly actions = inject(ObjectActions);

  protected type(event: Event): void {
    this.view.typed.set((event.target as HTMLInputElement).value);
  }

  protected clear(event: Event): void {
    if (this.view.typed() === '') (event.target as HTMLElement).blur();
    else this.view.typed.set('');
  }

  protected toggleFacts(): void {
    this.view.show(this.view.shown() === undefined ? this.view.onlyObject()?.path : undefined);
  }
}

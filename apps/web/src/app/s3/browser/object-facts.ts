import { Component, computed, inject, input, output } from '@angular/core';
import { apiResource, listS3Objects } from '@lakescope/web-api';
import { ByteSize, CopyButton, EmptyState, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { visibleName } from '../../entry-list/file-name';
import { nameOfKey } from '../s3-location';
import { BucketView } from './bucket-view';
import { ObjectActions } from './object-actions';

/** What is known of one object, and its download. */
@Component({
  selector: 'ls-object-facts',
  imports: [ByteSize, CopyButton, EmptyState, Icon, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './object-facts.html',
  styleUrl: './object-facts.css',
})
export class ObjectFacts {
  readonly path = input.required<string>();
  readonly closed = output();

  private readonly view = inject(BucketView);
  protected readonly actions = inject(ObjectActions);

  private readonly bucket = computed(() => this.view.location()?.bucket ?? '');
  protected readonly key = computed(() => this.path().slice(`s3://${this.bucket()}/`.length));
  protected readonly name = computed(() => visibleName(nameOfKey(this.key())));
  /** Asked for by its key: a link may lead to an object far down in a list of which only the beginning is here. */
  protected readonly found = apiResource(listS3Objects, () => {
    const connection = this.view.connection();
    return connection && this.bucket() !== ''
      ? {
          body: {
            connection_id: connection.id,
            bucket: this.bucket(),
            prefix: this.key(),
            delimiter: '' as const,
            limit: 1,
          },
        }
      : undefined;
  });
  /** The object itself comes before all others that begin with its key. */
  protected readonly object = computed(() => this.found.value()?.items.find(({ key }) => key === this.key()));
}

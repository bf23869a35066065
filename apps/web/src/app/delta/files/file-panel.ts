import { Component, computed, input, output } from '@angular/core';
import { type TableFileDto } from '@lakescope/web-api';
import { ByteSize, Chip, CopyButton, formatCount, Icon, TimeAgo } from '@lakescope/web-ui';
import { statsRows } from './stats-rows';

/** How a deletion vector is kept, by the letter of the protocol. */
const VECTOR_PLACES: Readonly<Record<string, string>> = {
  u: $localize`in a file of the table`,
  p: $localize`in a file named by an absolute path`,
  i: $localize`inside the log`,
};

/** Everything the log says about one data file: its partition, deletion vector and the statistics of its columns. */
@Component({
  selector: 'ls-delta-file-panel',
  imports: [ByteSize, Chip, CopyButton, Icon, TimeAgo],
  templateUrl: './file-panel.html',
  styleUrl: './file-panel.css',
})
export class DeltaFilePanel {
  readonly file = input.required<TableFileDto>();
  readonly closed = output();

  protected readonly records = computed(() => {
    const { num_records } = this.file();
    return num_records === null ? undefined : formatCount(num_records);
  });
  protected readonly partition = computed(() => Object.entries(this.file().partition_values));
  protected readonly vector = computed(() => {
    const vector = this.file().deletion_vector;
    return vector
      ? {
          rows: formatCount(vector.cardinality),
          bytes: vector.size_bytes,
          place: VECTOR_PLACES[vector.storage_type] ?? vector.storage_type,
        }
      : undefined;
  });
  protected readonly stats = computed(() => {
    const { stats } = this.file();
    return stats === null ? undefined : { rows: statsRows(stats), isTight: stats.tight_bounds };
  });
}

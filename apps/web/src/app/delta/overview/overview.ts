import { Component, computed, input } from '@angular/core';
import { type TableDetailDto } from '@lakescope/web-api';
import { ByteSize, Chip, ClippedText, formatCount, Icon, TimeAgo } from '@lakescope/web-ui';
import { FileTime } from '../file-time';
import { type TableSource } from '../table-source';
import { Health } from './health';

/** The facts about one version of a table. */
@Component({
  selector: 'ls-overview',
  imports: [ByteSize, Chip, ClippedText, FileTime, Health, Icon, TimeAgo],
  templateUrl: './overview.html',
  styleUrl: './overview.css',
})
export class Overview {
  readonly source = input.required<TableSource>();
  /** The picked version; undefined is the latest. */
  readonly version = input<number>();
  readonly table = input.required<TableDetailDto>();

  protected readonly rows = computed(() => {
    const { num_rows } = this.table();
    return num_rows === null ? undefined : formatCount(num_rows);
  });
  protected readonly files = computed(() => {
    const { num_files } = this.table();
    return num_files === null ? '–' : formatCount(num_files);
  });
  protected readonly deletionVectorShare = computed(() => {
    const { num_deletion_vector_files: marked, num_files: all } = this.table();
    if (marked === null || all === null || marked === 0 || all === 0) return undefined;
    const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }).format(marked / all);
    return { count: formatCount(marked), share };
  });
  protected readonly properties = computed(() =>
    Object.entries(this.table().properties).sort(([a], [b]) => a.localeCompare(b)),
  );
}

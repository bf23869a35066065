import { Component, computed, input, output } from '@angular/core';
import { type FileSummaryDto } from '@lakescope/web-api';
import { ByteSize, formatBytes, formatCount, formatShare } from '@lakescope/web-ui';
import { type PartitionChoice } from './files-state';
import { sizeBars } from './size-bars';

const MOST_PARTITIONS = 20;

/** All files of a version added up: how large they are, how even the partitions, how much is marked as deleted. */
@Component({
  selector: 'ls-delta-file-summary',
  imports: [ByteSize],
  templateUrl: './file-summary.html',
  styleUrl: './file-summary.css',
})
export class DeltaFileSummary {
  readonly summary = input.required<FileSummaryDto>();
  readonly partition = input<PartitionChoice>({});
  /** How many files are smaller than those that somebody wants to see. */
  readonly sizeChosen = output<number>();
  readonly partitionChosen = output<PartitionChoice>();

  private readonly files = computed(() => this.summary().size_histogram.reduce((sum, { files }) => sum + files, 0));
  protected readonly bars = computed(() => sizeBars(this.summary().size_histogram));
  protected readonly facts = computed(() => {
    const { small_files, without_stats, with_deletion_vector, deleted_rows, absolute_paths } = this.summary();
    const all = this.files();
    const share = (count: number) => (all === 0 ? '' : ` (${formatShare(count / all)})`);
    const ofAll = (count: number) => formatCount(count) + (count === 0 ? '' : share(count));
    return [
      { name: $localize`Files`, value: formatCount(all) },
      { name: $localize`Below 16 MiB`, value: ofAll(small_files) },
      { name: $localize`With deletion vectors`, value: ofAll(with_deletion_vector) },
      { name: $localize`Rows marked as deleted`, value: formatCount(deleted_rows) },
      { name: $localize`Without statistics`, value: ofAll(without_stats) },
      ...(absolute_paths > 0 ? [{ name: $localize`By absolute path`, value: ofAll(absolute_paths) }] : []),
    ];
  });
  protected readonly partitions = computed(() => {
    const { partitions } = this.summary();
    const largest = Math.max(1, ...partitions.map(({ bytes }) => Number(bytes)));
    const chosen = JSON.stringify(this.partition());
    return partitions.slice(0, MOST_PARTITIONS).map(({ values, files, bytes, rows, deleted_rows }) => ({
      key: JSON.stringify(values),
      values,
      label: Object.entries(values)
        .map(([name, value]) => `${name} = ${value ?? 'null'}`)
        .join(', '),
      count: files,
      files: formatCount(files),
      bytes,
      rows: rows === null ? '–' : formatCount(rows),
      deleted: deleted_rows === '0' ? undefined : formatCount(deleted_rows),
      width: (100 * Number(bytes)) / largest,
      isChosen: chosen === JSON.stringify(values),
    }));
  });
  /** How far the largest partition is from an even share. */
  protected readonly skew = computed(() => {
    const { partitions, partition_count, size_histogram } = this.summary();
    const bytes = size_histogram.reduce((sum, bucket) => sum + Number(bucket.bytes), 0);
    const largest = Number(partitions[0]?.bytes ?? 0);
    if (partition_count < 2 || bytes === 0) return undefined;
    const times = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(
      largest / (bytes / partition_count),
    );
    return { count: formatCount(partition_count), times, mean: formatBytes(Math.round(bytes / partition_count)) };
  });
  protected readonly unshown = computed(() => this.summary().partition_count - this.partitions().length);

  protected choosePartition(values: PartitionChoice, isChosen: boolean): void {
    this.partitionChosen.emit(isChosen ? {} : values);
  }
}

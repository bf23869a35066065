import { Component, computed, input, output } from '@angular/core';
import { apiResource, type ComparedColumnDto, diffTable } from '@lakescope/web-api';
import { ByteSize, Chip, exactTime, formatCount, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { requestedSource, type TableSource } from '../table-source';
import { type Comparison } from './comparison';

interface Change {
  readonly what: 'added' | 'removed' | 'changed';
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function columnText({ type, nullable, metadata }: ComparedColumnDto): string {
  const notes = Object.entries(metadata).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [type, ...(nullable ? [] : [$localize`not null`]), ...notes].join(', ');
}

/** What became of a table from one version to another: columns, properties, protocol, files and rows. */
@Component({
  selector: 'ls-version-diff',
  imports: [ByteSize, Chip, Icon, ProblemBanner, Skeleton],
  templateUrl: './version-diff.html',
  styleUrl: './version-diff.css',
})
export class VersionDiff {
  readonly source = input.required<TableSource>();
  readonly comparison = input.required<Comparison>();
  readonly closed = output();

  protected readonly diff = apiResource(diffTable, () => {
    const { from, to } = this.comparison();
    return { body: { source: requestedSource(this.source()), from_version: from, to_version: to } };
  });
  protected readonly labels: Readonly<Record<Change['what'], string>> = {
    added: $localize`added`,
    removed: $localize`removed`,
    changed: $localize`changed`,
  };
  protected readonly tones = { added: 'ok', removed: 'bad', changed: 'warn' } as const;
  protected readonly times = computed(() => {
    const diff = this.diff.value();
    return diff && { from: exactTime(diff.from.timestamp), to: exactTime(diff.to.timestamp) };
  });
  protected readonly rows = computed(() => {
    const rows = this.diff.value()?.rows;
    const count = (text: string | null) => (text === null ? undefined : formatCount(text));
    return (
      rows && {
        before: count(rows.before),
        after: count(rows.after),
        delta: rows.delta === null ? undefined : signed(rows.delta),
      }
    );
  });
  protected readonly files = computed(() => {
    const files = this.diff.value()?.files;
    return files && { ...files, added: formatCount(files.added), removed: formatCount(files.removed) };
  });
  protected readonly columns = computed<readonly Change[]>(() => {
    const schema = this.diff.value()?.schema;
    if (!schema) return [];
    return [
      ...schema.added.map((column) => change('added', column.name, undefined, columnText(column))),
      ...schema.removed.map((column) => change('removed', column.name, columnText(column), undefined)),
      ...schema.changed.map(({ name, before, after }) => {
        const isRenamed = before.name !== after.name;
        const [was, is] = [columnText(before), columnText(after)];
        return change('changed', name, isRenamed ? `${before.name}: ${was}` : was, isRenamed ? `${name}: ${is}` : is);
      }),
    ];
  });
  protected readonly properties = computed<readonly Change[]>(() => {
    const properties = this.diff.value()?.properties;
    if (!properties) return [];
    return [
      ...Object.entries(properties.added).map(([name, value]) => change('added', name, undefined, value)),
      ...Object.entries(properties.removed).map(([name, value]) => change('removed', name, value, undefined)),
      ...Object.entries(properties.changed).map(([name, { before, after }]) => change('changed', name, before, after)),
    ];
  });
  protected readonly protocol = computed<readonly Change[]>(() => {
    const protocol = this.diff.value()?.protocol;
    if (!protocol) return [];
    const { before, after } = protocol;
    const features = (kind: 'reader_features' | 'writer_features', label: string): readonly Change[] => [
      ...after[kind]
        .filter((name) => !before[kind].includes(name))
        .map((name) => change('added', name, undefined, label)),
      ...before[kind]
        .filter((name) => !after[kind].includes(name))
        .map((name) => change('removed', name, label, undefined)),
    ];
    const version = (name: string, was: number, is: number): readonly Change[] =>
      was === is ? [] : [change('changed', name, String(was), String(is))];
    return [
      ...version($localize`reader version`, before.min_reader_version, after.min_reader_version),
      ...version($localize`writer version`, before.min_writer_version, after.min_writer_version),
      ...features('reader_features', $localize`needed by readers`),
      ...features('writer_features', $localize`needed by writers`),
    ];
  });
  protected readonly groups = computed(() =>
    [
      { id: 'columns', title: $localize`Columns`, changes: this.columns() },
      { id: 'properties', title: $localize`Properties`, changes: this.properties() },
      { id: 'protocol', title: $localize`Protocol`, changes: this.protocol() },
    ].filter(({ changes }) => changes.length > 0),
  );
}

function change(what: Change['what'], name: string, before: string | undefined, after: string | undefined): Change {
  return { what, name, before, after };
}

function signed(count: string): string {
  return count.startsWith('-') ? `−${formatCount(count.slice(1))}` : `+${formatCount(count)}`;
}

import { Component, computed, inject, input, signal } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { type JsonNode, type JsonPath, nodeAt, pointerOf } from '../json/json-document';
import { splitColumns } from './field-kind';
import {
  isNullable,
  itemSchema,
  type JsonSchema,
  propertySchema,
  schemaOf,
  startValue,
  typeName,
  valueSchema,
} from './json-schema';
import { KeepFocus } from './keep-focus';
import { RequestDraft } from './request-draft';
import { ValueInput } from './value-input';

const A_PAGE = 25;

interface Column {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly type: string;
  /** Longer than others. */
  readonly isMoment: boolean;
  readonly isNullable: boolean;
  readonly isRequired: boolean;
}

/** Rows of a request as a table of fields: a list of records, or columns and data apart. */
@Component({
  selector: 'ls-rows-field',
  imports: [Icon, ValueInput],
  templateUrl: './rows-field.html',
  styleUrl: './rows-field.css',
})
export class RowsField {
  readonly path = input.required<JsonPath>();
  readonly schema = input.required<JsonSchema>();
  readonly name = input('');

  protected readonly draft = inject(RequestDraft);
  private readonly keyboard = new KeepFocus();
  protected readonly limit = signal(A_PAGE);
  protected readonly isPaused = computed(() => this.draft.syntaxError() !== undefined);
  private readonly node = computed(() => nodeAt(this.draft.root(), this.path()));
  private readonly value = computed(() => valueSchema(this.schema(), this.node()));
  private readonly names = computed(() => {
    const node = this.node();
    return node?.kind === 'object' ? splitColumns(node) : undefined;
  });
  /** Where the rows stand. */
  private readonly rowsPath = computed<JsonPath>(() =>
    this.names() === undefined ? this.path() : [...this.path(), 'data'],
  );
  private readonly rowNodes = computed<readonly JsonNode[]>(() => {
    const node = nodeAt(this.draft.root(), this.rowsPath());
    return node?.kind === 'array' ? node.items : [];
  });

  protected readonly columns = computed<readonly Column[]>(() => {
    const names = this.names();
    if (names !== undefined) {
      const row = valueSchema(itemSchema(propertySchema(this.value(), 'data'), 0));
      return names.map((name, index) => this.column(name, itemSchema(row, index), true));
    }
    const item = valueSchema(schemaOf(this.value().items));
    const known = Object.keys(item.properties ?? {});
    const others = this.rowNodes().flatMap((row) => (row.kind === 'object' ? row.members.map(({ key }) => key) : []));
    return [...new Set([...known, ...others])].map((name) =>
      this.column(name, propertySchema(item, name), item.required?.includes(name) ?? false),
    );
  });
  protected readonly rows = computed(() =>
    this.rowNodes()
      .slice(0, this.limit())
      .map((_, index) => {
        const path = [...this.rowsPath(), String(index)];
        return {
          index,
          path,
          label: $localize`Row ${index + 1}:number:`,
          message: this.draft.messageAt(path),
          cells: this.columns().map((column, place) => {
            const cell = [...path, this.names() === undefined ? column.name : String(place)];
            return {
              path: cell,
              column,
              id: `serving-cell${pointerOf(cell).replaceAll(/[^\w-]/g, '_')}`,
              name: $localize`${column.name}:column:, row ${index + 1}:number:`,
              message: this.draft.messageAt(cell),
            };
          }),
        };
      }),
  );
  protected readonly hidden = computed(() => Math.max(0, this.rowNodes().length - this.limit()));

  protected add(): void {
    const row = itemSchema(
      this.names() === undefined ? this.value() : propertySchema(this.value(), 'data'),
      this.rowNodes().length,
    );
    const fresh =
      this.names() === undefined
        ? startValue(row)
        : `[${this.columns()
            .map(({ schema }) => startValue(schema))
            .join(', ')}]`;
    this.append(fresh);
  }

  /** One more row with the same values, in the same characters. */
  protected repeat(index: number): void {
    const row = this.rowNodes()[index];
    if (row !== undefined) this.append(this.draft.text().slice(row.start, row.end));
  }

  protected remove(index: number, path: JsonPath): void {
    this.draft.remove(path);
    this.keyboard.onNext('.remove', index, '.add');
  }

  protected showMore(): void {
    this.limit.update((limit) => limit + A_PAGE);
  }

  private append(row: string): void {
    this.draft.set([...this.rowsPath(), String(this.rowNodes().length)], row);
    this.limit.update((limit) => Math.max(limit, this.rowNodes().length));
  }

  private column(name: string, schema: JsonSchema, isRequired: boolean): Column {
    const isMoment = valueSchema(schema).format === 'date-time';
    return { name, schema, type: typeName(schema), isMoment, isNullable: isNullable(schema), isRequired };
  }
}

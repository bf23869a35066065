import { NgTemplateOutlet } from '@angular/common';
import { Component, computed, forwardRef, inject, input } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { type JsonPath, memberOf, nodeAt, pointerOf } from '../json/json-document';
import { fieldKind, isScalar } from './field-kind';
import {
  formsOf,
  itemSchema,
  type JsonSchema,
  propertySchema,
  schemaOf,
  startValue,
  typeName,
  valueSchema,
} from './json-schema';
import { KeepFocus } from './keep-focus';
import { MessagesField } from './messages-field';
import { RequestDraft } from './request-draft';
import { RowsField } from './rows-field';
import { ValueInput } from './value-input';

/** More items are edited as JSON: nobody types them one by one. */
const MOST_ITEMS = 100;

interface Part {
  readonly name: string;
  readonly path: JsonPath;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** One value of a request by its schema, and what is in it, as deep as it goes. */
@Component({
  selector: 'ls-schema-field',
  imports: [Icon, MessagesField, NgTemplateOutlet, RowsField, ValueInput, forwardRef(() => SchemaField)],
  templateUrl: './schema-field.html',
  styleUrl: './schema-field.css',
  host: { '[class.single]': 'isSingle()' },
})
export class SchemaField {
  readonly path = input.required<JsonPath>();
  readonly schema = input.required<JsonSchema>();
  /** What it is called; the root has no name. */
  readonly name = input('');
  readonly isRequired = input(true);

  protected readonly draft = inject(RequestDraft);
  private readonly keyboard = new KeepFocus();
  protected readonly node = computed(() => nodeAt(this.draft.root(), this.path()));
  protected readonly value = computed(() => valueSchema(this.schema(), this.node()));
  protected readonly kind = computed(() => fieldKind(this.schema(), this.node()));
  protected readonly isOneValue = computed(() => isScalar(this.kind()) || this.kind() === 'json');
  /** What may stand beside another field. */
  protected readonly isSingle = computed(() => isScalar(this.kind()));
  protected readonly type = computed(() => typeName(this.schema(), this.node()));
  protected readonly about = computed(() => this.schema().description ?? '');
  protected readonly message = computed(() => this.draft.messageAt(this.path()));
  protected readonly inputId = computed(() => `serving-field${pointerOf(this.path()).replaceAll(/[^\w-]/g, '_')}`);
  protected readonly isPaused = computed(() => this.draft.syntaxError() !== undefined);
  protected readonly requestLabel = $localize`Value`;
  protected readonly formLabel = computed(() => $localize`Form of ${this.name()}:name:`);
  protected readonly removeLabel = computed(() => $localize`Leave out ${this.name()}:name:`);

  protected readonly parts = computed<readonly Part[]>(() => {
    const node = this.node();
    switch (this.kind()) {
      case 'object':
        return this.properties();
      case 'map':
        return node?.kind === 'object'
          ? node.members.map(({ key }) => this.part(key, propertySchema(this.value(), key), false))
          : [];
      case 'list':
        return node?.kind === 'array'
          ? node.items
              .slice(0, MOST_ITEMS)
              .map((_, index) => this.part(String(index), itemSchema(this.value(), index), false))
          : [];
      default:
        return [];
    }
  });
  /** Several forms in which the value may be written, and the one in which it is. */
  protected readonly forms = computed(() => {
    const forms = formsOf(this.schema());
    const present = this.node() === undefined ? undefined : typeName(this.schema(), this.node());
    return forms.length < 2
      ? []
      : forms.map((form, index) => ({ index, label: typeName(form), isPresent: typeName(form) === present }));
  });
  /** Names that the schema does not know: they stay, and are changed as JSON. */
  protected readonly unknown = computed(() => {
    const node = this.node();
    if (this.kind() !== 'object' || node?.kind !== 'object') return '';
    const known = this.value().properties ?? {};
    return node.members
      .map(({ key }) => key)
      .filter((key) => known[key] === undefined)
      .join(', ');
  });
  protected readonly hidden = computed(() => {
    const node = this.node();
    return this.kind() === 'list' && node?.kind === 'array' ? Math.max(0, node.items.length - MOST_ITEMS) : 0;
  });

  protected add(): void {
    const node = this.node();
    if (this.kind() === 'map') {
      const taken = new Set(node?.kind === 'object' ? node.members.map(({ key }) => key) : []);
      let number = taken.size + 1;
      while (taken.has(`key${number}`)) number += 1;
      this.draft.set([...this.path(), `key${number}`], startValue(schemaOf(this.value().additionalProperties)));
      return;
    }
    const index = node?.kind === 'array' ? node.items.length : 0;
    this.draft.set([...this.path(), String(index)], startValue(itemSchema(this.value(), index)));
  }

  /** A name that is taken already would hide the other value. */
  protected rename(part: Part, event: Event): void {
    const field = event.target as HTMLInputElement;
    const node = this.node();
    const isTaken = node?.kind === 'object' && memberOf(node, field.value) !== undefined;
    if (field.value === '' || isTaken) field.value = part.name;
    else this.draft.rename(part.path, field.value);
  }

  protected changeForm(event: Event): void {
    const form = formsOf(this.schema())[Number((event.target as HTMLSelectElement).value)];
    if (form !== undefined) this.draft.set(this.path(), startValue(form));
  }

  protected make(): void {
    this.draft.set(this.path(), startValue(this.schema()));
    this.keyboard.onFirst(':scope > fieldset :is(input, select, textarea)');
  }

  /** One of the parts. */
  protected remove(path: JsonPath, index: number): void {
    this.draft.remove(path);
    this.keyboard.onNext(':scope > fieldset > .item > .remove', index, ':scope > fieldset > .add');
  }

  /** The value itself. */
  protected leaveOut(): void {
    this.draft.remove(this.path());
    this.keyboard.onFirst(':scope > fieldset > .make', ':scope > .one > ls-value-input :is(input, select, textarea)');
  }

  private properties(): readonly Part[] {
    const { properties = {}, required = [] } = this.value();
    return Object.keys(properties).map((name) =>
      this.part(name, propertySchema(this.value(), name), required.includes(name)),
    );
  }

  private part(name: string, schema: JsonSchema, isRequired: boolean): Part {
    return { name, path: [...this.path(), name], schema, isRequired };
  }
}

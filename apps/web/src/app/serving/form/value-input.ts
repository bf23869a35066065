import { Component, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { type JsonNode, type JsonPath, nodeAt, readJson } from '../json/json-document';
import { fieldKind, showsNull } from './field-kind';
import { type JsonSchema, valueSchema } from './json-schema';
import { numberJson } from './number-text';
import { RequestDraft } from './request-draft';

const MOST_LINES = 8;

/** Asks for one value that has no parts, or for JSON where the schema allows anything. */
@Component({
  selector: 'ls-value-input',
  templateUrl: './value-input.html',
  styleUrl: './value-input.css',
})
export class ValueInput {
  readonly path = input.required<JsonPath>();
  readonly schema = input.required<JsonSchema>();
  readonly inputId = input.required<string>();
  /** Its name for a screen reader, where no label stands beside it. */
  readonly name = input<string>();
  readonly isRequired = input(false);
  /** In a table, where a value has one line. */
  readonly isCompact = input(false);
  /** Of an element that says what is wrong. */
  readonly describedBy = input<string>();

  private readonly draft = inject(RequestDraft);
  protected readonly node = computed<JsonNode | undefined>(() => nodeAt(this.draft.root(), this.path()));
  protected readonly kind = computed(() => fieldKind(this.schema(), this.node()));
  protected readonly isInvalid = computed(() => this.draft.messageAt(this.path()) !== undefined);
  protected readonly isPaused = computed(() => this.draft.syntaxError() !== undefined);
  protected readonly isNull = computed(() => this.node()?.kind === 'null');
  protected readonly showsNull = computed(
    () => showsNull(this.schema(), this.node()) && (this.kind() === 'text' || this.kind() === 'number'),
  );
  /** The characters as they stand in the request. */
  private readonly source = computed(() => {
    const node = this.node();
    return node === undefined ? '' : this.draft.text().slice(node.start, node.end);
  });
  protected readonly shown = computed(() => {
    const node = this.node();
    if (node === undefined || (node.kind === 'null' && this.kind() !== 'json')) return '';
    if (node.kind === 'string' && this.kind() !== 'json') return node.value;
    return node.kind === 'number' ? node.text : this.source();
  });
  /** Once it has line breaks it keeps its lines: the field must not change under the hands of who types. */
  private readonly hasLines = linkedSignal<string, boolean>({
    source: this.shown,
    computation: (text, before) => before?.value === true || text.includes('\n'),
  });
  protected readonly isArea = computed(
    () => this.kind() === 'json' || (this.kind() === 'text' && !this.isCompact()) || this.hasLines(),
  );
  protected readonly lines = computed(() => Math.min(MOST_LINES, this.shown().split('\n').length));
  /** What was typed for JSON and is none: it stays in the field, and the request as it was. */
  protected readonly broken = linkedSignal<string, string | undefined>({
    source: this.source,
    computation: () => undefined,
  });
  protected readonly placeholder = computed(() => {
    if (this.isNull()) return 'null';
    if (this.node() !== undefined) return '';
    const { default: standard } = this.schema();
    return standard === undefined ? $localize`left out` : $localize`left out: ${JSON.stringify(standard)}:default:`;
  });
  /** Of a choice: what can be chosen, as JSON. */
  protected readonly options = computed(() => {
    const value = valueSchema(this.schema(), this.node());
    const all = this.kind() === 'boolean' ? [true, false] : (value.enum ?? []);
    const options = all.map((one) => ({ json: JSON.stringify(one), label: String(one) }));
    if (showsNull(this.schema(), this.node()) && !all.includes(null)) options.push({ json: 'null', label: 'null' });
    const present = this.source();
    // What stands there and is not allowed is shown too, and marked.
    if (present !== '' && !options.some(({ json }) => json === present))
      options.push({ json: present, label: present });
    return this.isRequired() && present !== '' ? options : [{ json: '', label: $localize`left out` }, ...options];
  });
  protected readonly chosen = computed(() => this.source());

  constructor() {
    effect((onCleanup) => {
      if (this.broken() === undefined) return;
      const path = this.path();
      untracked(() => this.draft.setUnfinished(path, true));
      onCleanup(() => this.draft.setUnfinished(path, false));
    });
  }

  protected type(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    if (this.kind() === 'text') this.put(JSON.stringify(value));
    else this.put(value.trim() === '' ? this.emptied() : numberJson(value));
  }

  /** Text is taken over as it is typed; JSON only when it is complete. */
  protected typeText(event: Event): void {
    if (this.kind() !== 'json') this.type(event);
  }

  protected typeJson(event: Event): void {
    if (this.kind() === 'json') this.putJson((event.target as HTMLTextAreaElement).value.trim());
  }

  /** Ctrl and Enter ask the model: with what stands here, or not at all. */
  protected finishFirst(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    this.typeJson(event);
    if (this.broken() !== undefined) event.stopPropagation();
  }

  protected choose(event: Event): void {
    this.put((event.target as HTMLSelectElement).value);
  }

  protected toggleNull(): void {
    this.put(this.isNull() ? (this.kind() === 'number' ? '0' : '""') : 'null');
  }

  private putJson(text: string): void {
    const { error } = text === '' ? {} : readJson(text);
    this.broken.set(error?.message);
    if (error === undefined && text !== this.source()) this.put(text);
  }

  /** A number that was deleted is none, where that is possible; else the gap is marked. */
  private emptied(): string {
    if (!this.isRequired()) return '';
    return showsNull(this.schema(), this.node()) ? 'null' : '""';
  }

  private put(json: string): void {
    if (json === '') this.draft.remove(this.path());
    else this.draft.set(this.path(), json);
  }
}

import { computed, linkedSignal, Service, signal } from '@angular/core';
import { type JsonNode, type JsonPath, pathOf, placeOf, pointerOf, rangeOf, readJson } from '../json/json-document';
import { withName, withoutValue, withValue } from '../json/json-edit';
import { type JsonSchema } from './json-schema';
import { schemaAsWritten } from './request-forms';
import { type Finding, findingsOf } from './schema-findings';

/** A place in the text with what is wrong there. */
export interface TextMark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Checked while typing up to here; beyond it only the server checks. */
const LONGEST_CHECKED = 2_000_000;

/**
 * The request that is being written. Its text is the only truth: the editor shows it as it is, and the form reads it and
 * changes single values in it, so that neither loses what only the other one shows.
 */
@Service({ autoProvided: false })
export class RequestDraft {
  readonly text = signal('{}');
  /** What the model was found to take. */
  readonly described = signal<JsonSchema>({});

  private readonly reading = computed(() => readJson(this.text()));
  /** The text as values, or as it was when it last was JSON: so a form stays in place while somebody types. */
  private readonly readable = linkedSignal<
    { readonly text: string; readonly root: JsonNode | undefined },
    { readonly text: string; readonly root: JsonNode | undefined }
  >({
    source: () => ({ text: this.text(), root: this.reading().root }),
    computation: (now, before) => (now.root === undefined ? (before?.value ?? now) : now),
  });
  readonly root = computed(() => this.readable().root);

  /** The schema of the request in the form in which it is written. */
  readonly schema = computed(() => schemaAsWritten(this.described(), this.root()));

  readonly syntaxError = computed(() => {
    const { error } = this.reading();
    return error && { message: error.message, ...placeOf(this.text(), error.at) };
  });
  /** What the server said of this very text; gone with the next change. */
  private readonly said = linkedSignal<string, readonly Finding[]>({ source: this.text, computation: () => [] });
  readonly findings = computed<readonly Finding[]>(() => {
    const { root } = this.reading();
    if (root === undefined) return [];
    const said = this.said();
    if (said.length > 0) return said;
    return this.text().length > LONGEST_CHECKED ? [] : findingsOf(this.schema(), root);
  });
  private readonly byPointer = computed(
    () => new Map(this.findings().map(({ path, message }) => [pointerOf(path), message])),
  );
  readonly marks = computed<readonly TextMark[]>(() => {
    const { root, error } = this.reading();
    if (error) {
      const from = Math.min(error.at, Math.max(0, this.text().length - 1));
      return [{ from, to: Math.min(from + 1, this.text().length), message: error.message }];
    }
    return this.findings().map(({ path, message }) => ({ ...rangeOf(root, path), message }));
  });
  readonly isValid = computed(() => this.syntaxError() === undefined && this.findings().length === 0);

  /** Fields in which something stands that is no JSON yet, and so is no part of the text. */
  private readonly unfinished = signal<ReadonlySet<string>>(new Set());
  readonly canBeSent = computed(() => this.syntaxError() === undefined && this.unfinished().size === 0);

  /** Another request begins. */
  clear(): void {
    this.text.set('{}');
    this.described.set({});
  }

  /** Whether the field of a value shows something else than the text. */
  setUnfinished(path: JsonPath, isUnfinished: boolean): void {
    const pointer = pointerOf(path);
    this.unfinished.update((before) => {
      const now = new Set(before);
      if (isUnfinished) now.add(pointer);
      else now.delete(pointer);
      return now;
    });
  }

  messageAt(path: JsonPath): string | undefined {
    return this.byPointer().get(pointerOf(path));
  }

  /** Where in the text something is said of, for people: line and column. */
  placeOf(path: JsonPath): { readonly line: number; readonly column: number } | undefined {
    const { root } = this.reading();
    return root && placeOf(this.text(), rangeOf(root, path).from);
  }

  /** `value` is JSON. */
  set(path: JsonPath, value: string): void {
    this.change((text, root) => withValue(text, root, path, value));
  }

  remove(path: JsonPath): void {
    this.change((text, root) => withoutValue(text, root, path));
  }

  rename(path: JsonPath, name: string): void {
    this.change((text, root) => withName(text, root, path, name));
  }

  /** What the server found wrong with the text as it stands; a pointer that is none points at the whole. */
  report(fields: readonly { readonly pointer: string; readonly message: string }[]): void {
    this.said.set(fields.map(({ pointer, message }) => ({ path: pathOf(pointer) ?? [], message })));
  }

  /** While the text is no JSON there is nothing to change a value of. */
  private change(edit: (text: string, root: JsonNode) => string): void {
    const { root } = this.reading();
    if (root !== undefined) this.text.set(edit(this.text(), root));
  }
}

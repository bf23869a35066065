import { Component, computed, inject, input, viewChild } from '@angular/core';
import { CopyButton, type Segment, Segments, Skeleton } from '@lakescope/web-ui';
import { prettyJson } from '../../delta/log/pretty-json';
import { JsonEditor } from '../json/json-editor';
import { rangeOf } from '../json/json-document';
import { type Finding } from './schema-findings';
import { describedForm, inOtherForm, writtenForm } from './request-forms';
import { fieldKind } from './field-kind';
import { RequestDraft } from './request-draft';
import { SchemaField } from './schema-field';

/** How many problems are listed below; the others are marked where they are. */
const MOST_LISTED = 5;

/** A request as form and as JSON, one beside the other, with what is wrong with it. */
@Component({
  selector: 'ls-request-editor',
  imports: [CopyButton, JsonEditor, SchemaField, Segments, Skeleton],
  templateUrl: './request-editor.html',
  styleUrls: ['../json/json-pane.css', './request-editor.css'],
})
export class RequestEditor {
  /** A request that the model takes: what to begin with, and to come back to. */
  readonly example = input<string>();

  protected readonly draft = inject(RequestDraft);
  private readonly editor = viewChild(JsonEditor);
  /** The two forms of a table, where the request is one: the same rows either way. */
  protected readonly form = computed(() => {
    const form = writtenForm(this.draft.root());
    return form === 'dataframe_records' || form === 'dataframe_split' ? form : undefined;
  });
  protected readonly forms: readonly Segment<'dataframe_records' | 'dataframe_split'>[] = [
    { value: 'dataframe_records', label: $localize`Records` },
    { value: 'dataframe_split', label: $localize`Columns and data` },
  ];
  protected readonly canChangeForm = computed(() => describedForm(this.draft.described()) === 'dataframe_records');
  protected readonly hasForm = computed(() => fieldKind(this.draft.schema(), this.draft.root()) !== 'json');
  protected readonly problems = computed(() =>
    this.draft
      .findings()
      .slice(0, MOST_LISTED)
      .map((finding) => ({ finding, place: this.draft.placeOf(finding.path), text: finding.message })),
  );
  protected readonly unlisted = computed(() => Math.max(0, this.draft.findings().length - MOST_LISTED));
  protected readonly isExample = computed(() => this.draft.text() === this.example());

  protected changeForm(form: 'dataframe_records' | 'dataframe_split'): void {
    const root = this.draft.root();
    const changed = root === undefined ? undefined : inOtherForm(this.draft.text(), root, form);
    if (changed !== undefined && this.draft.syntaxError() === undefined) this.draft.text.set(changed);
  }

  protected format(): void {
    this.draft.text.set(prettyJson(this.draft.text()));
  }

  protected startOver(): void {
    this.draft.text.set(this.example() ?? '{}');
  }

  protected show({ path }: Finding): void {
    const root = this.draft.root();
    if (root !== undefined) this.editor()?.goTo(rangeOf(root, path).from);
  }
}

import { Component, computed, inject, input } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { type JsonPath, memberOf, nodeAt } from '../json/json-document';
import { type JsonSchema, propertySchema, schemaOf, valueSchema } from './json-schema';
import { KeepFocus } from './keep-focus';
import { RequestDraft } from './request-draft';
import { ValueInput } from './value-input';

/** A conversation: who says what, in order. */
@Component({
  selector: 'ls-messages-field',
  imports: [Icon, ValueInput],
  template: `
    @for (message of messages(); track message.index) {
      <div class="message">
        <ls-value-input
          class="role"
          [path]="message.role"
          [schema]="roleSchema()"
          [inputId]="'serving-role-' + message.index"
          [name]="message.roleLabel"
          [isRequired]="true"
          [isCompact]="true"
        />
        <ls-value-input
          class="content"
          [path]="message.content"
          [schema]="contentSchema()"
          [inputId]="'serving-content-' + message.index"
          [name]="message.contentLabel"
          [isRequired]="true"
        />
        <button
          data-track-id="serving-form-remove-message"
          type="button"
          class="ls-icon-button remove"
          [attr.aria-label]="message.removeLabel"
          [title]="message.removeLabel"
          [disabled]="isPaused()"
          (click)="remove(message.index, message.path)"
        >
          <ls-icon name="delete" />
        </button>
        @if (message.problem; as text) {
          <p class="refused">{{ text }}</p>
        }
      </div>
    }
    <button
      data-track-id="serving-form-add-message"
      type="button"
      class="ls-link-button add"
      [disabled]="isPaused()"
      (click)="add()"
    >
      <ls-icon name="add" /> <span i18n>Add a message</span>
    </button>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
    }
    .message {
      display: grid;
      grid-template-columns: 110px minmax(0, 1fr) auto;
      align-items: start;
      gap: var(--ls-space-2);
    }
    .refused {
      grid-column: 1 / -1;
      color: var(--ls-bad);
      font: var(--ls-text-small);
    }
    .ls-link-button {
      display: inline-flex;
      align-items: center;
      justify-self: start;
      gap: var(--ls-space-1);
    }
    @media (max-width: 479px) {
      .message {
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .content {
        grid-column: 1 / -1;
        grid-row: 2;
      }
    }
  `,
})
export class MessagesField {
  readonly path = input.required<JsonPath>();
  readonly schema = input.required<JsonSchema>();

  private readonly draft = inject(RequestDraft);
  private readonly keyboard = new KeepFocus();
  protected readonly isPaused = computed(() => this.draft.syntaxError() !== undefined);
  private readonly item = computed(() => valueSchema(schemaOf(valueSchema(this.schema()).items)));
  protected readonly roleSchema = computed(() => propertySchema(this.item(), 'role'));
  protected readonly contentSchema = computed(() => propertySchema(this.item(), 'content'));
  private readonly nodes = computed(() => {
    const node = nodeAt(this.draft.root(), this.path());
    return node?.kind === 'array' ? node.items : [];
  });
  protected readonly messages = computed(() =>
    this.nodes().map((_, index) => {
      const path = [...this.path(), String(index)];
      const [role, content] = [
        [...path, 'role'],
        [...path, 'content'],
      ];
      return {
        index,
        path,
        role,
        content,
        roleLabel: $localize`Role of message ${index + 1}:number:`,
        contentLabel: $localize`Text of message ${index + 1}:number:`,
        removeLabel: $localize`Remove message ${index + 1}:number:`,
        problem: [path, role, content].map((at) => this.draft.messageAt(at)).find((text) => text !== undefined),
      };
    }),
  );

  protected add(): void {
    const last = this.nodes().at(-1);
    const role = last?.kind === 'object' ? memberOf(last, 'role')?.value : undefined;
    // Who speaks next: after a person the assistant, so that a conversation can be written down as it went.
    const next = role?.kind === 'string' && role.value === 'user' ? 'assistant' : 'user';
    const message = `{ "role": "${next}", "content": "" }`;
    this.draft.set([...this.path(), String(this.nodes().length)], message);
  }

  protected remove(index: number, path: JsonPath): void {
    this.draft.remove(path);
    this.keyboard.onNext('.remove', index, '.add');
  }
}

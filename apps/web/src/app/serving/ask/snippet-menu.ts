import { DOCUMENT, Component, computed, inject, input, signal } from '@angular/core';
import { CopyButton, type Segment, Segments } from '@lakescope/web-ui';
import { type Question } from './invocation';
import { snippet, type SnippetLanguage } from './snippets';

/** The same question as a command or a program, to read and to copy. */
@Component({
  selector: 'ls-snippet-menu',
  imports: [CopyButton, Segments],
  template: `
    <details>
      <summary i18n>Use it elsewhere</summary>
      <div class="bar">
        <ls-segments
          class="small"
          label="Language"
          i18n-label
          [options]="languages"
          [choice]="language()"
          (choiceChange)="language.set($event)"
        />
        <span class="ls-fill"></span>
        <ls-copy [text]="text()" [what]="language()" />
      </div>
      <pre tabindex="0" role="region" [attr.aria-label]="language()">{{ text() }}</pre>
      <p class="ls-small ls-muted" i18n>
        LAKESCOPE_TOKEN is an OAuth token of a person or a service principal; it is no part of what is copied.
      </p>
    </details>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    .bar {
      display: flex;
      align-items: center;
      gap: var(--ls-space-2);
      padding: var(--ls-space-2) 0;
    }
    summary {
      min-height: 24px;
      color: var(--ls-primary);
      cursor: pointer;
    }
    pre {
      max-height: 320px;
      margin: 0 0 var(--ls-space-2);
      padding: var(--ls-space-3);
      overflow: auto;
      border: 1px solid var(--ls-line);
      border-radius: var(--ls-radius);
      background: var(--ls-sunken);
      font: var(--ls-text-mono-small);
      overflow-wrap: normal;
    }
  `,
})
export class SnippetMenu {
  readonly question = input.required<Question>();

  private readonly origin = inject(DOCUMENT).location.origin;
  protected readonly languages: readonly Segment<SnippetLanguage>[] = [
    { value: 'curl', label: 'curl' },
    { value: 'typescript', label: 'TypeScript' },
    { value: 'python', label: 'Python' },
  ];
  protected readonly language = signal<SnippetLanguage>('curl');
  protected readonly text = computed(() => snippet(this.language(), this.origin, this.question()));
}

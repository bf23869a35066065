import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import {
  afterNextRender,
  Component,
  CSP_NONCE,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  untracked,
  viewChild,
} from '@angular/core';
import { type TextMark } from '../form/request-draft';
import { changedPart } from './changed-part';

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ls-series-1)' },
  { tag: [tags.number, tags.bool], color: 'var(--ls-series-2)' },
  { tag: tags.string, color: 'var(--ls-series-3)' },
  { tag: tags.null, color: 'var(--ls-muted)', fontStyle: 'italic' },
]);

const LOOK = EditorView.theme({
  '&': {
    minHeight: '120px',
    maxHeight: '420px',
    color: 'var(--ls-ink)',
    backgroundColor: 'var(--ls-surface)',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: '2px solid var(--ls-primary)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--ls-mono)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--ls-ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ls-ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--ls-sunken)',
    color: 'var(--ls-muted)',
    borderRight: '1px solid var(--ls-line)',
  },
  '.cm-activeLine': { backgroundColor: 'var(--ls-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--ls-primary) 25%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--ls-selected)', outline: '1px solid var(--ls-primary)' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--ls-hover)',
    borderColor: 'var(--ls-line)',
    color: 'var(--ls-muted)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--ls-bad)',
    textUnderlineOffset: '4px',
    backgroundColor: 'var(--ls-bad-tint)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--ls-surface)', borderColor: 'var(--ls-line)', color: 'var(--ls-ink)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--ls-bad)', fontFamily: 'var(--ls-font)' },
});

/** JSON as text, with colours, folding, line numbers, and marks where something is wrong. Tab leads out of it. */
@Component({
  selector: 'ls-json-editor',
  template: `<div #place class="place"></div>`,
  styles: `
    :host,
    .place {
      display: block;
      min-width: 0;
    }
  `,
})
export class JsonEditor {
  readonly text = input.required<string>();
  readonly marks = input<readonly TextMark[]>([]);
  /** What it is, for a screen reader. */
  readonly label = input.required<string>();
  readonly isReadOnly = input(false);
  readonly textChange = output<string>();

  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');
  private readonly nonce = inject(CSP_NONCE, { optional: true });
  private readonly writability = new Compartment();
  private view: EditorView | undefined;

  constructor() {
    afterNextRender(() => {
      this.view = this.create();
      this.mark(this.marks());
    });
    effect(() => {
      const text = this.text();
      untracked(() => this.show(text));
    });
    effect(() => {
      const marks = this.marks();
      untracked(() => this.mark(marks));
    });
    effect(() => {
      const isReadOnly = this.isReadOnly();
      this.view?.dispatch({ effects: this.writability.reconfigure(EditorState.readOnly.of(isReadOnly)) });
    });
    inject(DestroyRef).onDestroy(() => this.view?.destroy());
  }

  /** Puts the cursor at a place of the text and brings it into sight. */
  goTo(offset: number): void {
    const { view } = this;
    if (view === undefined) return;
    const anchor = Math.min(offset, view.state.doc.length);
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    view.focus();
  }

  private create(): EditorView {
    const state = EditorState.create({
      doc: this.text(),
      extensions: [
        // Whatever line breaks a text has it keeps: places in it are counted in its own characters.
        EditorState.lineSeparator.of('\n'),
        lineNumbers(),
        codeFolding(),
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        json(),
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.lineWrapping,
        // Editable content takes the focus anyway; said outright, so that whoever scrolls by keyboard is known to get there.
        EditorView.contentAttributes.of({ 'aria-label': this.label(), tabindex: '0' }),
        this.writability.of(EditorState.readOnly.of(this.isReadOnly())),
        keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && update.state.doc.toString() !== this.text()) {
            this.textChange.emit(update.state.doc.toString());
          }
        }),
        ...(this.nonce === null ? [] : [EditorView.cspNonce.of(this.nonce)]),
      ],
    });
    return new EditorView({ state, parent: this.place().nativeElement });
  }

  /** Only what differs is replaced: the cursor, what is folded and what can be undone stay. */
  private show(text: string): void {
    const { view } = this;
    if (view === undefined) return;
    const change = changedPart(view.state.doc.toString(), text);
    if (change !== undefined) view.dispatch({ changes: change });
  }

  private mark(marks: readonly TextMark[]): void {
    const { view } = this;
    if (view === undefined) return;
    const { length } = view.state.doc;
    const diagnostics = marks
      .filter(({ to }) => to <= length)
      .map(({ from, to, message }): Diagnostic => ({ from, to, message, severity: 'error' }));
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }
}

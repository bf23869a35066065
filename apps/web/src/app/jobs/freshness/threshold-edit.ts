import {
  afterNextRender,
  Component,
  computed,
  ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
} from '@angular/core';
import { minutesFrom, minutesOf, minutesText } from './minutes';

/** From how far behind on something is late: shown, and changed where it stands. */
@Component({
  selector: 'ls-threshold-edit',
  template: `
    @if (isEditing()) {
      <form data-track-id="threshold" (submit)="save($event)" (keydown.escape)="close($event)">
        <input
          #field
          class="ls-input"
          name="minutes"
          type="text"
          autocomplete="off"
          placeholder="90 min"
          i18n-placeholder
          [attr.aria-label]="label()"
          [value]="text()"
          (input)="field.setCustomValidity('')"
        />
        <button data-track-id="threshold-save" type="submit" class="ls-link-button" i18n>Save</button>
        <button data-track-id="threshold-keep" type="button" class="ls-link-button" (click)="close()" i18n>
          Cancel
        </button>
      </form>
    } @else {
      <button
        data-track-id="threshold-edit"
        type="button"
        class="ls-link-button"
        [attr.aria-label]="buttonLabel()"
        [title]="hint()"
        (click)="open()"
      >
        @if (seconds() === null) {
          <ng-container i18n>set…</ng-container>
        } @else {
          {{ text() }}
        }
      </button>
      @if (seconds() !== null && !isOwn()) {
        <span class="ls-small ls-muted" i18n>of the target</span>
      }
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: var(--ls-space-2);
      white-space: nowrap;
    }
    form {
      display: inline-flex;
      align-items: center;
      gap: var(--ls-space-2);
    }
    input {
      width: 80px;
      height: 26px;
    }
  `,
})
export class ThresholdEdit {
  /** Null while none is set. */
  readonly seconds = input.required<number | null>();
  /** Whether it is set for this very thing, rather than taken from its target. */
  readonly isOwn = input(true);
  /** What it is the threshold of, in words. */
  readonly of = input.required<string>();
  /** Minutes; undefined to take it away. */
  readonly changed = output<number | undefined>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);
  protected readonly isEditing = signal(false);
  protected readonly text = computed(() => {
    const minutes = minutesOf(this.seconds());
    return minutes === undefined ? '' : minutesText(minutes);
  });
  protected readonly label = computed(
    () => $localize`${this.of()}:what: is late after (minutes, or as in 2 h; empty for no limit)`,
  );
  protected readonly buttonLabel = computed(() =>
    this.seconds() === null
      ? $localize`Set when ${this.of()}:what: is late`
      : $localize`${this.of()}:what: is late after ${this.text()}:time:; change it`,
  );
  protected readonly hint = computed(() =>
    this.seconds() === null ? '' : $localize`${this.seconds()}:seconds: seconds; press to change it`,
  );

  protected open(): void {
    this.isEditing.set(true);
    afterNextRender(() => this.host.querySelector('input')?.select(), { injector: this.injector });
  }

  protected close(event?: Event): void {
    // Of this field alone: what it stands in stays open.
    event?.stopPropagation();
    this.isEditing.set(false);
    afterNextRender(() => this.host.querySelector('button')?.focus(), { injector: this.injector });
  }

  protected save(event: Event): void {
    event.preventDefault();
    const field = this.host.querySelector('input');
    const text = field?.value.trim() ?? '';
    const minutes = minutesFrom(text);
    if (text !== '' && minutes === undefined) {
      field?.setCustomValidity($localize`Type whole minutes, or hours and days as in 2 h or 1 d; a year at most`);
      field?.reportValidity();
      return;
    }
    this.close();
    if (minutes !== minutesOf(this.seconds()) || (minutes !== undefined && !this.isOwn())) this.changed.emit(minutes);
  }
}

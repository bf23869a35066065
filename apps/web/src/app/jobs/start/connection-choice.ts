import { Component, computed, input } from '@angular/core';
import { chosenOf, type ConnectionChoice as Choice } from './connection-choices';

/** Asks with which connection one end of a job is reached: a field of the form around it, by its name. */
@Component({
  selector: 'ls-connection-choice',
  templateUrl: './connection-choice.html',
  styleUrls: ['../../shell/form-fields.css', './connection-choice.css'],
})
export class ConnectionChoice {
  readonly label = input.required<string>();
  /** Of the field, in the form and in the address. */
  readonly name = input.required<string>();
  readonly choices = input.required<readonly Choice[]>();
  /** Id of the connection; empty where none was chosen yet. */
  readonly value = input.required<string>();
  /** What is said against it. */
  readonly problem = input<string>();
  /** The choices are being read again: one that was made a moment ago may not be among them yet. */
  readonly isReading = input(false);

  protected readonly own = computed(() => this.choices().filter(({ grantedBy }) => grantedBy === undefined));
  protected readonly granted = computed(() => this.choices().filter(({ grantedBy }) => grantedBy !== undefined));
  protected readonly chosen = computed(() => chosenOf(this.value(), this.choices()));
  /** The whole of what a narrow field cuts off: whose it is, and for where. */
  protected readonly told = computed(() => this.granted().find(({ id }) => id === this.chosen())?.label);
  /** It was deleted, or is not granted any more: it stays what is asked for until another one is chosen. */
  protected readonly isLost = computed(
    () => this.value() !== '' && this.choices().every(({ id }) => id !== this.value()),
  );
  protected readonly describedBy = computed(() => {
    if (this.isRefused()) return `${this.name()}-connection-problem`;
    return this.told() === undefined ? null : `${this.name()}-connection-told`;
  });
  protected readonly isRefused = computed(() => this.problem() !== undefined || (this.isLost() && !this.isReading()));
}

import { Component, input, linkedSignal, untracked } from '@angular/core';
import { Notice } from '@lakescope/web-ui';
import { FURTHER, hasFurtherOptions, type JobDraft } from './job-draft';

/** What few runs need, folded up: fields of the form around it, by their names. */
@Component({
  selector: 'ls-run-options',
  imports: [Notice],
  templateUrl: './run-options.html',
  styleUrls: ['../../shell/form-fields.css', './run-options.css'],
})
export class RunOptions {
  /** What the fields begin with. */
  readonly draft = input.required<JobDraft>();
  /** What is said against fields, by their paths in the request. */
  readonly fields = input.required<ReadonlyMap<string, string>>();
  /** Folders that the source has not called written are asked for. */
  readonly isBeyondFence = input.required<boolean>();

  /** Options that are asked for, or refused, are in sight; what was opened stays open. */
  protected readonly isOpen = linkedSignal<boolean, boolean>({
    source: () => [...this.fields().keys()].some((path) => FURTHER.has(path)),
    computation: (isRefused, former) => isRefused || (former?.value ?? hasFurtherOptions(untracked(this.draft))),
  });

  protected toggled(event: Event): void {
    this.isOpen.set((event.target as HTMLDetailsElement).open);
  }
}

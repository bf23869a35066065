import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { CopyButton } from './copy-button';
import { Icon } from './icon';
import { problemAdvice } from './problem-advice';

/** The part of a problem document that people see. */
export interface ProblemView {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly correlationId: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What happened, what to do, the id to report it with, and another try. */
@Component({
  selector: 'ls-problem',
  imports: [CopyButton, Icon, MatButton],
  templateUrl: './problem-banner.html',
  styleUrl: './problem-banner.css',
  host: { role: 'alert' },
})
export class ProblemBanner {
  readonly problem = input.required<ProblemView>();
  readonly canRetry = input(true);
  readonly retry = output();

  protected readonly advice = computed(() => {
    const { details, code } = this.problem();
    const suggestion = details?.['suggestion'];
    return typeof suggestion === 'string' ? suggestion : problemAdvice(code);
  });
}

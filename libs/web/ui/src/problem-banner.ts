import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { CopyButton } from './copy-button';
import { FixLine } from './fix-line';
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

/** Refusals of a right: the page of permissions tells them apart feature by feature. */
const REFUSALS: ReadonlySet<string> = new Set([
  'SCOPE_MISSING',
  'PERMISSION_DENIED',
  'CATALOG_PERMISSION_DENIED',
  'DIRECT_ACCESS_REQUIRED',
]);

/** What happened, what to do, the id to report it with, and another try. */
@Component({
  selector: 'ls-problem',
  imports: [CopyButton, FixLine, Icon, MatButton, RouterLink],
  templateUrl: './problem-banner.html',
  styleUrl: './problem-banner.css',
  host: { role: 'alert' },
})
export class ProblemBanner {
  readonly problem = input.required<ProblemView>();
  readonly canRetry = input(true);
  readonly retry = output();

  /** The server knows the names of this workspace, so its own words for the repair come before any general advice. */
  protected readonly fix = computed(() => {
    const { fix, policy_line: policyLine, suggestion } = this.problem().details ?? {};
    return [fix, policyLine, suggestion].find((text) => typeof text === 'string' && text !== '') as string | undefined;
  });
  protected readonly advice = computed(() =>
    this.fix() === undefined ? problemAdvice(this.problem().code, this.problem().details) : undefined,
  );
  protected readonly isRefusal = computed(() => REFUSALS.has(this.problem().code));
}

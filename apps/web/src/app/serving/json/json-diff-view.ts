import { Component, computed, input } from '@angular/core';
import { clipMiddle, EmptyState } from '@lakescope/web-ui';
import { compareJson, diffSummary } from './json-diff';

const LONGEST = 200;

/** Where two answers differ, place by place. */
@Component({
  selector: 'ls-json-diff',
  imports: [EmptyState],
  template: `
    @if (comparison(); as comparison) {
      <p class="ls-small ls-muted" role="status">{{ summary() }}</p>
      @if (rows().length > 0) {
        <div class="ls-panel ls-table-box" tabindex="0" role="region" aria-label="Differences" i18n-aria-label>
          <table class="ls-table">
            <thead>
              <tr>
                <th scope="col" i18n>Place</th>
                <th scope="col">{{ leftName() }}</th>
                <th scope="col">{{ rightName() }}</th>
              </tr>
            </thead>
            <tbody>
              @for (row of rows(); track row.pointer) {
                <tr>
                  <th scope="row">
                    <code>{{ row.pointer || '/' }}</code>
                  </th>
                  <td class="left">
                    @if (row.left === undefined) {
                      <span class="ls-muted" i18n>missing</span>
                    } @else {
                      <code [title]="row.left">{{ row.leftShort }}</code>
                    }
                  </td>
                  <td class="right">
                    @if (row.right === undefined) {
                      <span class="ls-muted" i18n>missing</span>
                    } @else {
                      <code [title]="row.right">{{ row.rightShort }}</code>
                    }
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <div class="ls-panel"><ls-empty title="They are the same" i18n-title icon="check" /></div>
      }
    } @else {
      <p class="ls-muted" i18n>They cannot be compared: one of them is no whole JSON.</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
    }
    code {
      font: var(--ls-text-mono-small);
    }
    td {
      width: 40%;
    }
    .left {
      background: var(--ls-bad-tint);
    }
    .right {
      background: var(--ls-ok-tint);
    }
  `,
})
export class JsonDiffView {
  readonly left = input.required<string>();
  readonly right = input.required<string>();
  readonly leftName = input.required<string>();
  readonly rightName = input.required<string>();

  protected readonly comparison = computed(() => compareJson(this.left(), this.right()));
  protected readonly rows = computed(() =>
    (this.comparison()?.differences ?? []).map((difference) => ({
      ...difference,
      leftShort: clipMiddle(difference.left ?? '', LONGEST),
      rightShort: clipMiddle(difference.right ?? '', LONGEST),
    })),
  );
  protected readonly summary = computed(() => {
    const comparison = this.comparison();
    return comparison === undefined ? '' : diffSummary(comparison);
  });
}

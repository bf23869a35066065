import { Component, computed, inject, input } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { apiResource, getServingLogs, type ServedEntityDto } from '@lakescope/web-api';
import { CopyButton, EmptyState, Icon, ProblemBanner, type Segment, Segments, Skeleton } from '@lakescope/web-ui';

type LogKind = 'service' | 'build';

/** What a model's container writes, or what was written when its image was built. */
@Component({
  selector: 'ls-endpoint-logs',
  imports: [CopyButton, EmptyState, Icon, ProblemBanner, Segments, Skeleton],
  template: `
    <div class="tools">
      <label>
        <span class="ls-muted" i18n>Served entity</span>
        <select class="ls-input" (change)="choose($event)">
          @for (name of names(); track name) {
            <option [value]="name" [selected]="name === chosen()">{{ name }}</option>
          }
        </select>
      </label>
      <ls-segments
        label="Which log"
        i18n-label
        [options]="kinds"
        [choice]="presentKind()"
        (choiceChange)="go({ log: $event === 'service' ? null : $event })"
      />
      <span class="ls-fill"></span>
      <ls-copy [text]="text()" what="log" i18n-what />
      <button
        data-track-id="serving-logs-reload"
        type="button"
        class="ls-icon-button"
        aria-label="Read the log again"
        i18n-aria-label
        (click)="logs.reload()"
      >
        <ls-icon name="refresh" />
      </button>
    </div>
    @if (isOfOthers()) {
      <div class="ls-panel">
        <ls-empty title="There are no logs of this model" i18n-title icon="file">
          <p i18n>Models of the platform and of other providers do not run in this workspace.</p>
        </ls-empty>
      </div>
    } @else if (logs.problem(); as problem) {
      <ls-problem [problem]="problem" (retry)="logs.reload()" />
    } @else if (logs.value(); as log) {
      @if (log.truncated) {
        <p class="ls-small ls-muted" i18n>Older lines are left out.</p>
      }
      @if (log.lines.length > 0) {
        <pre class="ls-panel" tabindex="0" role="region" aria-label="Log" i18n-aria-label>{{ text() }}</pre>
      } @else {
        <div class="ls-panel">
          <ls-empty title="Nothing is written yet" i18n-title icon="file" />
        </div>
      }
    } @else {
      <div class="ls-panel waiting"><ls-skeleton [rows]="8" /></div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
    }
    .tools,
    label {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ls-space-2);
    }
    select {
      width: auto;
    }
    .waiting {
      padding: 0 var(--ls-space-3);
    }
    pre {
      max-height: max(320px, calc(100dvh - 320px));
      margin: 0;
      padding: var(--ls-space-3);
      overflow: auto;
      font: var(--ls-text-mono-small);
      white-space: pre-wrap;
    }
  `,
})
export class EndpointLogs {
  readonly name = input.required<string>();
  readonly entities = input.required<readonly ServedEntityDto[]>();
  /** Query parameters. */
  readonly entity = input<string>();
  readonly log = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly names = computed(() => this.entities().map(({ name }) => name));
  protected readonly chosen = computed(() => this.names().find((name) => name === this.entity()) ?? this.names()[0]);
  /** Models of the platform and of other providers run elsewhere: the workspace has no logs of them. */
  protected readonly isOfOthers = computed(
    () => this.entities().find(({ name }) => name === this.chosen())?.kind !== 'custom',
  );
  protected readonly presentKind = computed<LogKind>(() => (this.log() === 'build' ? 'build' : 'service'));
  protected readonly kinds: readonly Segment<LogKind>[] = [
    { value: 'service', label: $localize`Service` },
    { value: 'build', label: $localize`Build` },
  ];
  protected readonly logs = apiResource(getServingLogs, () => {
    const entity = this.chosen();
    return entity === undefined || this.isOfOthers()
      ? undefined
      : { path: { name: this.name() }, query: { served_entity: entity, kind: this.presentKind() } };
  });
  protected readonly text = computed(() => (this.logs.value()?.lines ?? []).join('\n'));

  protected choose(event: Event): void {
    this.go({ entity: (event.target as HTMLSelectElement).value });
  }

  protected go(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams, queryParamsHandling: 'merge' });
  }
}

import { Component, computed, input } from '@angular/core';
import { type ServedEntityDto } from '@lakescope/web-api';
import { Chip } from '@lakescope/web-ui';
import { deployment } from './endpoint-states';

/** The models behind an endpoint, with their versions and what share of the requests each gets. */
@Component({
  selector: 'ls-traffic',
  imports: [Chip],
  template: `
    @for (row of rows(); track row.entity.name) {
      <div class="entity">
        <span class="name" [title]="row.entity.name">{{ row.model }}</span>
        @if (row.entity.entity_version; as version) {
          <span class="version ls-muted">v{{ version }}</span>
        }
        @if (row.trouble; as trouble) {
          <ls-chip [tone]="trouble.tone">{{ trouble.text }}</ls-chip>
        }
        @if (row.entity.traffic_percentage !== null) {
          <span class="bar" aria-hidden="true"><span [style.width.%]="row.entity.traffic_percentage"></span></span>
          <span class="share">{{ row.entity.traffic_percentage }} %</span>
        }
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 2px;
      min-width: 0;
    }
    .entity {
      display: flex;
      align-items: center;
      gap: var(--ls-space-2);
      min-width: 0;
    }
    .name {
      overflow: hidden;
      font: var(--ls-text-mono-small);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .version {
      flex: none;
    }
    .bar {
      flex: none;
      width: 56px;
      height: 6px;
      margin-left: auto;
      border-radius: 3px;
      background: var(--ls-hover);
      overflow: hidden;
    }
    .bar > span {
      display: block;
      height: 100%;
      background: var(--ls-series-1);
    }
    .share {
      flex: none;
      width: 44px;
      font: var(--ls-text-small);
      font-variant-numeric: tabular-nums;
      text-align: right;
    }
  `,
})
export class Traffic {
  readonly entities = input.required<readonly ServedEntityDto[]>();

  protected readonly rows = computed(() =>
    this.entities().map((entity) => ({
      entity,
      model: entity.entity_name ?? entity.name,
      trouble: entity.state === 'DEPLOYMENT_READY' ? undefined : deployment(entity),
    })),
  );
}

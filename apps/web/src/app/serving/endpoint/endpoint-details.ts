import { Component, computed, input } from '@angular/core';
import { type ServingEndpointDetailDto, type ServingRateLimitDto } from '@lakescope/web-api';
import { Chip, ClippedText, EmptyState, formatCount, Icon, TimeAgo } from '@lakescope/web-ui';
import { RouterLink } from '@angular/router';
import { deployment } from '../endpoint-states';

/** How an endpoint is configured: its models, where requests go, what is limited, and its addresses. */
@Component({
  selector: 'ls-endpoint-details',
  imports: [Chip, ClippedText, EmptyState, Icon, RouterLink, TimeAgo],
  templateUrl: './endpoint-details.html',
  styleUrl: './endpoint-details.css',
})
export class EndpointDetails {
  readonly endpoint = input.required<ServingEndpointDetailDto>();

  protected readonly configs = computed(() => {
    const { config, pending_config: pending } = this.endpoint();
    return [
      { id: 'present', title: $localize`Models that answer`, config },
      ...(pending === null ? [] : [{ id: 'pending', title: $localize`Being rolled out`, config: pending }]),
    ].map(({ id, title, config: { version, entities } }) => ({
      id,
      title,
      version,
      entities: entities.map((entity) => ({
        entity,
        state: deployment(entity),
        link: registeredModel(entity.kind, entity.entity_name),
        workload: [entity.workload_type, entity.workload_size].filter((text) => text !== null).join(' '),
      })),
    }));
  });
  protected readonly limits = computed(() => this.endpoint().rate_limits.map(limitText));
}

/** A model of the workspace's own lies in a schema of the catalog. */
function registeredModel(kind: string, name: string | null): readonly string[] | undefined {
  const parts = kind === 'custom' ? (name ?? '').split('.') : [];
  return parts.length === 3 ? ['/catalog', ...parts.slice(0, 2)] : undefined;
}

function limitText({ calls, tokens, key, principal, renewal_period: period }: ServingRateLimitDto): string {
  const amounts = [
    ...(calls === null ? [] : [$localize`${formatCount(calls)}:count: calls`]),
    ...(tokens === null ? [] : [$localize`${formatCount(tokens)}:count: tokens`]),
  ].join(', ');
  const whose = principal ?? (key === 'endpoint' || key === null ? $localize`everybody together` : key);
  return $localize`${amounts}:amounts: a ${period}:period: for ${whose}:whose:`;
}

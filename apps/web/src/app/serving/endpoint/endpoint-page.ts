import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { apiResource, getServingEndpoint } from '@lakescope/web-api';
import {
  type Breadcrumb,
  Breadcrumbs,
  Chip,
  Icon,
  Notice,
  ProblemBanner,
  Skeleton,
  TabBar,
  TimeAgo,
} from '@lakescope/web-ui';
import { FavouriteStar } from '../../catalog/favourite-star';
import { type Place, Places } from '../../preferences/places';
import { PageTitle } from '../../shell/page-title';
import { configUpdate, isChanging, permission, purpose, readiness, sleeps } from '../endpoint-states';
import { TryView } from '../ask/try-view';
import { ChatView } from '../chat/chat-view';
import { Conversation } from '../chat/conversation';
import { RequestDraft } from '../form/request-draft';
import { ServingHistory } from '../history/history-view';
import { EndpointDetails } from './endpoint-details';
import { EndpointLogs } from './endpoint-logs';
import { EndpointMetrics } from './endpoint-metrics';
import { tabFrom, tabsOf } from './endpoint-tabs';
import { lookAgainWhile } from './look-again';

/** A deployment takes minutes. */
const LOOK_AGAIN_MS = 10_000;

/** One serving endpoint: to be tried, watched and understood. */
@Component({
  selector: 'ls-endpoint-page',
  imports: [
    Breadcrumbs,
    ChatView,
    Chip,
    EndpointDetails,
    EndpointLogs,
    EndpointMetrics,
    FavouriteStar,
    Icon,
    Notice,
    ProblemBanner,
    ServingHistory,
    Skeleton,
    TabBar,
    TimeAgo,
    TryView,
  ],
  // They outlive the views of them: who looks at another view comes back to the same conversation and the same request.
  providers: [Conversation, RequestDraft],
  templateUrl: './endpoint-page.html',
  styleUrl: './endpoint-page.css',
})
export class EndpointPage {
  /** From the path. */
  readonly name = input.required<string>();
  /** Query parameters: the state of the page and of its views is its URL. */
  readonly tab = input<string>();
  readonly pending = input<string>();
  readonly status = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  readonly request = input<string>();
  readonly diff = input<string>();
  readonly cols = input<string>();
  readonly entity = input<string>();
  readonly log = input<string>();

  private readonly places = inject(Places);
  private readonly title = inject(PageTitle);
  private readonly draft = inject(RequestDraft);
  protected readonly detail = apiResource(getServingEndpoint, () => ({ path: { name: this.name() } }));
  /** While it is read again the former answer stays; that of another endpoint does not. */
  protected readonly endpoint = computed(() => {
    const latest = this.detail.latest();
    return this.detail.problem() === undefined && latest?.name === this.name() ? latest : undefined;
  });
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => [
    { label: $localize`Serving`, link: '/serving' },
    { label: this.name(), link: `/serving/${encodeURIComponent(this.name())}` },
  ]);
  protected readonly place = computed<Place>(() => ({ kind: 'endpoint', path: this.name() }));
  protected readonly tabs = computed(() => tabsOf(this.endpoint() ?? { task: null }));
  protected readonly selectedTab = computed(() => tabFrom(this.tab(), this.tabs()));
  protected readonly head = computed(() => {
    const endpoint = this.endpoint();
    return (
      endpoint && {
        readiness: readiness(endpoint),
        update: configUpdate(endpoint),
        purpose: purpose(endpoint),
        permission: permission(endpoint),
        sleeps: sleeps(endpoint),
      }
    );
  });

  /** Once for each endpoint, however often its state is read. */
  private readonly known = computed(() => this.endpoint()?.name);
  private readonly isDeploying = computed(() => {
    const endpoint = this.endpoint();
    return endpoint !== undefined && isChanging(endpoint);
  });

  constructor() {
    lookAgainWhile(() => this.isDeploying(), this.detail, LOOK_AGAIN_MS);
    // With another endpoint another request begins.
    effect(() => {
      this.name();
      untracked(() => this.draft.clear());
    });
    effect(() => {
      const name = this.known();
      if (name === undefined) return;
      untracked(() => {
        this.title.name(name, $localize`Serving`);
        this.places.visit(this.place());
      });
    });
  }
}

import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { apiResource, getStatus } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Places } from '../preferences/places';
import { Session } from '../shell/session';
import { DependencyTile } from './dependency-tile';
import { JobsTiles } from './jobs-tiles';
import { LastDay } from './last-day';
import { PlaceList } from './place-list';

/** What works right now, where I was, and what I can do here. */
@Component({
  selector: 'ls-home-page',
  imports: [DependencyTile, EmptyState, Icon, JobsTiles, LastDay, PlaceList, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './home-page.html',
  styleUrl: './home-page.css',
})
export class HomePage {
  protected readonly session = inject(Session);
  protected readonly places = inject(Places);
  protected readonly status = apiResource(getStatus, () => ({}));
}

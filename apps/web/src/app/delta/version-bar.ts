import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type TableDetailDto } from '@lakescope/web-api';
import { Icon, TimeAgo } from '@lakescope/web-ui';
import { FileTime } from './file-time';

/** Says, wherever one is on the page, that this is the past, and leads through it and out of it. */
@Component({
  selector: 'ls-version-bar',
  imports: [FileTime, Icon, RouterLink, TimeAgo],
  templateUrl: './version-bar.html',
  styleUrl: './version-bar.css',
  host: { role: 'status' },
})
export class VersionBar {
  readonly table = input.required<TableDetailDto>();
  readonly newest = input<number>();

  protected readonly older = computed(() => (this.table().version > 0 ? this.table().version - 1 : undefined));
  protected readonly newer = computed(() => {
    const newest = this.newest();
    return newest !== undefined && this.table().version < newest ? this.table().version + 1 : undefined;
  });
}

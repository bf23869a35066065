import { Component, inject, output, signal } from '@angular/core';
import { rememberedWidth } from '../panes/pane-room';
import { PaneSplitter } from '../panes/pane-splitter';
import { DeviceStorage } from '../preferences/device-storage';

const ROOM = { key: 'files_preview_width', narrowest: 280, usual: 420, widest: 960 };

/** The room beside the list, as wide as somebody made it; on a phone a sheet above the list. Escape closes it. */
@Component({
  selector: 'ls-preview-pane',
  imports: [PaneSplitter],
  template: `
    <ls-pane-splitter label="Width of the preview" i18n-label pane="after" [room]="room" [(width)]="width" />
    <aside aria-labelledby="ls-preview-title" [style.--width.px]="width()" (keydown.escape)="close($event)">
      <ng-content />
    </aside>
  `,
  styleUrl: './preview-pane.css',
})
export class PreviewPane {
  readonly closed = output();

  protected readonly room = ROOM;
  protected readonly width = signal(rememberedWidth(ROOM, inject(DeviceStorage)));

  protected close(event: Event): void {
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.closed.emit();
  }
}

import { Component, computed, type ElementRef, inject, output, signal, viewChild } from '@angular/core';
import { DeviceStorage } from '../../preferences/device-storage';

const KEY = 'files_preview_width';
const NARROWEST = 280;
const WIDEST = 960;
const STEP = 32;

/** The room beside the list, as wide as somebody made it; on a phone a sheet above the list. Escape closes it. */
@Component({
  selector: 'ls-preview-pane',
  template: `
    <div
      class="splitter"
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-label="Width of the preview"
      i18n-aria-label
      [attr.aria-valuenow]="width()"
      [attr.aria-valuemin]="narrowest"
      [attr.aria-valuemax]="widest"
      (pointerdown)="startResize($event)"
      (keydown)="onKey($event)"
    ></div>
    <aside #pane aria-labelledby="ls-preview-title" [style.--width.px]="width()" (keydown.escape)="close($event)">
      <ng-content />
    </aside>
  `,
  styleUrl: './preview-pane.css',
})
export class PreviewPane {
  readonly closed = output();

  private readonly device = inject(DeviceStorage);
  private readonly pane = viewChild.required<ElementRef<HTMLElement>>('pane');
  private readonly dragged = signal<number | undefined>(undefined);

  protected readonly narrowest = NARROWEST;
  protected readonly widest = WIDEST;
  protected readonly width = computed(() => {
    const kept = Number(this.device.read(KEY) ?? 420);
    return within(this.dragged() ?? (Number.isFinite(kept) ? kept : 420));
  });

  protected onKey(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowLeft' ? 1 : event.key === 'ArrowRight' ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    this.keep(this.width() + direction * STEP);
  }

  protected startResize(event: PointerEvent): void {
    event.preventDefault();
    const handle = event.target as HTMLElement;
    const startX = event.clientX;
    const startWidth = this.pane().nativeElement.offsetWidth;
    const move = (moved: PointerEvent) => this.dragged.set(startWidth + startX - moved.clientX);
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener(
      'lostpointercapture',
      () => {
        handle.removeEventListener('pointermove', move);
        this.keep(this.width());
      },
      { once: true },
    );
  }

  protected close(event: Event): void {
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.closed.emit();
  }

  private keep(width: number): void {
    this.dragged.set(undefined);
    this.device.keep(KEY, String(within(width)));
  }
}

function within(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
}

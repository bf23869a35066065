import { Component, inject, input, model } from '@angular/core';
import { DeviceStorage } from '../preferences/device-storage';

const KEY = 'catalog_tree_width';
const STEP_PX = 16;

export const NARROWEST_PX = 180;
export const WIDEST_PX = 560;
const USUAL_PX = 280;

/** A width within its limits; anything that is no number is the usual one. */
export function paneWidth(value: unknown): number {
  const width = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof width !== 'number' || !Number.isFinite(width)) return USUAL_PX;
  return Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, width)));
}

/** The line between two panes, to be dragged or moved by arrow keys. This browser remembers where it was left. */
@Component({
  selector: 'ls-pane-splitter',
  template: '',
  host: {
    role: 'separator',
    tabindex: '0',
    'aria-orientation': 'vertical',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': 'width()',
    '[attr.aria-valuemin]': 'narrowest',
    '[attr.aria-valuemax]': 'widest',
    '(pointerdown)': 'drag($event)',
    '(keydown)': 'onKey($event)',
    '(dblclick)': 'move(usual)',
  },
  styles: `
    :host {
      position: relative;
      width: 5px;
      margin: 0 -2px;
      z-index: 1;
      cursor: col-resize;
      touch-action: none;
    }
    :host::after {
      content: '';
      position: absolute;
      inset: 0 2px;
      background: var(--ls-line);
    }
    :host(:hover)::after,
    :host(:focus-visible)::after {
      inset: 0 1px;
      background: var(--ls-primary);
    }
    :host(:focus-visible) {
      outline: none;
    }
  `,
})
export class PaneSplitter {
  readonly label = input.required<string>();
  /** Of the pane before it, in pixels. */
  readonly width = model.required<number>();

  private readonly device = inject(DeviceStorage);
  protected readonly narrowest = NARROWEST_PX;
  protected readonly widest = WIDEST_PX;
  protected readonly usual = USUAL_PX;

  protected onKey(event: KeyboardEvent): void {
    const target = {
      ArrowLeft: this.width() - STEP_PX,
      ArrowRight: this.width() + STEP_PX,
      Home: NARROWEST_PX,
      End: WIDEST_PX,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.move(target);
  }

  protected move(width: number): void {
    this.width.set(paneWidth(width));
    this.device.keep(KEY, String(this.width()));
  }

  protected drag(event: PointerEvent): void {
    event.preventDefault();
    const line = event.currentTarget as HTMLElement;
    const [startX, startWidth] = [event.clientX, this.width()];
    const move = (moved: PointerEvent) => this.move(startWidth + moved.clientX - startX);
    line.setPointerCapture(event.pointerId);
    line.addEventListener('pointermove', move);
    line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', move), { once: true });
  }
}

/** Where the line was left in this browser. */
export function rememberedWidth(device: DeviceStorage): number {
  return paneWidth(device.read(KEY));
}

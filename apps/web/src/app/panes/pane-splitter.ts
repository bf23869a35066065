import { Component, inject, input, model } from '@angular/core';
import { DeviceStorage } from '../preferences/device-storage';
import { paneWidth, type PaneRoom } from './pane-room';

const STEP_PX = 16;

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
    '[attr.aria-valuemin]': 'room().narrowest',
    '[attr.aria-valuemax]': 'room().widest',
    '[class.wide]': "pane() === 'after'",
    '(pointerdown)': 'drag($event)',
    '(keydown)': 'onKey($event)',
    '(dblclick)': 'move(room().usual)',
  },
  styles: `
    :host {
      position: relative;
      flex: none;
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
    /* Between two panels there is room enough: the line shows when somebody is about to take it. */
    :host(.wide) {
      width: 12px;
      margin: 0;
    }
    :host(.wide)::after {
      inset: 0 5px;
      background: transparent;
    }
    :host(:hover)::after,
    :host(:focus-visible)::after {
      inset: 0 1px;
      background: var(--ls-primary);
    }
    :host(.wide:hover)::after,
    :host(.wide:focus-visible)::after {
      inset: 0 5px;
    }
    :host(:focus-visible) {
      outline: none;
    }
  `,
})
export class PaneSplitter {
  readonly label = input.required<string>();
  readonly room = input.required<PaneRoom>();
  /** Of the pane, in pixels. */
  readonly width = model.required<number>();
  /** On which side of the line the pane is whose width it sets. */
  readonly pane = input<'before' | 'after'>('before');

  private readonly device = inject(DeviceStorage);

  protected onKey(event: KeyboardEvent): void {
    const { narrowest, widest } = this.room();
    const target = {
      ArrowLeft: this.width() - this.outwards(STEP_PX),
      ArrowRight: this.width() + this.outwards(STEP_PX),
      Home: narrowest,
      End: widest,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.move(target);
  }

  protected move(width: number): void {
    this.width.set(paneWidth(this.room(), width));
    this.device.keep(this.room().key, String(this.width()));
  }

  protected drag(event: PointerEvent): void {
    event.preventDefault();
    const line = event.currentTarget as HTMLElement;
    const pane = this.pane() === 'before' ? line.previousElementSibling : line.nextElementSibling;
    // On a small screen the pane may have got less than was asked for.
    const startWidth = pane?.getBoundingClientRect().width ?? this.width();
    const startX = event.clientX;
    const move = (moved: PointerEvent) => this.move(startWidth + this.outwards(moved.clientX - startX));
    line.setPointerCapture(event.pointerId);
    line.addEventListener('pointermove', move);
    line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', move), { once: true });
  }

  /** What a way to the right adds to the pane. */
  private outwards(pixels: number): number {
    return this.pane() === 'before' ? pixels : -pixels;
  }
}

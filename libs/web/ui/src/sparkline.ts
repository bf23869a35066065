import { Component, computed, input } from '@angular/core';
import { linePath, PLOT } from './time-chart/chart-scale';
import { type ChartSeries } from './time-chart/time-chart';

/** The course of a number beside the number itself, which says all there is to say in words. */
@Component({
  selector: 'ls-sparkline',
  template: `
    <svg preserveAspectRatio="none" focusable="false" [attr.viewBox]="box">
      <path class="ground" [attr.d]="ground" />
      <path class="line" [attr.d]="path()" [attr.stroke]="'var(--ls-series-' + color() + ')'" />
    </svg>
  `,
  host: { 'aria-hidden': 'true' },
  styles: `
    :host {
      display: block;
      height: 28px;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      overflow: visible;
    }
    path {
      fill: none;
      vector-effect: non-scaling-stroke;
    }
    .ground {
      stroke: var(--ls-line);
    }
    .line {
      stroke-width: 1.5;
      stroke-linejoin: round;
      stroke-linecap: round;
    }
  `,
})
export class Sparkline {
  readonly values = input.required<readonly (number | null)[]>();
  readonly color = input<ChartSeries['color']>(1);

  protected readonly box = `0 0 ${PLOT} ${PLOT}`;
  protected readonly ground = `M0 ${PLOT}H${PLOT}`;
  protected readonly path = computed(() => {
    const top = this.values().reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
    return top === 0 ? '' : linePath(this.values(), top);
  });
}

import { Component, computed, input } from '@angular/core';
import { type ChartSeries } from '@lakescope/web-ui';
import { linePath } from './scale/paths';

const [WIDTH, HEIGHT] = [100, 28];

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

  protected readonly box = `0 0 ${WIDTH} ${HEIGHT}`;
  protected readonly ground = `M0 ${HEIGHT}H${WIDTH}`;
  protected readonly path = computed(() => {
    const values = this.values();
    const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
    const x = (index: number): number => (values.length < 2 ? WIDTH : (index / (values.length - 1)) * WIDTH);
    return top === 0 ? '' : linePath(values, x, (value) => HEIGHT - (value / top) * (HEIGHT - 2));
  });
}

export { BarSeries } from './bar-series';
export { type Heat, type HeatCell, HeatMap } from './heat-map/heat-map';
export { LatencyChart, type LatencySeries } from './latency-chart';
export { type Percentile, type PercentileChoice, PercentilePicker } from './percentile-picker';
export { type TimeSlots } from './plot/layers';
export { type Share, ShareBars } from './share-bars';

import { mean, openDataFile, queryRows, rounded } from './training-data';

/** Every so many rows of the file are looked at: enough to learn from, and quick. */
export const EVERY = 12;

export interface Flight {
  /** Milliseconds of a clock without a zone. */
  readonly departure: number;
  readonly origin: string;
  readonly destination: string;
  readonly distance: number;
  readonly delay: number;
}

/** Flights of the demo lake: those of January and February to learn from, those of March to measure by. */
export async function flights(): Promise<{ readonly known: readonly Flight[]; readonly unseen: readonly Flight[] }> {
  const rows = await queryRows(`
    SELECT epoch_ms(date)::DOUBLE AS departure, origin, destination, distance::DOUBLE AS distance, delay::DOUBLE AS delay
      FROM read_parquet('${openDataFile('flights-3m.parquet')}', file_row_number = true)
     WHERE month(date) <= 3 AND file_row_number % ${EVERY} = 0
     ORDER BY file_row_number`);
  const all = rows.map((row) => ({
    departure: Number(row['departure']),
    origin: String(row['origin']),
    destination: String(row['destination']),
    distance: Number(row['distance']),
    delay: Number(row['delay']),
  }));
  const isUnseen = ({ departure }: Flight): boolean => new Date(departure).getUTCMonth() === 2;
  return { known: all.filter((flight) => !isUnseen(flight)), unseen: all.filter(isUnseen) };
}

/** A few delays of many hours would outweigh all others. */
export const CLIPPED = { least: -60, most: 240 };

export function clipped(delay: number): number {
  return Math.min(CLIPPED.most, Math.max(CLIPPED.least, delay));
}

/** Flights an airport needs before its own mean counts as much as that of all. */
export const SMOOTHING = 100;

/** The mean delay of each airport, drawn to the mean of all where there are few flights. */
export function meanDelays(
  known: readonly Flight[],
  airportOf: (flight: Flight) => string,
): { readonly values: Readonly<Record<string, number>>; readonly missing: number } {
  const overall = mean(known.map(({ delay }) => clipped(delay)));
  const byAirport = new Map<string, number[]>();
  for (const flight of known) {
    const delays = byAirport.get(airportOf(flight)) ?? [];
    delays.push(clipped(flight.delay));
    byAirport.set(airportOf(flight), delays);
  }
  const smoothed = [...byAirport]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([airport, delays]) => {
      const weighed = (mean(delays) * delays.length + overall * SMOOTHING) / (delays.length + SMOOTHING);
      return [airport, rounded(weighed, 5)] as const;
    });
  return { values: Object.fromEntries(smoothed), missing: rounded(overall, 5) };
}

/** What both versions look at, as the model file describes it. */
export function featuresOf(known: readonly Flight[]) {
  const usual = rounded(mean(known.map(({ distance }) => distance)), 5);
  return [
    { column: 'departure', as: 'hour_of_day', missing: 12 },
    { column: 'departure', as: 'day_of_week', missing: 3 },
    { column: 'distance_miles', as: 'number', missing: usual },
    { column: 'origin', as: 'encoded', ...meanDelays(known, ({ origin }) => origin) },
    { column: 'destination', as: 'encoded', ...meanDelays(known, ({ destination }) => destination) },
  ] as const;
}

export function vectorOf(flight: Flight, features: ReturnType<typeof featuresOf>): number[] {
  const time = new Date(flight.departure);
  const [, , , origin, destination] = features;
  return [
    time.getUTCHours() + time.getUTCMinutes() / 60,
    time.getUTCDay(),
    flight.distance,
    origin.values[flight.origin] ?? origin.missing,
    destination.values[flight.destination] ?? destination.missing,
  ];
}

/** How far predictions are from what happened, in minutes, beside those of somebody who always says the mean. */
export function errorsOf(
  predicted: readonly number[],
  actual: readonly number[],
  usual: number,
): Readonly<Record<string, number>> {
  const squared = (values: readonly number[]): number => mean(values.map((value) => value ** 2));
  const off = actual.map((value, index) => value - (predicted[index] ?? 0));
  const offMean = actual.map((value) => value - usual);
  const spread = squared(actual.map((value) => value - mean(actual)));
  return {
    rmse: rounded(Math.sqrt(squared(off)), 5),
    mae: rounded(mean(off.map(Math.abs)), 5),
    r2: rounded(1 - squared(off) / spread, 4),
    rmse_of_the_mean: rounded(Math.sqrt(squared(offMean)), 5),
    mae_of_the_mean: rounded(mean(offMean.map(Math.abs)), 5),
  };
}

import type { RowSource } from '@lakescope/delta';

/** One commit of a demo table: the rows that came in together. */
export interface DemoBatch {
  /** SELECT over the view `source`, in DuckDB's SQL. */
  readonly query: string;
  readonly addsColumns?: boolean;
}

/** A table of the demo lake, told as the history it would have had. */
export interface DemoTable {
  readonly name: string;
  readonly description: string;
  readonly file: string;
  readonly format: RowSource['format'];
  readonly partitionColumns?: readonly string[];
  readonly batches: readonly DemoBatch[];
}

/** In the workspace's object storage. */
export const DEMO_BUCKET = 'demo-lake';
/** Change data of an invented insurer, in the layout of Guidewire CDA, below `cda`. */
export const CHANGE_DATA_BUCKET = 'demo-cda';
/** Empty at first: for the tables that are made of it. */
export const CHANGE_TABLES_BUCKET = 'demo-cda-tables';

const weatherColumns = 'date, precipitation, temp_max, temp_min, wind';
const months = [1, 2, 3];

export const demoTables: readonly DemoTable[] = [
  {
    name: 'seattle_weather',
    description: 'Daily weather in Seattle, one commit a year; the kind of weather is recorded since 2014',
    file: 'seattle-weather.csv',
    format: 'csv',
    batches: [
      { query: `SELECT ${weatherColumns} FROM source WHERE year(date) = 2012 ORDER BY date` },
      { query: `SELECT ${weatherColumns} FROM source WHERE year(date) = 2013 ORDER BY date` },
      { query: 'SELECT * FROM source WHERE year(date) = 2014 ORDER BY date', addsColumns: true },
      { query: 'SELECT * FROM source WHERE year(date) = 2015 ORDER BY date' },
    ],
  },
  {
    name: 'flights',
    description: 'Flights in the United States in the first quarter of 2001, one commit and one partition a month',
    file: 'flights-3m.parquet',
    format: 'parquet',
    partitionColumns: ['month'],
    batches: months.map((month) => ({
      query: `SELECT date AS departure, origin, destination, CAST(delay AS INTEGER) AS delay_minutes,
                     CAST(distance AS INTEGER) AS distance_miles, strftime(date, '%Y-%m') AS month
                FROM source WHERE month(date) = ${month}`,
    })),
  },
  {
    name: 'gapminder',
    description: 'Population, life expectancy and fertility by country, one commit a decade',
    file: 'gapminder.json',
    format: 'json',
    batches: [
      { query: 'SELECT country, cluster, year, pop, life_expect FROM source WHERE year < 1970 ORDER BY year, country' },
      { query: 'SELECT * FROM source WHERE year BETWEEN 1970 AND 1979 ORDER BY year, country', addsColumns: true },
      { query: 'SELECT * FROM source WHERE year BETWEEN 1980 AND 1989 ORDER BY year, country' },
      { query: 'SELECT * FROM source WHERE year BETWEEN 1990 AND 1999 ORDER BY year, country' },
      { query: 'SELECT * FROM source WHERE year >= 2000 ORDER BY year, country' },
    ],
  },
  {
    name: 'airports',
    description: 'Airports in the United States and its territories, partitioned by country',
    file: 'airports.csv',
    format: 'csv',
    partitionColumns: ['country'],
    batches: [
      { query: "SELECT * FROM source WHERE country = 'USA' AND state NOT IN ('AK', 'HI') ORDER BY iata" },
      { query: "SELECT * FROM source WHERE country = 'USA' AND state IN ('AK', 'HI') ORDER BY iata" },
      { query: "SELECT * FROM source WHERE country <> 'USA' ORDER BY iata" },
    ],
  },
];

/** Files to browse, by the folder they are put into. */
export const demoFiles: Readonly<Record<string, readonly string[]>> = {
  weather: ['seattle-weather.csv', 'co2-concentration.csv'],
  flights: ['airports.csv', 'flights-2k.json', 'birdstrikes.csv'],
  maps: ['us-10m.json', 'world-110m.json', 'londonBoroughs.json'],
  images: ['7zip.png', 'ffox.png', 'gimp.png'],
  parquet: ['flights-3m.parquet'],
};

/** A project document, as people of the lake would keep one: `<slug>.proj.yaml` and its content. */
export const demoProjects: Readonly<Record<string, string>> = {
  'late-departures': `# An example: change it, or delete it.
name: Late departures
tables:
  - demo.lake.flights
  - demo.lake.airports
question: Which airports had the longest delays in the first quarter of 2001?
`,
};

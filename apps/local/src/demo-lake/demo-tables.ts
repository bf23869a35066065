/** One commit of a demo table: rows of a data file, narrowed by a query over the view `source`. */
export interface DemoBatch {
  readonly query: string;
  /** The batch has columns that the table does not have yet. */
  readonly addsColumns?: boolean;
}

export interface DemoTable {
  readonly name: string;
  readonly description: string;
  /** File name in the data package. */
  readonly file: string;
  readonly format: 'parquet' | 'csv' | 'json';
  readonly partitionColumns?: readonly string[];
  readonly batches: readonly DemoBatch[];
}

const FLIGHT_MONTHS = [1, 2, 3, 4, 5, 6];
const WEATHER_YEARS = [2012, 2013, 2014, 2015];
const EMPLOYMENT_YEARS = [2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015];

/** Arrives month by month, one partition a month. */
const flights: DemoTable = {
  name: 'flights',
  description: 'Flights in the United States from January to June 2001',
  file: 'flights-3m.parquet',
  format: 'parquet',
  partitionColumns: ['month'],
  batches: FLIGHT_MONTHS.map((month) => ({
    query: `
      SELECT date AT TIME ZONE 'UTC' AS departed_at, CAST(delay AS INTEGER) AS delay_minutes,
             CAST(distance AS INTEGER) AS distance_miles, origin, destination, strftime(date, '%Y-%m') AS month
      FROM source WHERE date_part('month', date) = ${month}`,
  })),
};

/** Arrives year by year; from 2014 on the mean temperature comes along, so the table gains a column. */
const weather: DemoTable = {
  name: 'weather',
  description: 'Daily weather in Seattle and New York, 2012 to 2015',
  file: 'weather.csv',
  format: 'csv',
  partitionColumns: ['location'],
  batches: WEATHER_YEARS.map((year) => {
    const addsColumns = year >= 2014;
    const mean = addsColumns ? ', round((temp_max + temp_min) / 2, 2) AS temp_mean' : '';
    return {
      query: `SELECT location, date, precipitation, temp_max, temp_min, wind, weather${mean}
              FROM source WHERE date_part('year', date) = ${year}`,
      addsColumns,
    };
  }),
};

const airports: DemoTable = {
  name: 'airports',
  description: 'Public airports of the United States; Alaska, Hawaii and the territories arrive later',
  file: 'airports.csv',
  format: 'csv',
  batches: [
    { query: "SELECT * FROM source WHERE state NOT IN ('AK', 'HI', 'PR', 'VI', 'GU', 'AS', 'CQ')" },
    { query: "SELECT * FROM source WHERE state IN ('AK', 'HI')" },
    { query: "SELECT * FROM source WHERE state IN ('PR', 'VI', 'GU', 'AS', 'CQ')" },
  ],
};

const employment: DemoTable = {
  name: 'us_employment',
  description: 'Employees on nonfarm payrolls by sector, monthly, in thousands',
  file: 'us-employment.csv',
  format: 'csv',
  batches: EMPLOYMENT_YEARS.map((year) => ({
    query: `SELECT * FROM source WHERE date_part('year', CAST(month AS DATE)) = ${year}`,
  })),
};

/** One row a year with its months inside: a table with nested columns. */
const carbonDioxide: DemoTable = {
  name: 'co2_mauna_loa',
  description: 'Carbon dioxide at Mauna Loa: each year with its monthly readings inside',
  file: 'co2-concentration.csv',
  format: 'csv',
  batches: ['< 1990', '>= 1990'].map((range) => ({
    query: `
      SELECT CAST(date_part('year', CAST("Date" AS DATE)) AS INTEGER) AS year,
             list({'month': CAST(date_part('month', CAST("Date" AS DATE)) AS INTEGER), 'ppm': "CO2"} ORDER BY "Date") AS readings,
             {'lowest': min("CO2"), 'highest': max("CO2")} AS range_ppm
      FROM source GROUP BY 1 HAVING year ${range} ORDER BY 1`,
  })),
};

export const demoTables: readonly DemoTable[] = [flights, weather, airports, employment, carbonDioxide];

/** Files to browse: folder in the volume, then file names in the data package. */
export const demoFiles: Readonly<Record<string, readonly string[]>> = {
  aviation: ['airports.csv', 'flights-airport.csv', 'flights-2k.json'],
  climate: ['weather.csv', 'seattle-weather.csv', 'co2-concentration.csv'],
  labour: ['us-employment.csv'],
  geography: ['us-state-capitals.json'],
};

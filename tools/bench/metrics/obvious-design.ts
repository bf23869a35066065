import type { Client } from 'pg';

/**
 * The design that comes to mind first, and the peer of ours: a row per request with an id and an index for each filter, percentiles by
 * `percentile_cont` over raw rows, and after some days one row an hour with its percentiles written down. It lives in a schema of its own
 * in the same database.
 */
export const obviousSchema = `
  CREATE SCHEMA obvious;
  CREATE TABLE obvious.performance_metrics (
    id bigserial PRIMARY KEY,
    "timestamp" timestamptz NOT NULL,
    endpoint varchar(500) NOT NULL,
    method varchar(10) NOT NULL,
    status_code integer NOT NULL,
    response_time_ms double precision NOT NULL,
    user_id varchar(255),
    error_type varchar(255),
    correlation_id varchar(64)
  );
  CREATE TABLE obvious.usage_events (
    id bigserial PRIMARY KEY,
    event_type varchar(50) NOT NULL,
    user_id varchar(255) NOT NULL,
    page_name varchar(255),
    element_id varchar(255),
    "timestamp" timestamptz NOT NULL,
    success boolean,
    metadata jsonb
  );
  CREATE TABLE obvious.aggregated_metrics (
    id bigserial PRIMARY KEY,
    time_bucket timestamptz NOT NULL,
    metric_type varchar(50) NOT NULL,
    endpoint_path varchar(500),
    aggregated_values jsonb NOT NULL,
    sample_count integer NOT NULL
  );`;

/** Made before rows come one by one, and after rows that come all at once. */
export const obviousIndexes = `
  CREATE INDEX ON obvious.performance_metrics ("timestamp");
  CREATE INDEX ON obvious.performance_metrics (endpoint);
  CREATE INDEX ON obvious.performance_metrics (user_id);
  CREATE INDEX ON obvious.usage_events ("timestamp");
  CREATE INDEX ON obvious.usage_events (user_id);
  CREATE INDEX ON obvious.usage_events (event_type);
  CREATE INDEX ON obvious.aggregated_metrics (time_bucket);
  CREATE INDEX ON obvious.aggregated_metrics (endpoint_path);`;

export const obviousInsert = `
  INSERT INTO obvious.performance_metrics
    ("timestamp", endpoint, method, status_code, response_time_ms, user_id, error_type, correlation_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

export const obviousEventInsert = `
  INSERT INTO obvious.usage_events (event_type, user_id, page_name, element_id, "timestamp", success, metadata)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const percentiles = `
  percentile_cont(0.50) WITHIN GROUP (ORDER BY response_time_ms) AS p50,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS p95,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY response_time_ms) AS p99`;

const totals = `avg(response_time_ms) AS avg, count(*) AS requests, count(*) FILTER (WHERE status_code >= 400) AS errors`;

const within = `FROM obvious.performance_metrics WHERE "timestamp" >= $1 AND "timestamp" < $2`;

/** What its dashboard asks for up to seven days: raw rows. `$1` and `$2` are the range. */
export const obviousScreen = {
  summary: `SELECT ${totals}, ${percentiles}, count(DISTINCT user_id) AS users ${within}`,
  endpoints: `SELECT endpoint, method, ${totals}, ${percentiles} ${within} GROUP BY endpoint, method ORDER BY avg DESC`,
  series: (seconds: number): string =>
    `SELECT to_timestamp(floor(extract(epoch FROM "timestamp") / ${seconds}) * ${seconds}) AS bucket, ${totals}, ${percentiles}
     ${within} GROUP BY bucket ORDER BY bucket`,
  events: `SELECT event_type, page_name, count(*), count(DISTINCT user_id) AS users FROM obvious.usage_events
    WHERE "timestamp" >= $1 AND "timestamp" < $2 GROUP BY event_type, page_name`,
};

const averaged = `
  sum((aggregated_values ->> 'avg')::float8 * sample_count) / sum(sample_count) AS avg, sum(sample_count) AS requests,
  sum((aggregated_values ->> 'errors')::bigint) AS errors, avg((aggregated_values ->> 'p50')::float8) AS p50,
  avg((aggregated_values ->> 'p95')::float8) AS p95, avg((aggregated_values ->> 'p99')::float8) AS p99`;

const aggregated = `FROM obvious.aggregated_metrics WHERE time_bucket >= $1 AND time_bucket < $2 AND metric_type = 'performance'`;

/** What it asks for beyond seven days: percentiles of hours, averaged. Fast, and wrong. */
export const obviousHistory = {
  summary: `SELECT ${averaged} ${aggregated}`,
  endpoints: `SELECT endpoint_path, ${averaged} ${aggregated} GROUP BY endpoint_path ORDER BY avg DESC`,
  series: `SELECT date_trunc('day', time_bucket) AS bucket, ${averaged} ${aggregated} GROUP BY bucket ORDER BY bucket`,
};

/** Its nightly job, for all that is there. */
export const obviousAggregation = `
  INSERT INTO obvious.aggregated_metrics (time_bucket, metric_type, endpoint_path, aggregated_values, sample_count)
  SELECT date_trunc('hour', "timestamp"), 'performance', method || ' ' || endpoint,
         jsonb_build_object('avg', avg(response_time_ms), 'errors', count(*) FILTER (WHERE status_code >= 400),
           'p50', percentile_cont(0.50) WITHIN GROUP (ORDER BY response_time_ms),
           'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms),
           'p99', percentile_cont(0.99) WITHIN GROUP (ORDER BY response_time_ms)),
         count(*)
  FROM obvious.performance_metrics GROUP BY 1, 3`;

export async function createObviousDesign(client: Client): Promise<void> {
  await client.query(obviousSchema);
  await client.query(obviousIndexes);
}

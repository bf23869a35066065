import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything of one kind within each bucket of the tiers, all endpoints and pages together: a series of a day is put together of 288 rows
 * instead of 11,520, and says how many different people there were without looking at each of them.
 */
export class CreateMetricTotals1795392180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `sample_count` includes `folded_count`: what replicas had to fold, which of the 5 minutes alone is known apart.
    await runner.query(`
      CREATE TABLE lakescope.metric_totals (
        granularity_min smallint NOT NULL CHECK (granularity_min IN (5, 60, 1440)),
        time_bucket timestamptz(0) NOT NULL,
        metric_type text NOT NULL CHECK (metric_type IN ('performance', 'usage')),
        sample_count bigint NOT NULL CHECK (sample_count >= 0),
        folded_count bigint NOT NULL DEFAULT 0,
        error_count bigint NOT NULL DEFAULT 0,
        sum_ms double precision,
        min_ms real,
        max_ms real,
        hist bytea,
        hist_scale smallint,
        unique_users integer,
        PRIMARY KEY (granularity_min, metric_type, time_bucket)
      )`);
    await this.fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.metric_totals');
  }

  /** Of what is rolled up already; histograms may stand one after the other until their bucket is rolled up again. */
  private async fill(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT set_config('lakescope.system', 'on', true)`);
    await runner.query(`
      INSERT INTO lakescope.metric_totals
      SELECT granularity_min, time_bucket, metric_type, sum(sample_count),
             coalesce(sum(sample_count) FILTER (WHERE source <> '00000000-0000-0000-0000-000000000000'), 0), sum(error_count),
             sum(sum_ms), min(min_ms), max(max_ms), string_agg(hist, ''),
             CASE WHEN min(hist_scale) = max(hist_scale) THEN max(hist_scale) END
      FROM lakescope.aggregated_metrics GROUP BY 1, 2, 3`);
    await runner.query(`
      UPDATE lakescope.metric_totals SET unique_users = people.n
      FROM (
        SELECT granularity_min, time_bucket, count(*) AS n FROM lakescope.metric_users WHERE events > 0 GROUP BY 1, 2
        UNION ALL
        SELECT 5, date_bin('5 min', "timestamp", 'epoch'), count(DISTINCT user_id) FROM lakescope.usage_events GROUP BY 2
      ) AS people
      WHERE metric_totals.granularity_min = people.granularity_min AND metric_totals.time_bucket = people.time_bucket
        AND metric_type = 'usage'`);
  }
}

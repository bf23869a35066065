import type { LakebaseConfig } from '@lakescope/server-config';
import type { LakebaseCredentials } from '@lakescope/server-persistence';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, skipped, warning, type Finding } from './finding';
import { lookAtMetrics, type MetricsFacts } from './metrics-facts';

export interface MetricsSubject {
  readonly config: LakebaseConfig;
  readonly credentials: LakebaseCredentials;
  readonly hasOwnSecret: boolean;
  readonly advice: Advice;
}

/** The roll-up comes every half minute; what waits for so long is kept from it. */
const LONGEST_WAIT_SECONDS = 600;

/** Whether the metrics in the database are where they belong, and what is told about them can be sent. */
export function metricsChecks({ config, credentials, hasOwnSecret, advice }: MetricsSubject): Check[] {
  let looking: Promise<MetricsFacts | undefined> | undefined;
  const about = (judge: (facts: MetricsFacts) => Finding) => async (): Promise<Finding> => {
    const facts = await (looking ??= lookAtMetrics(config, credentials));
    return facts === undefined ? skipped('The schema has no metrics yet.') : judge(facts);
  };
  const needs = ['schema'];
  return [
    {
      id: 'metrics_partitions',
      title: 'Metrics lie in the partitions of their days',
      needs,
      examine: about(({ isAstray }) =>
        isAstray
          ? warning(
              'Rows lie outside of the partitions of their days, and can neither be rolled up nor expire. Rows of the future mean that a clock is wrong.',
              advice.aggregateMetrics,
            )
          : ok('None lies outside of them.'),
      ),
    },
    {
      id: 'metrics_roll_up',
      title: 'Metrics are rolled up',
      needs,
      examine: about(({ waitingSeconds = 0 }) =>
        waitingSeconds > LONGEST_WAIT_SECONDS
          ? warning(
              `The oldest metrics that wait to be rolled up have waited for ${Math.floor(waitingSeconds / 60)} minutes.`,
              advice.aggregateMetrics,
            )
          : ok(`None has waited for longer than ${LONGEST_WAIT_SECONDS / 60} minutes.`),
      ),
    },
    {
      id: 'metrics_collection',
      title: 'Requests are stored',
      needs,
      examine: about(({ storedAt }) =>
        ok(
          storedAt === undefined
            ? 'None was stored yet: they are from the first one on that the app answers.'
            : `The last ones were at ${storedAt.toISOString()}.`,
        ),
      ),
    },
    {
      id: 'alert_webhooks',
      title: 'Webhooks of alert rules can be opened',
      needs,
      examine: about(({ webhooks }) => {
        if (webhooks === 0) return ok('No alert rule has a webhook.');
        return hasOwnSecret
          ? ok(`LAKESCOPE_SECRET seals those of ${webhooks} alert rules.`)
          : failed(
              `${webhooks} alert rules have a webhook that was sealed with LAKESCOPE_SECRET, and that is not set: their messages are not sent. A new secret opens none of them: set the one of before, or the webhooks anew.`,
              advice.makeSecret,
            );
      }),
    },
  ];
}

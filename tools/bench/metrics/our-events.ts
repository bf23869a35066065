import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Partitions, UsageEventStore } from '@lakescope/server-metrics';
import type { INestApplicationContext } from '@nestjs/common';
import type { SentEvent } from './events';
import type { MetricsDatabase } from './metrics-database';
import { openProduct } from './product';

const userId = 'user-1@example.com';

/** The product's own way of a batch into the database: in the name of a person, in a transaction, with its books and its marks. */
export class OurEvents {
  private constructor(private readonly app: INestApplicationContext) {}

  static async open(database: MetricsDatabase): Promise<OurEvents> {
    const app = await openProduct(database.environment());
    await app.get(Partitions, { strict: false }).ensure();
    return new OurEvents(app);
  }

  store(events: readonly SentEvent[]): Promise<number> {
    const now = Date.now();
    return this.app.get(UsageEventStore, { strict: false }).insert(
      CALLER,
      events.map((event) => ({
        eventId: event.event_id,
        hasOwnId: true,
        epochMs: now,
        eventType: event.event_type as 'page_view',
        pageName: event.page_name,
        elementId: event.element_id,
        success: event.success,
        metadata: JSON.stringify(event.metadata),
      })),
    );
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

const CALLER = new UserCaller(
  { userId, displayName: userId, active: true, emails: [], groups: [] },
  new Secret('of nobody'),
);

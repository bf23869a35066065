import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something a person did in the browser. */
@Entity({ name: 'usage_events' })
export class UsageEvent {
  /** UUIDv7, made by the browser, so that an event sent twice is stored once. */
  @PrimaryColumn({ name: 'event_id', type: 'uuid' })
  eventId!: string;

  /** The time inside the id. */
  @PrimaryColumn({ type: 'timestamptz', precision: 3 })
  timestamp!: Date;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId!: string;

  @Column({ name: 'received_at', type: 'timestamptz', precision: 3 })
  receivedAt!: Date;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  @Column({ name: 'page_name', type: 'text', nullable: true })
  pageName!: string | null;

  @Column({ name: 'element_id', type: 'text', nullable: true })
  elementId!: string | null;

  @Column({ type: 'boolean', nullable: true })
  success!: boolean | null;

  @Column({ type: 'jsonb', nullable: true })
  metadata!: Readonly<Record<string, unknown>> | null;
}

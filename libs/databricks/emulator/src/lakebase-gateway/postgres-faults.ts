/** What can go wrong with the database for as long as it is wanted; `reset` and `killSessions` happen once. */
export type PostgresFaultKind = 'refuse' | 'stall' | 'delay' | 'reject-credentials' | 'refuse-logins';

/** A fault that lasts. */
export interface PostgresFault {
  readonly kind: PostgresFaultKind;
  /** How many logins it hits; undefined: all until healed. */
  readonly times?: number;
  readonly milliseconds?: number;
  readonly sqlState?: string;
  /** How many connections or logins it has hit. */
  readonly hits: number;
}

/** Makes the database behind the gateway fail, each way in the words a client would hear from the real one. */
export interface PostgresFaults {
  /** Nobody listens any more; open sessions go on. */
  refuse(): void;
  /** RST to every session, as from a network that breaks. Answers how many there were. */
  reset(): number;
  /** Nothing passes in either direction, and new connections are never answered. */
  stall(): void;
  /** Ends every session as an administrator does (57P01). Answers how many there were. */
  killSessions(): Promise<number>;
  /** Good credentials are refused (28P01), for the next logins or for all. */
  rejectCredentials(times?: number): void;
  /** Logins end with this SQLSTATE, such as 53300 (too many connections). */
  refuseLogins(sqlState: string, times?: number): void;
  /** Each piece of data takes this long in each direction, and so does a login. */
  delay(milliseconds: number): void;
  /** Everything is as it should be from now on. What stalled goes on. */
  heal(): Promise<void>;
  list(): readonly PostgresFault[];
}

/** What the faults act on. */
export interface FaultyGateway {
  listen(): Promise<void>;
  stopListening(): void;
  sessions(): Iterable<FaultySession>;
  /** Ends the server's side of every session. */
  terminateBackends(): Promise<number>;
}

export interface FaultySession {
  reset(): void;
  /** Looks again at how the line is. */
  rewire(): void;
}

type Lasting = { -readonly [Key in keyof PostgresFault]: PostgresFault[Key] };

/** Which faults there are at the moment; sessions ask it. */
export class GatewayFaults implements PostgresFaults {
  private readonly lasting = new Map<PostgresFaultKind, Lasting>();
  private healed: Promise<void> = Promise.resolve();
  private endStall: () => void = () => undefined;

  constructor(private readonly gateway: FaultyGateway) {}

  refuse(): void {
    this.lasting.set('refuse', { kind: 'refuse', hits: 0 });
    this.gateway.stopListening();
  }

  reset(): number {
    const sessions = [...this.gateway.sessions()];
    sessions.forEach((session) => session.reset());
    return sessions.length;
  }

  stall(): void {
    if (!this.stalled) this.healed = new Promise((resolve) => (this.endStall = resolve));
    this.lasting.set('stall', { kind: 'stall', hits: 0 });
    this.rewire();
  }

  killSessions(): Promise<number> {
    return this.gateway.terminateBackends();
  }

  rejectCredentials(times?: number): void {
    this.plan({ kind: 'reject-credentials', hits: 0 }, times);
  }

  refuseLogins(sqlState: string, times?: number): void {
    this.plan({ kind: 'refuse-logins', hits: 0, sqlState }, times);
  }

  delay(milliseconds: number): void {
    this.lasting.set('delay', { kind: 'delay', hits: 0, milliseconds });
    this.rewire();
  }

  async heal(): Promise<void> {
    const refusing = this.lasting.has('refuse');
    this.lasting.clear();
    this.endStall();
    this.rewire();
    if (refusing) await this.gateway.listen();
  }

  list(): readonly PostgresFault[] {
    return [...this.lasting.values()].map((fault) => ({ ...fault }));
  }

  get stalled(): boolean {
    return this.lasting.has('stall');
  }

  get delayMilliseconds(): number {
    return this.lasting.get('delay')?.milliseconds ?? 0;
  }

  /** Resolves when a stall is over; at once without one. */
  async whileStalled(): Promise<void> {
    const stall = this.lasting.get('stall');
    if (stall !== undefined) stall.hits += 1;
    await this.healed;
  }

  /** Whether a fault of this kind hits the login that asks, counted as a hit. */
  takeLogin(kind: 'reject-credentials' | 'refuse-logins'): PostgresFault | undefined {
    const fault = this.lasting.get(kind);
    if (fault === undefined) return undefined;
    fault.hits += 1;
    if (fault.times !== undefined && fault.hits >= fault.times) this.lasting.delete(kind);
    return fault;
  }

  private plan(fault: Lasting, times: number | undefined): void {
    this.lasting.set(fault.kind, times === undefined ? fault : { ...fault, times });
  }

  private rewire(): void {
    for (const session of this.gateway.sessions()) session.rewire();
  }
}

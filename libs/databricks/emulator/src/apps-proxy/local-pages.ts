import type { IncomingMessage, ServerResponse } from 'node:http';
import { FaultPlans } from '../http/fault-plans';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { PostgresFaults } from '../lakebase-gateway/postgres-faults';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { answerScript } from './answer-script';
import { personaCookie, ProxyRefusal, toPersona, type ForwardedIdentities } from './forwarded-identity';
import { localPage, scriptPath } from './local-page';
import { localScript } from './local-script';
import type { OwnPages } from './own-pages';
import type { PersonaSessions, SessionToken } from './persona-sessions';
import { planFault, planPostgresFault } from './planned-faults';
import { wantsPage } from './proxy-answers';
import { ownPath, readFields, type SentFields } from './request-fields';

export type ShownWorkspace = Pick<
  LocalWorkspace,
  'personas' | 'servicePrincipal' | 'requestLog' | 'faults' | 's3' | 'setGroups' | 'lakebase'
>;

export interface LocalPagesParts {
  readonly workspace: ShownWorkspace;
  readonly identities: ForwardedIdentities;
  readonly sessions: PersonaSessions;
  /** Undefined where there is no database. */
  readonly postgresFaults: PostgresFaults | undefined;
}

/** What a handler has to say: JSON to a program; a form is sent back to its place on the page. */
interface Done {
  readonly status: number;
  readonly json?: unknown;
  readonly place: string;
}

type Handler = (fields: SentFields, persona: PersonaName) => Done | Promise<Done>;

/** `/.local`: the local workspace's own page. It exists in front of the app only, never in it. */
export class LocalPages implements OwnPages {
  private readonly reading: Readonly<Record<string, (persona: PersonaName) => unknown>>;
  private readonly acting: Readonly<Record<string, Handler>>;
  private readonly faults: FaultPlans;

  constructor(private readonly parts: LocalPagesParts) {
    const { workspace, sessions } = parts;
    this.faults = new FaultPlans({ workspace: workspace.faults, s3: workspace.s3.faults });
    this.reading = {
      '/.local/personas': (persona) => this.personas(persona),
      '/.local/token': async (persona) => tokenAnswer(persona, await sessions.describe(persona)),
      '/.local/faults': () => ({ faults: this.faults.list() }),
      '/.local/postgres-faults': () => ({ faults: this.postgres.list() }),
      '/.local/requests': () => ({ total: workspace.requestLog.count(), requests: workspace.requestLog.entries() }),
      '/.local/gaps': () => ({ gaps: workspace.requestLog.gaps() }),
    };
    this.acting = {
      'POST /.local/groups': (fields) => this.setGroups(fields),
      'POST /.local/token': (fields, persona) => this.changeToken(fields, persona),
      'POST /.local/faults': (fields) => ({ status: 201, json: planFault(this.faults, fields), place: 'faults' }),
      'POST /.local/faults/remove': (fields) => this.removeFault(fields.text('id') ?? ''),
      'POST /.local/faults/clear': () => this.clearFaults(),
      'DELETE /.local/faults': () => this.clearFaults(),
      'POST /.local/postgres-faults': async (fields) => {
        const hit = await planPostgresFault(this.postgres, fields);
        return { status: 201, json: { ...hit, faults: this.postgres.list() }, place: 'database' };
      },
      'POST /.local/postgres-faults/heal': () => this.healDatabase(),
      'DELETE /.local/postgres-faults': () => this.healDatabase(),
      'POST /.local/suspend': () => ({
        status: 200,
        json: { suspended: workspace.lakebase.suspend() },
        place: 'database',
      }),
    };
  }

  owns(path: string): boolean {
    return path === '/.local' || path.startsWith('/.local/');
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const persona = this.parts.identities.personaOf(request);
    const read = Object.hasOwn(this.reading, path) ? this.reading[path] : undefined;
    if (method === 'GET' || method === 'HEAD') {
      if (path === '/.local') return this.show(request, response, persona, 200);
      if (path === scriptPath) return answerScript(response, localScript);
      if (read !== undefined) return answerJson(response, 200, await read(persona));
    }
    if (method === 'POST' && path === '/.local/persona') return this.signIn(request, response);
    const act = this.handlerOf(method, path);
    if (act === undefined) throw new ProxyRefusal(404, `There is no ${method} ${path}.`);
    await this.act(act, request, response, persona);
  }

  private handlerOf(method: string, path: string): Handler | undefined {
    const key = `${method} ${path}`;
    if (Object.hasOwn(this.acting, key)) return this.acting[key];
    const fault = /^DELETE \/\.local\/faults\/([\w-]+)$/.exec(key)?.[1];
    return fault === undefined ? undefined : () => this.removeFault(fault);
  }

  /** A form that cannot be done as it is finds the page again, with the reason on it. */
  private async act(
    act: Handler,
    request: IncomingMessage,
    response: ServerResponse,
    persona: PersonaName,
  ): Promise<void> {
    const fields = await readFields(request);
    const isForm = !fields.json && request.method === 'POST' && wantsPage(request);
    try {
      const { status, json, place } = await act(fields, persona);
      if (isForm) response.writeHead(303, { location: `/.local#${place}`, 'cache-control': 'no-store' }).end();
      else if (json === undefined) response.writeHead(status, { 'cache-control': 'no-store' }).end();
      else answerJson(response, status, json);
    } catch (error) {
      if (!isForm || !(error instanceof ProxyRefusal)) throw error;
      await this.show(request, response, persona, error.status, error.message);
    }
  }

  private async show(
    request: IncomingMessage,
    response: ServerResponse,
    current: PersonaName,
    status: number,
    notice?: string,
  ): Promise<void> {
    const { workspace, sessions, postgresFaults } = this.parts;
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
    const { html, headers } = localPage({
      workspace,
      faults: this.faults.list(),
      current,
      token: await sessions.describe(current),
      postgres: postgresFaults?.list(),
      returnTo: ownPath(query.get('return_to') ?? undefined),
      notice,
    });
    response.writeHead(status, headers).end(html);
  }

  private personas(current: PersonaName): unknown {
    const personas = PERSONA_NAMES.map((name) => {
      const { userName, displayName, groups } = this.parts.workspace.personas[name];
      return { name, user_name: userName, display_name: displayName, groups };
    });
    return { personas, current };
  }

  private async signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = await readFields(request);
    const persona = namedPersona(fields);
    // Cookies know no ports, so the name is our own; a session cookie, as the platform's sign-in is.
    response.setHeader('set-cookie', `${personaCookie}=${persona}; Path=/; HttpOnly; SameSite=Lax`);
    if (fields.json) answerJson(response, 200, this.personas(persona));
    else {
      const location = ownPath(fields.text('return_to'));
      response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
    }
  }

  private async setGroups(fields: SentFields): Promise<Done> {
    const persona = namedPersona(fields);
    const given = fields.values.get('groups');
    const list = Array.isArray(given) ? given.map(String) : String(given ?? '').split(',');
    const groups = [...new Set(list.map((group) => group.trim()).filter((group) => group !== ''))];
    await this.parts.workspace.setGroups(persona, groups);
    return { status: 200, json: { name: persona, groups }, place: 'personas' };
  }

  private async changeToken(fields: SentFields, persona: PersonaName): Promise<Done> {
    const { sessions } = this.parts;
    const action = fields.text('action');
    if (action === 'renew') await sessions.renew(persona);
    else if (action === 'revoke') await sessions.revoke(persona);
    else if (action === 'expire') await sessions.expire(persona);
    else throw new ProxyRefusal(400, 'action must be one of renew, revoke, expire');
    return { status: 200, json: tokenAnswer(persona, await sessions.describe(persona)), place: 'token' };
  }

  private removeFault(id: string): Done {
    if (!this.faults.remove(id)) throw new ProxyRefusal(404, 'No such fault.');
    return { status: 204, place: 'faults' };
  }

  private clearFaults(): Done {
    this.faults.clear();
    return { status: 204, place: 'faults' };
  }

  private async healDatabase(): Promise<Done> {
    await this.postgres.heal();
    return { status: 204, place: 'database' };
  }

  private get postgres(): PostgresFaults {
    const { postgresFaults } = this.parts;
    if (postgresFaults === undefined) throw new ProxyRefusal(404, 'There is no database here.');
    return postgresFaults;
  }
}

function namedPersona(fields: SentFields): PersonaName {
  const persona = toPersona(fields.text('persona'));
  if (persona === undefined) throw new ProxyRefusal(400, `persona must be one of ${PERSONA_NAMES.join(', ')}`);
  return persona;
}

function tokenAnswer(persona: PersonaName, token: SessionToken): unknown {
  const { subject, scopes, tokenId, state } = token;
  return {
    persona,
    subject,
    scopes,
    issued_at: token.issuedAt.toISOString(),
    expires_at: token.expiresAt.toISOString(),
    token_id: tokenId,
    state,
  };
}

function answerJson(response: ServerResponse, status: number, json: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(json));
}

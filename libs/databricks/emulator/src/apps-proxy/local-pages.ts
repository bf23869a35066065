import type { IncomingMessage, ServerResponse } from 'node:http';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { personaCookie, toPersona, type ForwardedIdentities } from './forwarded-identity';
import { answerRefusal } from './proxy-answers';
import { signInPage } from './sign-in-page';

const bodyLimit = 10_000;

/** `/.local`: the sign-in of the local workspace. It exists in front of the app only, never in it. */
export class LocalPages {
  constructor(
    private readonly workspace: Pick<LocalWorkspace, 'personas' | 'requestLog'>,
    private readonly identities: ForwardedIdentities,
  ) {}

  owns(path: string): boolean {
    return path === '/.local' || path.startsWith('/.local/');
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/.local' && reading) {
      const { html, headers } = signInPage(this.workspace, this.identities.personaOf(request));
      response.writeHead(200, headers).end(html);
    } else if (path === '/.local/personas' && reading) {
      this.answerPersonas(response, this.identities.personaOf(request));
    } else if (path === '/.local/persona' && request.method === 'POST') {
      await this.signIn(request, response);
    } else answerRefusal(response, 404, `There is no ${request.method} ${path}.`);
  }

  private answerPersonas(response: ServerResponse, current: PersonaName): void {
    const personas = PERSONA_NAMES.map((name) => {
      const { userName, displayName, groups } = this.workspace.personas[name];
      return { name, user_name: userName, display_name: displayName, groups };
    });
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify({ personas, current }));
  }

  private async signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = await readFields(request);
    const persona = toPersona(fields?.get('persona') ?? undefined);
    if (fields === undefined || persona === undefined) {
      answerRefusal(response, 400, `persona must be one of ${PERSONA_NAMES.join(', ')}`);
      return;
    }
    // Cookies know no ports, so the name is our own; a session cookie, as the platform's sign-in is.
    response.setHeader('set-cookie', `${personaCookie}=${persona}; Path=/; HttpOnly; SameSite=Lax`);
    if (isJson(request)) this.answerPersonas(response, persona);
    else response.writeHead(303, { location: ownPath(fields.get('return_to')), 'cache-control': 'no-store' }).end();
  }
}

async function readFields(request: IncomingMessage): Promise<Map<string, string> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (!isJson(request)) return new Map(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return new Map(Object.entries(value ?? {}).map(([name, field]) => [name, String(field)]));
  } catch {
    return undefined;
  }
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\b/i.test(request.headers['content-type'] ?? '');
}

/** Only a path of this origin: `//host` and `/\host` would lead elsewhere. */
function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}

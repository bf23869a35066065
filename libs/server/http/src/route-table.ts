import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  method: string;
  url: string;
  matches: RegExp;
}

/** The routes as Fastify knows them: tells a wrong method from a wrong path, and lets a test look at every one of them. */
export class RouteTable {
  private readonly known: KnownRoute[] = [];

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ method, url }) => {
      if (url.includes('*')) return;
      for (const one of [method].flat()) this.known.push({ method: one, url, matches: patternOf(url) });
    });
  }

  get routes(): readonly { method: string; url: string }[] {
    return this.known;
  }

  /** The template that a path belongs to; undefined when there is no such route. Templates belong to themselves. */
  templateOf(path: string): string | undefined {
    const matching = this.known.filter(({ url, matches }) => url === path || matches.test(path)).map(({ url }) => url);
    // As the router does it: what is written out goes before what stands for anything.
    return matching.sort((left, right) => parametersOf(left) - parametersOf(right))[0];
  }

  allowedMethods(path: string): string[] {
    return [...new Set(this.known.filter(({ matches }) => matches.test(path)).map(({ method }) => method))].sort();
  }
}

function parametersOf(url: string): number {
  return url.split('/:').length;
}

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escape(segment)));
  return new RegExp(`^${segments.join('/')}$`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

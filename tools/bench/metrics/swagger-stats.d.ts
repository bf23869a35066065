/** The package brings no types; this is what the benchmark uses of it. */
declare module 'swagger-stats' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  const swaggerStats: {
    getMiddleware(options: {
      name: string;
    }): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  };
  export default swaggerStats;
}

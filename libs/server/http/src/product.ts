/** What is running, for /health and the User-Agent. */
export class Product {
  readonly name = 'lakescope';

  constructor(readonly version: string) {}
}

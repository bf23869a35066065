/** Where two endpoints are compared: below a segment of its own, so that an endpoint may be called whatever it likes. */
export const COMPARISON = '/serving/-/compare';

export { HttpApp, type HttpAppOptions } from './http-app';
export { LocalStack, type LocalStackOptions } from './local-stack';

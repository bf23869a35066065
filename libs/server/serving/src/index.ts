export { EndpointSearch } from './endpoints/endpoint-search';
export { ServingEndpointDto } from './endpoints/serving-endpoint.dto';
export { ServingModule } from './serving.module';

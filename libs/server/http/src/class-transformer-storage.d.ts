/** Where class-transformer keeps what its decorators tell; the package has the types, not beside the code. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}

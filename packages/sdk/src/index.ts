export { ApigateError, type ApigateErrorCode, type ApigateErrorDetails } from './apigate-error.ts';
export { type Apigate, type ApigateOptions, createApigate } from './create-apigate.ts';
export type { Listing, Page } from './listing.ts';
export type { Token, Upload } from './transport.ts';
export type * from './types.ts';
export type { VerifyOptions } from './verify-key.ts';

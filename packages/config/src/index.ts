export { environment } from './environment.ts';
export { openFilesMax } from './open-files-max.ts';
export { ConfigError, parseEnvironment } from './parse-environment.ts';
export { Secret } from './secret.ts';
export { boolean, cidrList, durationSeconds, integer, port, secret, url } from './variables.ts';

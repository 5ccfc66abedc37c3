/**
 * express-gateway with credentials of its own.
 *
 *   node express-gateway.mjs CONFIG_DIR CREDENTIALS
 *
 * Each line of the file CREDENTIALS is `keyId:keySecret`. Plain JavaScript, because what it imports is there only once
 * the bench has installed it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const insertsAtOnce = 100;
const [, , configDir, credentialsFile] = process.argv;
const require = createRequire(import.meta.url);

process.env.EG_CONFIG_DIR = configDir;
const gateway = require('express-gateway');
const services = require('express-gateway/lib/services');

const name = { username: 'bench', firstname: 'Bench', lastname: 'Bench' };
const user = await services.user.insert(name);
const credentials = readFileSync(credentialsFile, 'utf8').trim().split('\n');
while (credentials.length > 0) {
  const inserts = credentials.splice(0, insertsAtOnce).map((credential) => {
    const [keyId, keySecret] = credential.split(':');
    return services.credential.insertCredential(user.id, 'key-auth', { keyId, keySecret });
  });
  await Promise.all(inserts);
}
await gateway().load(configDir).run();

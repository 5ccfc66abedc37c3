// Zod tries whether it may compile code, and the policy of this site reports that it may not. Its own `config` says the
// same as this object of Zod's, and would bring a third of Zod along before the first page.
Reflect.set(globalThis, '__zod_globalConfig', { jitless: true });

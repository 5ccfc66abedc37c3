import { config } from 'zod/v4/core';

// Zod tries whether it may compile code, and the policy of this site reports that it may not.
config({ jitless: true });

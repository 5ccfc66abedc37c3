import { router } from '../trpc.ts';
import { alerts } from './alerts.ts';
import { analytics } from './analytics.ts';
import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { invites } from './invites.ts';
import { keys } from './keys.ts';
import { mails } from './mails.ts';
import { plans } from './plans.ts';
import { reference } from './reference.ts';
import { routes } from './routes.ts';
import { search } from './search.ts';
import { security } from './security.ts';
import { serviceKeys } from './service-keys.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { upstreams } from './upstreams.ts';
import { usage } from './usage.ts';
import { users } from './users.ts';
import { views } from './views.ts';

export const appRouter = router({
  alerts,
  analytics,
  audit,
  auth,
  invites,
  keys,
  mails,
  plans,
  reference,
  routes,
  search,
  security,
  serviceKeys,
  sessions,
  settings,
  setup,
  upstreams,
  usage,
  users,
  views,
});

export type AppRouter = typeof appRouter;

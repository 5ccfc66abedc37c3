import type { SignedIn, UsageOutcome } from '@apigate/contract';
import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../routers/index.ts';
import { userUpdates } from './update-user.ts';

/** What resolvers are called with: the procedures, for the caller of this request. */
type GraphqlContext = ReturnType<typeof makeGraphqlContext>;

/** Makes the context of one request. */
export function makeGraphqlContext(request: RequestContext) {
  const { users } = userUpdates.createCaller(request);
  return { call: appRouter.createCaller(request), updateUser: users.update };
}

type Resolvers = Record<string, GraphQLFieldResolver<unknown, GraphqlContext>>;

const queries: Resolvers = {
  me: async (_, _args, { call }) => {
    const caller = await call.auth.me();
    return caller.kind === 'user' ? caller.user : null;
  },
  users: async (_, { where, limit }, { call }) =>
    (await call.users.list({ ...given(where), limit })).data,
  usersPage: (_, { where, ...page }, { call }) =>
    call.users.list({ ...given(where), ...given(page) }),
  user: (_, { id }, { call }) => call.users.get({ user: id }),
  credentials: (_, { where, ...page }, { call }) =>
    call.keys.list({ ...given(where), ...given(page) }),
  credential: (_, { id }, { call }) => call.keys.get({ key: id }),
  plans: (_, { where, ...page }, { call }) => call.plans.list({ ...given(where), ...given(page) }),
  plan: (_, { id }, { call }) => call.plans.get({ plan: id }),
  usage: (_, args, { call }) => call.usage.summary(given(args)),
  usageEvents: (_, { where, ...page }, { call }) =>
    call.usage.events({ ...given(where), ...given(page) }),
  analyticsOverview: (_, args, { call }) => call.analytics.overview(given(args)),
  analyticsTimeseries: (_, args, { call }) => call.analytics.timeseries(given(args)),
  analyticsUsers: (_, args, { call }) => call.analytics.users(given(args)),
  routes: (_, { where, ...page }, { call }) =>
    call.routes.list({ ...given(where), ...given(page) }),
  route: (_, { id }, { call }) => call.routes.get({ route: id }),
  upstreams: (_, page, { call }) => call.upstreams.list(given(page)),
  upstream: (_, { id }, { call }) => call.upstreams.get({ upstream: id }),
};

const mutations: Resolvers = {
  register: async (_, { registerInput }, { call }) => {
    const { session } = await call.auth.register(given(registerInput));
    return session === null ? {} : authPayload(session);
  },
  login: async (_, { loginInput }, { call }) =>
    authPayload(await call.auth.signIn(given(loginInput))),
  refreshToken: async (_, { refreshToken }, { call }) =>
    authPayload(await call.auth.refresh({ refreshToken })),
  logout: async (_, args, { call }) => (await call.auth.signOut(given(args))).ok,
  createUser: (_, { createUserInput }, { call }) => call.users.create(given(createUserInput)),
  updateUser: (_, { id, updateUserInput }, { updateUser }) =>
    updateUser({ ...updateUserInput, user: id }),
  setUserPassword: (_, { id, password }, { call }) =>
    call.users.setPassword({ user: id, password }),
  verifyUser: (_, { id }, { call }) => call.users.verify({ user: id }),
  deleteUser: (_, { id }, { call }) => call.users.delete({ user: id }),
  createCredential: (_, { createCredentialInput }, { call }) => {
    const { consumerId, type: _type, ...fields } = given(createCredentialInput);
    const isChosen = fields.keyId !== undefined || fields.keySecret !== undefined;
    return call.keys.create({
      name: fields.keyId,
      ...fields,
      user: consumerId,
      kind: isChosen ? 'basic' : 'key',
    });
  },
  updateCredential: (_, { id, updateCredentialInput }, { call }) =>
    call.keys.update({ ...updateCredentialInput, key: id }),
  rotateCredential: (_, { id, rotateCredentialInput }, { call }) =>
    call.keys.rotate({ ...given(rotateCredentialInput), key: id }),
  revokeCredential: (_, { id }, { call }) => call.keys.revoke({ key: id }),
  createPlan: (_, { createPlanInput }, { call }) => call.plans.create(createPlanInput),
  updatePlan: (_, { id, updatePlanInput }, { call }) =>
    call.plans.update({ ...updatePlanInput, plan: id }),
  deletePlan: (_, { id }, { call }) => call.plans.delete({ plan: id }),
  createUpstream: (_, { createUpstreamInput }, { call }) =>
    call.upstreams.create(given(createUpstreamInput)),
  updateUpstream: (_, { id, updateUpstreamInput }, { call }) =>
    call.upstreams.update({ ...updateUpstreamInput, upstream: id }),
  deleteUpstream: (_, { id }, { call }) => call.upstreams.delete({ upstream: id }),
  createRoute: (_, { createRouteInput }, { call }) => call.routes.create(given(createRouteInput)),
  updateRoute: (_, { id, updateRouteInput }, { call }) =>
    call.routes.update({ ...updateRouteInput, route: id }),
  deleteRoute: (_, { id }, { call }) => call.routes.delete({ route: id }),
};

/** What fields do that are not in the procedures' answers under the same name. */
export const resolvers: Readonly<Record<string, Resolvers>> = {
  Query: queries,
  Mutation: mutations,
  User: { isActive: (user) => Reflect.get(Object(user), 'status') === 'active' },
  Credential: { type: () => 'KEY_AUTH' },
  OutcomeCounts: {
    success: outcome('2xx'),
    redirect: outcome('3xx'),
    clientError: outcome('4xx'),
    serverError: outcome('5xx'),
  },
};

/** Arguments without those that are null, where that means the same as to leave them out. The procedures check them. */
function given<Args extends object>(args: Args | null | undefined): Args {
  const entries = Object.entries(args ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Args;
}

function authPayload({ accessToken, refreshToken, accessTokenExpiresAt, user }: SignedIn) {
  return { accessToken, refreshToken, expiresAt: accessTokenExpiresAt, user };
}

function outcome(name: UsageOutcome): Resolvers[string] {
  return (counts) => Reflect.get(Object(counts), name) ?? 0;
}

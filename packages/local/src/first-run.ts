import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  createPlanInput,
  createRouteInput,
  createUpstreamInput,
  createUserInput,
} from '@apigate/contract';
import {
  createKey,
  createPlan,
  createRoute,
  createUpstream,
  createUser,
  Plan,
  Upstream,
  User,
  updateUpstream,
  type DomainContext,
} from '@apigate/domain';
import type { LocalConfig } from './config.ts';
import { writePrivateFile } from './private-file.ts';

/** The credentials of the quickstart, as `quickstart.json` holds them. */
export interface Quickstart {
  apiUrl: string;
  proxyUrl: string;
  adminEmail: string;
  adminPassword: string;
  customerEmail: string;
  customerPassword: string;
  customerKey: string;
}

const sampleUpstreamName = 'Sample API';
const plans = [
  { name: 'Free', isDefault: true },
  { name: 'Pro', priceMonthlyCents: 2900, requestsPerMonth: 100_000, rateLimitPerMinute: 600 },
  {
    name: 'Enterprise',
    priceMonthlyCents: 49_900,
    requestsPerMonth: 5_000_000,
    rateLimitPerMinute: 6000,
    enforcement: 'soft' as const,
    overageCentsPer1000: 20,
  },
];

/** Whether this installation is to be set up as something to try out, rather than from its environment. */
function wantsQuickstart(config: LocalConfig): boolean {
  return config.databaseUrl === null && config.upstreamUrl === null && config.adminEmail === null;
}

/**
 * Fills an empty database: with the quickstart, or with what the environment says. One that has users or plans is left
 * as it is.
 *
 * @returns the credentials of a quickstart that was made now; null otherwise.
 */
export async function firstRun(
  ctx: DomainContext,
  config: LocalConfig,
): Promise<Quickstart | null> {
  const isEmpty = (await ctx.em.count(Plan)) === 0 && (await ctx.em.count(User)) === 0;
  if (!isEmpty) return null;
  const file = path.join(config.dataDir, 'quickstart.json');
  try {
    return await ctx.em.transactional(async (em) => {
      const inside = { ...ctx, em };
      if (!wantsQuickstart(config)) {
        await fromEnvironment(inside, config);
        return null;
      }
      const quickstart = await makeQuickstart(inside, config);
      // Before the commit: what was committed without its credentials could not be used.
      await writePrivateFile(file, `${JSON.stringify(quickstart, null, 2)}\n`);
      return quickstart;
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function fromEnvironment(ctx: DomainContext, config: LocalConfig): Promise<void> {
  await createPlan(ctx, createPlanInput.parse({ name: 'Default', isDefault: true }));
  if (config.adminEmail !== null) {
    await createUser(
      ctx,
      createUserInput.parse({
        email: config.adminEmail,
        password: config.adminPassword ?? undefined,
        role: 'admin',
      }),
    );
  }
  if (config.upstreamUrl !== null) await makeRoute(ctx, 'Default', '/*', config.upstreamUrl);
}

async function makeQuickstart(ctx: DomainContext, config: LocalConfig): Promise<Quickstart> {
  for (const plan of plans) await createPlan(ctx, createPlanInput.parse(plan));
  const newPassword = () => randomBytes(12).toString('base64url');
  const quickstart = {
    apiUrl: config.apiUrl,
    proxyUrl: config.proxyUrl,
    adminEmail: 'admin@apigate.local',
    adminPassword: newPassword(),
    customerEmail: 'customer@apigate.local',
    customerPassword: newPassword(),
  };
  await createUser(
    ctx,
    createUserInput.parse({
      email: quickstart.adminEmail,
      password: quickstart.adminPassword,
      name: 'Admin',
      role: 'admin',
    }),
  );
  const customer = await createUser(
    ctx,
    createUserInput.parse({
      email: quickstart.customerEmail,
      password: quickstart.customerPassword,
      name: 'First customer',
    }),
  );
  const { secret } = await createKey(ctx, {
    user: customer.id,
    name: 'Quickstart',
    kind: 'key',
    scopes: [],
    allowedIps: null,
    rateLimitPerMinute: null,
    expiresAt: null,
  });
  // No port yet: the first start fills it in.
  await makeRoute(ctx, sampleUpstreamName, '/echo/*', 'http://127.0.0.1');
  return { ...quickstart, customerKey: secret };
}

async function makeRoute(
  ctx: DomainContext,
  name: string,
  routePath: string,
  url: string,
): Promise<void> {
  const upstream = await createUpstream(ctx, createUpstreamInput.parse({ name, url }));
  await createRoute(ctx, createRouteInput.parse({ name, path: routePath, upstream: upstream.id }));
}

/** The URL of the quickstart's upstream, if it is still there and so needs the sample API behind it. */
export async function sampleApiUrl(ctx: DomainContext): Promise<URL | null> {
  const upstream = await ctx.em.findOne(Upstream, { name: sampleUpstreamName });
  return upstream && /^http:\/\/127\.0\.0\.1(?::|$)/.test(upstream.url)
    ? new URL(upstream.url)
    : null;
}

/** Points the quickstart's upstream at the sample API. */
export async function pointAtSampleApi(ctx: DomainContext, url: string): Promise<void> {
  await updateUpstream(ctx, { upstream: sampleUpstreamName, url });
}

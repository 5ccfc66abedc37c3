import {
  settingDefinitions,
  settingName,
  type Parsed,
  type SettingName,
  type setSettingInput,
  type SettingView,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize, notFound } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { sealSecret } from '../secret-box.ts';
import { requireVersion } from '../versions.ts';
import { acceptedBy } from './accepted-by.ts';
import { readLogo } from './read-logo.ts';
import { Setting } from './setting.ts';
import { settingSecretPurpose } from './setting-secret.ts';
import { settingsFromRows } from './settings-from-rows.ts';

function nameOf(text: string): SettingName {
  const parsed = settingName.safeParse(text);
  if (!parsed.success) throw notFound('setting');
  return parsed.data;
}

const isSecret = (name: SettingName) => settingDefinitions[name].visibility === 'secret';

/** Waits until nobody else changes the setting, and refuses where it is not as the caller knows it. */
async function takeTurnWith(ctx: DomainContext, em: EntityManager, name: SettingName) {
  await em.execute(`select pg_advisory_xact_lock(hashtext(?))`, [`apigate:setting:${name}`]);
  requireVersion(ctx, await getSetting({ ...ctx, em, actor: { kind: 'system' } }, { name }));
}

/** A value as the audit log keeps it: of a secret nothing, of an image what tells it from others. */
function shown(name: SettingName, plain: unknown): { value: unknown } {
  if (isSecret(name)) return { value: '[secret]' };
  if (name !== 'brand.logo' || plain === '') return { value: plain };
  const { type, content, version } = readLogo(String(plain));
  return { value: `${type}, ${content.length} bytes, SHA-256 ${version}…` };
}

/** Every setting with what is in force; secrets are never told. */
export async function listSettings(ctx: DomainContext): Promise<{ data: SettingView[] }> {
  authorize(ctx.actor, 'settings.read');
  const rows = await ctx.em.find(Setting, {});
  const inForce = settingsFromRows(rows);
  const stored = new Map(rows.map((row) => [row.name, row]));
  return {
    data: settingName.options.map((name) => {
      const { description, visibility, default: fallback } = settingDefinitions[name];
      return {
        name,
        value: isSecret(name) ? null : inForce[name],
        default: isSecret(name) ? null : fallback,
        isSet: stored.has(name),
        description,
        accepts: acceptedBy(name),
        visibility,
        updatedAt: stored.get(name)?.updatedAt ?? null,
      };
    }),
  };
}

/** @throws DomainError not_found */
export async function getSetting(
  ctx: DomainContext,
  input: { name: string },
): Promise<SettingView> {
  authorize(ctx.actor, 'settings.read');
  const name = nameOf(input.name);
  const found = (await listSettings(ctx)).data.find((setting) => setting.name === name);
  if (found === undefined) throw notFound('setting');
  return found;
}

/** Text from a command line stands for what it says: `true` for true, `12` for 12. */
function candidates(value: string | number | boolean): unknown[] {
  if (typeof value !== 'string') return [value];
  if (value === 'true') return [true, value];
  if (value === 'false') return [false, value];
  return /^-?\d+$/.test(value) ? [Number(value), value] : [value];
}

function parsed(name: SettingName, value: string | number | boolean) {
  const { schema } = settingDefinitions[name];
  const results = candidates(value).map((candidate) => schema.safeParse(candidate));
  const good = results.find((result) => result.success);
  if (good !== undefined) {
    // More can be wrong with an image than a schema tells.
    if (name === 'brand.logo' && good.data !== '') readLogo(String(good.data));
    return good.data;
  }
  const message = results[0]?.error?.issues[0]?.message ?? 'is not valid';
  throw new DomainError('bad_request', `${name}: ${message}`, {
    errors: [{ path: 'value', message }],
  });
}

/** Sets a setting; it is in force on every proxy within a second. @throws DomainError not_found, bad_request */
export async function setSetting(
  ctx: DomainContext,
  input: Parsed<typeof setSettingInput>,
): Promise<SettingView> {
  authorize(ctx.actor, 'settings.write');
  const name = nameOf(input.name);
  if (isSecret(name)) authorize(ctx.actor, 'settings.write_secret');
  const value = parsed(name, input.value);
  await ctx.em.transactional(async (em) => {
    await takeTurnWith(ctx, em, name);
    const before = settingsFromRows(await em.find(Setting, {}))[name];
    const stored = isSecret(name)
      ? sealSecret(ctx.secrets.encryptionKey, settingSecretPurpose, String(value))
      : value;
    await em.upsert(Setting, { name, value: stored, updatedAt: ctx.now });
    await recordAudit(ctx, em, {
      action: 'settings.set',
      target: { kind: 'setting', id: name, label: name },
      before: shown(name, before),
      after: shown(name, value),
    });
  });
  ctx.em.clear();
  return getSetting({ ...ctx, actor: { kind: 'system' } }, { name });
}

/** Puts a setting back to its default. @throws DomainError not_found */
export async function unsetSetting(
  ctx: DomainContext,
  input: { name: string },
): Promise<SettingView> {
  authorize(ctx.actor, 'settings.write');
  const name = nameOf(input.name);
  if (isSecret(name)) authorize(ctx.actor, 'settings.write_secret');
  await ctx.em.transactional(async (em) => {
    await takeTurnWith(ctx, em, name);
    const before = settingsFromRows(await em.find(Setting, {}))[name];
    const removed = await em.nativeDelete(Setting, { name });
    if (removed === 0) return;
    await recordAudit(ctx, em, {
      action: 'settings.unset',
      target: { kind: 'setting', id: name, label: name },
      before: shown(name, before),
      after: shown(name, settingDefinitions[name].default),
    });
  });
  ctx.em.clear();
  return getSetting({ ...ctx, actor: { kind: 'system' } }, { name });
}

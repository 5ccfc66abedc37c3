import type { KeyVerdict, Parsed, RefusalCode, verifyKeyInput } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { normalisePath, readCredential, Refusal } from '../gateway/index.ts';
import { judgeRequest, type Judgement } from './judge-request.ts';
import type { KeyGate } from './key-gate.ts';

/** What is no verdict on the key: it could not be checked. */
const undecided: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['not_ready', 'overloaded']);

/**
 * Whether a customer's key is good for a request, by the rules of the proxy.
 *
 * @throws DomainError not_ready, overloaded when that cannot be told now; bad_request for a path that no route can have
 */
export async function verifyKey(
  ctx: Pick<DomainContext, 'actor'>,
  gate: KeyGate,
  input: Parsed<typeof verifyKeyInput>,
): Promise<KeyVerdict> {
  authorize(ctx.actor, 'keys.verify');
  if (!(await gate.isReady())) throw refusedAs(new Refusal('not_ready'));
  const { method, host, ip = null, scopes, cost = null, count } = input;
  const path = input.path === undefined ? null : pathOf(input.path);
  const judgement = await judgeRequest(gate, {
    credential: readCredential(
      { apiKey: input.key, authorization: null, hasRivalCredentials: false },
      true,
    ),
    match: path === null ? null : gate.snapshot.routes.match(method, host ?? '', path),
    method: path === null ? 'POST' : method,
    path: path ?? '/v1/keys/verify',
    ip,
    scopes,
    cost,
    isCounted: count,
    userAgent: null,
  });
  const { refusal } = judgement;
  if (refusal !== null && undecided.has(refusal.code)) throw refusedAs(refusal);
  return verdictOf(judgement, count);
}

function pathOf(target: string): string {
  const path = normalisePath(target.split('?', 1)[0] ?? '');
  if (!(path instanceof Refusal)) return path;
  throw new DomainError('bad_request', path.detail, {
    errors: [{ path: 'path', message: path.detail }],
  });
}

function refusedAs({ code, detail }: Refusal): DomainError {
  return new DomainError(code === 'overloaded' ? 'overloaded' : 'not_ready', detail);
}

function verdictOf(judgement: Judgement, isCounted: boolean): KeyVerdict {
  const { requestId, refusal, caller, terms, rate, quota, period, atMs } = judgement;
  return {
    valid: refusal === null,
    code: refusal?.code ?? 'valid',
    status: refusal?.status ?? 200,
    detail: refusal?.detail ?? 'The key is good for this request.',
    requestId: isCounted && caller !== null ? requestId : null,
    userId: caller?.user.id ?? null,
    keyId: caller?.key.id ?? null,
    plan: terms?.planSlug ?? null,
    scopes: [...(caller?.key.scopes ?? [])],
    metadata: { ...caller?.user.metadata },
    ratelimit:
      rate === null
        ? null
        : {
            limit: rate.perMinute,
            remaining: rate.remaining,
            reset: Math.ceil((atMs + rate.fullAfterMs) / 1000),
            retryAfterSeconds: refusal?.code === 'rate_limited' ? refusal.retryAfterSeconds : null,
          },
    quota:
      quota === null
        ? null
        : {
            limit: quota.limit,
            used: quota.used,
            remaining: quota.limit === null ? null : Math.max(0, quota.limit - quota.used),
            reset: period.endMs / 1000,
          },
  };
}

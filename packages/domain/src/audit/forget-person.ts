import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Takes every e-mail address that a user has or had out of the audit log; their digests stay in their place and the
 * chain holds.
 */
export async function forgetPerson(em: EntityManager, userId: string): Promise<void> {
  await em.execute(
    `with tokens as (
      select actor_label as token from audit_events where actor_kind = 'user' and actor_id = ?
      union select target_label from audit_events where target_kind = 'user' and target_id = ?
      union select before ->> 'email' from audit_events where target_kind = 'user' and target_id = ?
      union select after ->> 'email' from audit_events where target_kind = 'user' and target_id = ?
    )
    update audit_events set personal = personal - array(select token from tokens where token is not null)
    where jsonb_exists_any(personal, array(select token from tokens where token is not null))`,
    Array(4).fill(userId),
  );
}

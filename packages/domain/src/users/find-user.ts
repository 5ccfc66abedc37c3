import { looksLikeId } from '@apigate/contract';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import { User } from './user.ts';

/**
 * Finds a user by id, external id, e-mail address or username, in that order.
 *
 * @throws DomainError not_found
 */
export async function findUser(em: EntityManager, ref: string) {
  const find = (
    where: { id: string } | { externalId: string } | { email: string } | { username: string },
  ) => em.findOne(User, where, { populate: ['plan'] });
  const lower = ref.toLowerCase();
  const found = looksLikeId(ref)
    ? await find({ id: ref })
    : ref.includes('@')
      ? await find({ email: lower })
      : ((await find({ externalId: ref })) ?? (await find({ username: lower })));
  if (found === null) throw notFound('user');
  return found;
}

/** As {@link findUser}, and locks the row until the transaction ends. */
export async function findUserForUpdate(em: EntityManager, ref: string) {
  const { id } = await findUser(em, ref);
  const found = await em.findOne(
    User,
    { id },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (found === null) throw notFound('user');
  await em.populate(found, ['plan']);
  return found;
}

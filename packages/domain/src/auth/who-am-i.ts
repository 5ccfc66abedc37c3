import type { Caller } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { ServiceKey } from '../keys/service-key.ts';
import { findUser } from '../users/find-user.ts';
import { userView } from '../users/user-view.ts';

/** Who is calling. @throws DomainError unauthenticated */
export async function whoAmI(ctx: DomainContext): Promise<Caller> {
  const { actor, em } = ctx;
  switch (actor.kind) {
    case 'user':
      return {
        kind: 'user',
        user: userView(await findUser(em, actor.id)),
        mustEnrolSecondFactor: actor.mustEnrolSecondFactor,
      };
    case 'service': {
      const { id, name, scopes } = await em.findOneOrFail(ServiceKey, { id: actor.id });
      return { kind: 'service', id, name, scopes };
    }
    case 'anonymous':
    case 'system':
      throw new DomainError('unauthenticated', 'Sign in first.');
  }
}

import { createKeyInput } from '@apigate/contract';
import { createKey, openOrm, type DomainContext } from '@apigate/domain';
import { drillContext } from './drill-database.ts';
import type { DrillStack } from './stack.ts';

/** Changes things as the control plane does, past any fault between it and the database. */
export interface DrillDomain extends AsyncDisposable {
  change: <Result>(work: (ctx: DomainContext) => Promise<Result>) => Promise<Result>;
  query: DrillStack['query'];
  /** Makes keys of the first user that no proxy has seen yet. */
  newKeys: (count: number) => Promise<{ id: string; secret: string }[]>;
}

export async function openDomain({ databaseUrl, variables }: DrillStack): Promise<DrillDomain> {
  const orm = await openOrm(databaseUrl);
  const keyPepper = Buffer.from(variables['APIGATE_KEY_PEPPER'] ?? '');
  const encryptionKey = Buffer.from(variables['APIGATE_ENCRYPTION_KEY'] ?? '');
  const change: DrillDomain['change'] = (work) =>
    work(drillContext(orm.em.fork(), keyPepper, encryptionKey));
  const [user] = await orm.em.fork().execute<{ id: string }[]>('select id from users limit 1');
  return {
    change,
    query: (sql) => orm.em.fork().execute(sql),
    newKeys: (count) =>
      Promise.all(
        Array.from({ length: count }, () =>
          change(async (ctx) => {
            const input = createKeyInput.parse({ user: user?.id, name: 'New' });
            const { id, secret } = await createKey(ctx, input);
            return { id, secret };
          }),
        ),
      ),
    [Symbol.asyncDispose]: () => orm.close(true),
  };
}

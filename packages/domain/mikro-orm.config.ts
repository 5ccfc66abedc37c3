import { ormConfig } from './src/orm.ts';

/** For the `mikro-orm` command alone: `DATABASE_URL` names the database to compare with or migrate. */
export default ormConfig(process.env['DATABASE_URL'] ?? 'postgres://localhost/apigate');

import { Migration } from '@mikro-orm/migrations';

/** How each refusal came about, beside the event itself. */
export class Migration20261121232500_refusal_decisions extends Migration {
  override name = 'Migration20261121232500_refusal_decisions';

  override up(): void {
    this.addSql(`alter table "usage_events" add column "decision" jsonb null`);
  }

  override down(): void {
    this.addSql(`alter table "usage_events" drop column "decision"`);
  }
}

import { Migration } from '@mikro-orm/migrations';

export class Migration20261121231900_service_key_records extends Migration {
  override up(): void | Promise<void> {
    this.addSql(
      `alter table "access_records" add column "service_key_id" uuid null references "service_keys" ("id") on delete set null`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "access_records" drop column "service_key_id"`);
  }
}

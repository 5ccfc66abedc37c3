import { Migration } from '@mikro-orm/migrations';

/** What the portal shows of the API: one, made of an OpenAPI document. */
export class Migration20261122061500_api_reference extends Migration {
  override name = 'Migration20261122061500_api_reference';

  override up(): void {
    this.addSql(
      `create table "api_reference" ("only" boolean primary key default true check ("only"), "content" jsonb not null, "url" text null, "updated_at" timestamptz(3) not null)`,
    );
  }

  override down(): void {
    this.addSql(`drop table "api_reference"`);
  }
}

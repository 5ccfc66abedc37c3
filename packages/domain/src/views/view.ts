import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const ViewSchema = defineEntity({
  name: 'View',
  tableName: 'views',
  indexes: [
    {
      name: 'views_name_unique',
      expression:
        'create unique index "views_name_unique" on "views" ("list", "owner_id", lower("name")) nulls not distinct',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    list: p.text(),
    name: p.text(),
    search: p.text(),
    /** Null for one that is shared. */
    owner: () =>
      p.manyToOne(User).ref().nullable().index().deleteRule('cascade').updateRule('no action'),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A list of the console as somebody wants to see it again. */
export class View extends ViewSchema.class {}
ViewSchema.setClass(View);

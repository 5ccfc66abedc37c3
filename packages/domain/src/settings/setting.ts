import { defineEntity, p } from '@mikro-orm/core';

const SettingSchema = defineEntity({
  name: 'Setting',
  tableName: 'settings',
  properties: {
    name: p.text().primary(),
    value: p.json().$type<string | number | boolean>(),
    updatedAt: p.datetime(3),
  },
});

/** A setting that differs from its default. */
export class Setting extends SettingSchema.class {}
SettingSchema.setClass(Setting);

import {
  analyticsOverview,
  key,
  plan,
  route,
  timeseries,
  timeseriesGroup,
  timeseriesPoint,
  upstream,
  usageEvent,
  usageSummary,
  user,
  userPage,
  userUsage,
} from '@apigate/contract';
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from './schema.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('tells of every type, field, argument and value what it is', () => {
  const silent = types.flatMap((type) => {
    const fields =
      isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
    const args = isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field) => field.args)
      : [];
    const values = isEnumType(type) ? type.getValues() : [];
    return [type, ...fields, ...args, ...values]
      .filter(({ description }) => description == null || description === '')
      .map(({ name }) => `${type.name}: ${name}`);
  });
  expect(silent).toEqual([]);
  expect(types.length).toBeGreaterThan(40);
});

describe('shows all that the contract has', () => {
  test.each([
    ['User', user],
    ['UserPage', userPage],
    ['Credential', key],
    ['Plan', plan],
    ['Route', route],
    ['Upstream', upstream],
    ['UsageEvent', usageEvent],
    ['UsageSummary', usageSummary],
    ['AnalyticsOverview', analyticsOverview],
    ['UserUsage', userUsage],
    ['TimeseriesPoint', timeseriesPoint],
    ['TimeseriesGroup', timeseriesGroup],
    ['Timeseries', timeseries],
  ])('of a %s', (name, { shape }) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no type`);
    expect(Object.keys(type.getFields())).toEqual(expect.arrayContaining(Object.keys(shape)));
  });
});

test('does something for each operation, and bounds each list of them', () => {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      expect(field.resolve, field.name).toBeDefined();
      const isList = isListType(field.type) || nameOf(field.type).endsWith('Page');
      expect(
        field.args.some(({ name }) => name === 'limit'),
        field.name,
      ).toBe(isList);
      // One that fails leaves the others of its request alone.
      expect(isNonNullType(field.type), field.name).toBe(false);
    }
  }
});

function nameOf(type: GraphQLOutputType): string {
  return String(type).replaceAll(/[[\]!]/g, '');
}

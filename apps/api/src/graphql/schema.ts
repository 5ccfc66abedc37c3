import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isEnumType, isObjectType, isScalarType, type GraphQLSchema } from 'graphql';
import { resolvers } from './resolvers.ts';
import { scalars } from './scalars.ts';

const folder = path.join(import.meta.dirname, 'schema');

/** What enum values are in the contract, where that is not the same word in lower case. */
const enumValues: Readonly<Record<string, (name: string) => string>> = {
  UserRole: (name) => (name === 'USER' ? 'customer' : name.toLowerCase()),
  CredentialType: (name) => name,
  HttpMethod: (name) => name,
};

/** The types and operations at `/graphql`, one file a noun in the folder `schema`, with what each field does. */
export const schema: GraphQLSchema = makeSchema();

function makeSchema(): GraphQLSchema {
  const files = readdirSync(folder).toSorted();
  const made = buildSchema(
    files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n'),
  );
  for (const type of Object.values(made.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isEnumType(type)) {
      const valueOf = enumValues[type.name] ?? ((name: string) => name.toLowerCase());
      for (const value of type.getValues()) value.value = valueOf(value.name);
    }
    if (isScalarType(type)) Object.assign(type, scalars[type.name]);
    if (isObjectType(type)) {
      for (const [name, resolve] of Object.entries(resolvers[type.name] ?? {})) {
        const field = type.getFields()[name];
        if (field === undefined) throw new Error(`the schema has no ${type.name}.${name}`);
        field.resolve = resolve;
      }
    }
  }
  return made;
}

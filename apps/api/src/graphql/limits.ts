import { DomainError } from '@apigate/domain';
import {
  getArgumentValues,
  getVariableValues,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { schema } from './schema.ts';

export const tokensMax = 1_000;
const depthMax = 8;
const aliasesMax = 15;
/** That the lists of one request may hold together. */
const rowsMax = 1_000;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Refuses a document that is too large to look at. @throws DomainError bad_request */
export function refuseLarge(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): void {
  refuseMore(aliasesIn(document), aliasesMax, 'aliases');
  refuseMore(depthOf(selectionSet, fragmentsOf(document), new Map()), depthMax, 'levels of fields');
}

/**
 * Refuses an operation of a valid document whose lists would be too long.
 *
 * @throws DomainError bad_request
 * @throws GraphQLError what is wrong with the variables
 */
export function refuseManyRows(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const rows = rootFields(operation.selectionSet, fragmentsOf(document)).map((field) =>
    rowsOf(field, operation, variables),
  );
  refuseMore(
    rows.reduce((sum, ofField) => sum + ofField, 0),
    rowsMax,
    'rows in all its lists',
  );
}

/** The names of the fields that an operation begins with, each once. */
export function rootFieldNames(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): string[] {
  const fields = rootFields(operation.selectionSet, fragmentsOf(document));
  return [...new Set(fields.map(({ name }) => name.value))];
}

function refuseMore(amount: number, max: number, what: string): void {
  if (amount <= max) return;
  throw new DomainError('bad_request', `This asks for ${amount} ${what}; ${max} are the most.`);
}

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function aliasesIn(document: DocumentNode): number {
  let aliases = 0;
  visit(document, {
    Field({ alias }) {
      if (alias !== undefined) aliases += 1;
    },
  });
  return aliases;
}

/** @param known the depth of fragments that were looked into, 0 while they are. */
function depthOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  known: Map<string, number>,
): number {
  return Math.max(
    0,
    ...selections.map((selection) => {
      switch (selection.kind) {
        case Kind.FIELD: {
          const { name, selectionSet } = selection;
          // Looking at the schema has a limit of its own, in a rule of validation.
          const isLeaf = selectionSet === undefined || name.value.startsWith('__');
          return isLeaf ? 1 : 1 + depthOf(selectionSet, fragments, known);
        }
        case Kind.INLINE_FRAGMENT:
          return depthOf(selection.selectionSet, fragments, known);
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value;
          const fragment = fragments.get(name);
          if (fragment === undefined) return 0;
          if (!known.has(name)) {
            known.set(name, 0);
            known.set(name, depthOf(fragment.selectionSet, fragments, known));
          }
          return known.get(name) ?? 0;
        }
      }
    }),
  );
}

/** The fields that an operation begins with, wherever they are written; each answer counts once. */
function rootFields(top: SelectionSetNode, fragments: Fragments): FieldNode[] {
  const fields = new Map<string, FieldNode>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          fields.set((selection.alias ?? selection.name).value, selection);
          break;
        case Kind.INLINE_FRAGMENT:
          collect(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const { value } = selection.name;
          const fragment = fragments.get(value);
          if (fragment !== undefined && !seen.has(value)) {
            seen.add(value);
            collect(fragment.selectionSet);
          }
          break;
        }
      }
    }
  };
  collect(top);
  return [...fields.values()];
}

/** How many rows a field may yield: the `limit` of a list, else one. @throws GraphQLError what is wrong with variables */
function rowsOf(
  field: FieldNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const definition = schema.getQueryType()?.getFields()[field.name.value];
  if (definition?.args.some(({ name }) => name === 'limit') !== true) return 1;
  const { errors, variableValues } = getVariableValues(schema, variableDefinitions, variables);
  const [error] = errors ?? [];
  if (error !== undefined) throw error;
  const { limit } = getArgumentValues(definition, field, variableValues);
  return Math.max(1, Number(limit));
}

import { Kind, parse, valueFromASTUntyped, type OperationDefinitionNode } from 'graphql';

/** What a command, a request or a GraphQL field does, said the same way whichever of them it is. */
export interface Operation {
  /** What to which noun: `users create`. */
  name: string;
  /** The user, key or setting that it is about. */
  target: string | null;
  /** What it is given beside that, by the names of the database's columns. */
  fields: Readonly<Record<string, unknown>>;
  /** Where its answer is in that of a GraphQL request; null elsewhere. */
  alias: string | null;
}

const flagsWithoutValue = new Set(['--json', '--csv', '--yes', '--refused']);
const graphqlNames: Readonly<Record<string, string>> = {
  register: 'auth register',
  login: 'auth login',
  refreshToken: 'auth refresh',
  users: 'users list',
  user: 'users get',
  createUser: 'users create',
  updateUser: 'users update',
  deleteUser: 'users delete',
  createCredential: 'keys create',
};

/** What a command of a shell does with apigate; empty where it is about something else. */
export function operationsOf(words: readonly string[]): Operation[] {
  const [program, ...args] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === 'apigate') return args.includes('--help') ? [] : [ofCommand(args)];
  return program === 'curl' ? ofRequest(args) : [];
}

function ofCommand(args: readonly string[]): Operation {
  const positionals: string[] = [];
  const flags: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at += 1) {
    const [word = '', next] = args.slice(at, at + 2);
    if (word === '>') break;
    if (!word.startsWith('--')) {
      positionals.push(word);
    } else if (word === '--dry-run') {
      flags['dry-run'] = true;
    } else if (!flagsWithoutValue.has(word)) {
      flags[word.slice(2)] = next;
      at += 1;
    }
  }
  const [noun = '', verb, target = null] = positionals;
  const name = verb === undefined ? noun : `${noun} ${verb}`;
  const { id, metadata, value = positionals[3], ...others } = flags;
  const given = {
    ...others,
    ...(id === undefined ? {} : { external_id: id }),
    ...(typeof metadata === 'string' ? { metadata: JSON.parse(metadata) } : {}),
    ...(value === undefined ? {} : { value }),
  };
  return { name, target, fields: withColumnNames(given), alias: null };
}

function ofRequest(args: readonly string[]): Operation[] {
  const after = (...names: string[]): string | undefined =>
    args[args.findIndex((word) => names.includes(word)) + 1 || args.length];
  const address = args.find((word) => /^https?:/.test(word));
  if (address === undefined) return [];
  const url = new URL(address);
  const data = after('-d', '--data', '--data-binary', '--json');
  const method = after('-X', '--request') ?? (data === undefined ? 'GET' : 'POST');
  const body: Record<string, unknown> = data?.startsWith('{') ? JSON.parse(data) : {};
  if (url.pathname === '/graphql') {
    const { query, variables } = Object(body);
    return splitOperations(String(query), variables).flatMap(({ operations }) => operations);
  }
  const [room, noun = '', ...rest] = url.pathname.slice(1).split('/');
  if (room !== 'admin') return [];
  const isOfAll = rest[0] === 'import' || rest[0] === 'export';
  const [target = null, verb] = isOfAll ? [null, ...rest] : rest;
  const plain: Record<string, string> =
    target === null
      ? { GET: 'list', POST: 'create' }
      : { GET: 'get', PUT: 'update', PATCH: 'update', DELETE: 'delete' };
  return [
    {
      name: `${noun} ${verb ?? plain[method] ?? method}`,
      target,
      fields: { ...Object.fromEntries(url.searchParams), ...body },
      alias: null,
    },
  ];
}

/** The operations of a GraphQL document as they are written there. */
export function splitOperations(
  document: string,
  variables: Record<string, unknown> = {},
): { text: string; operations: Operation[] }[] {
  return parse(document).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.loc === undefined) return [];
    const text = document.slice(definition.loc.start, definition.loc.end);
    return [{ text, operations: ofDefinition(definition, variables) }];
  });
}

function ofDefinition(
  definition: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Operation[] {
  return definition.selectionSet.selections.flatMap((field) => {
    if (field.kind !== Kind.FIELD) return [];
    const given = Object.fromEntries(
      (field.arguments ?? []).map(({ name, value }) => [
        name.value,
        valueFromASTUntyped(value, variables),
      ]),
    );
    const { id, ...others } = given;
    // An input is one object, or the arguments themselves.
    const inputs = Object.values(others).filter((value) => typeof value === 'object');
    const fields = Object.assign({}, ...(inputs.length > 0 ? inputs : [others]));
    return [
      {
        name:
          graphqlNames[field.name.value] ??
          `${field.name.value} ${definition.operation === 'query' ? 'get' : ''}`.trim(),
        target: typeof id === 'string' ? id : null,
        fields: withColumnNames(fields),
        alias: (field.alias ?? field.name).value,
      },
    ];
  });
}

/** `stripe-customer-id` and `firstName` by the names of their columns, a role of GraphQL by ours. */
function withColumnNames(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replaceAll('-', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'role' ? roleOf(String(value)) : value,
    ]),
  );
}

/** A role by our name: GraphQL writes them in capitals, and a customer as `USER`. */
export function roleOf(name: string): string {
  return name === 'USER' ? 'customer' : name.toLowerCase();
}

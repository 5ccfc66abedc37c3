import { callTRPCProcedure, type AnyTRPCRouter, type inferRouterOutputs } from '@trpc/server';
import { z } from 'zod';
import { callContext, type ApiContext, type RequestContext } from '../context.ts';
import { recordRefusal } from '../record-refusal.ts';
import { appRouter, type AppRouter } from '../routers/index.ts';
import { validationError } from '../tell.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Method and path, such as `PUT /admin/users/{id}`. */
type Address = `${Method} /${string}`;

/** A request as the reference shows it and the tests send it, in the names of REST. */
export interface Example {
  /** What fills the braces of the path. */
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean>>;
  /** Of a JSON request the fields, of any other the text. */
  body?: Readonly<Record<string, unknown>> | string;
}

/** What a person writes down of an operation. */
interface Description {
  /** Where a procedure has two addresses, the name of the second; else it is made from the procedure’s. */
  id?: string;
  /** What it does, as a title: `List users`. */
  summary: string;
  /** What a caller must know beyond the fields: effects, limits, what is shown once. Markdown. */
  description?: string;
  /** Which field of the input each name in the braces of the path fills. */
  params?: Readonly<Record<string, string>>;
  /** Of a success; 200 unless told. 204 answers nothing, 201 makes the operation take an `Idempotency-Key`. */
  status?: 200 | 201 | 202 | 204;
  /** True where nobody has to say who they are. */
  isOpen?: boolean;
  /** The longest JSON body; 256 KiB unless told. */
  bodyBytesMax?: number;
  /** Left out, the request has no parameters. */
  example?: Example;
}

/** One operation of the REST surface: all that serving, describing and testing it needs. */
export interface Operation extends Description {
  readonly method: Method;
  /** With names in braces: `/admin/users/{id}`. */
  readonly path: string;
  /** Unique; what generated clients call it. */
  readonly id: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly params: Readonly<Record<string, string>>;
  readonly example: Example;
  /** The tRPC procedure that it is; null where there is none. */
  readonly procedure: string | null;
  /** Everything it takes, from path, query or body; the names are those of the contract. */
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** Types of body that it takes instead of JSON. They are not parsed: `call` reads the request itself. */
  readonly consumes?: readonly string[];
  /** Types that it streams instead of answering JSON; then `call` gives a {@link StreamedAnswer}. */
  readonly produces?: readonly string[];
  /** The type that it streams to whoever accepts that rather than JSON. */
  readonly streams?: string;
  /** @param input as it came, in the names and types of the contract; checked by the call itself. */
  readonly call: (request: RequestContext, input: unknown) => Promise<unknown>;
}

/** Operations about one noun. */
export interface OperationGroup {
  /** As a heading: `Users`. */
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

/** An answer that is written as it is made. */
export class StreamedAnswer {
  readonly type: string;
  readonly chunks: AsyncIterable<string | Uint8Array>;
  /** Under which name a browser keeps it; null to show it. */
  readonly fileName: string | null;

  constructor(
    type: string,
    chunks: AsyncIterable<string | Uint8Array>,
    fileName: string | null = null,
  ) {
    this.type = type;
    this.chunks = chunks;
    this.fileName = fileName;
  }
}

type Nouns = AppRouter['_def']['record'];
/** The name of a tRPC procedure, such as `users.list`. */
type ProcedureName = {
  [Noun in Extract<keyof Nouns, string>]: `${Noun}.${Extract<keyof Nouns[Noun], string>}`;
}[Extract<keyof Nouns, string>];

type Answers = inferRouterOutputs<AppRouter>;
type AnswerOf<Name extends ProcedureName> = Name extends `${infer Noun}.${infer Verb}`
  ? Noun extends keyof Answers
    ? Verb extends keyof Answers[Noun]
      ? Answers[Noun][Verb]
      : never
    : never
  : never;

interface ProcedureParts {
  readonly type: 'query' | 'mutation';
  readonly inputs: readonly z.ZodType[];
  readonly output: z.ZodType;
}

/** At run time the procedures are a flat list, which the router's own type does not tell. */
function partsOf(name: ProcedureName): ProcedureParts {
  const { _def }: AnyTRPCRouter = appRouter;
  const procedure: { _def: ProcedureParts } = _def.procedures[name];
  return procedure._def;
}

/**
 * An operation that is a tRPC procedure at another address: input, output, policy, audit and error codes are the
 * procedure's.
 *
 * @param reshape what becomes of the procedure's answer, with the schema of what it becomes.
 */
export function viaProcedure<Name extends ProcedureName, Reshaped extends z.ZodType>(
  address: Address,
  name: Name,
  description: Description,
  reshape?: { output: Reshaped; answer: (answer: AnswerOf<Name>) => z.input<Reshaped> },
): Operation {
  const { type, inputs, output } = partsOf(name);
  const [input] = inputs;
  return {
    id: name.replace(/\.(.)/, (_, letter: string) => letter.toUpperCase()),
    ...described(address, description),
    procedure: name,
    input: input ?? z.strictObject({}),
    output: reshape?.output ?? output,
    call: async (request, given) => {
      const answer: AnswerOf<Name> = await callTRPCProcedure({
        router: appRouter,
        path: name,
        getRawInput: () => Promise.resolve(input === undefined ? undefined : given),
        ctx: request,
        type,
        signal: undefined,
        batchIndex: 0,
      });
      return reshape === undefined ? answer : reshape.answer(answer);
    },
  };
}

/**
 * An operation that no tRPC procedure has: it calls `work`, a domain verb that asks the policy. What the policy refuses
 * is recorded under `id`.
 */
export function viaDomain<Input extends z.ZodType, Output extends z.ZodType>(
  address: Address,
  id: string,
  description: Description & Pick<Operation, 'consumes' | 'produces' | 'streams'>,
  schemas: { input: Input; output: Output },
  work: (ctx: ApiContext, input: z.output<Input>) => Promise<z.input<Output> | StreamedAnswer>,
): Operation {
  return {
    ...described(address, description),
    id,
    procedure: null,
    ...schemas,
    call: async (request, given) => {
      const parsed = schemas.input.safeParse(given);
      if (!parsed.success) throw validationError(parsed.error);
      const ctx = { ...request, ...callContext(request, await request.identify()) };
      try {
        const answer = await work(ctx, parsed.data);
        return answer instanceof StreamedAnswer ? answer : schemas.output.parse(answer);
      } catch (error) {
        await recordRefusal(request, ctx, error, id);
        throw error;
      }
    },
  };
}

function described<Given extends Description>(address: Address, description: Given) {
  const [method, path] = address.split(' ') as [Method, string];
  return { status: 200 as const, params: {}, example: {}, ...description, method, path };
}

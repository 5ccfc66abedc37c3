/** One instruction of a stage that changes its files, its folder or what it runs. */
type Instruction =
  | { kind: 'run'; command: string }
  | { kind: 'copy'; from: string | null; sources: string[]; target: string }
  | { kind: 'workdir'; folder: string }
  | { kind: 'env'; variables: Record<string, string> };

export interface Stage {
  name: string;
  /** The image or stage that it starts from. */
  base: string;
  instructions: Instruction[];
  entrypoint: string[];
  command: string[];
  user: string | null;
}

/** Reads a Dockerfile as far as ours goes. @throws Error at an instruction that it does not know */
export function readDockerfile(text: string): Stage[] {
  const variables = new Map<string, string>();
  const stages: Stage[] = [];
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  for (const line of lines.filter((content) => content !== '' && !content.startsWith('#'))) {
    const [, keyword = '', given = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    const rest = given.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '');
    if (keyword === 'ARG') {
      const [name = '', value = ''] = rest.split('=', 2);
      variables.set(name, value);
    } else if (keyword === 'FROM') {
      stages.push(stageOf(rest));
    } else {
      apply(stages, keyword, rest);
    }
  }
  return stages;
}

function stageOf(rest: string): Stage {
  const [base = '', , name = ''] = rest.split(' ');
  return { name, base, instructions: [], entrypoint: [], command: [], user: null };
}

function apply(stages: Stage[], keyword: string, rest: string): void {
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error(`${keyword} comes before FROM.`);
  switch (keyword) {
    case 'RUN':
      stage.instructions.push({ kind: 'run', command: rest.replaceAll(/--mount=\S+ /g, '') });
      break;
    case 'COPY':
      stage.instructions.push(copyOf(rest));
      break;
    case 'WORKDIR':
      stage.instructions.push({ kind: 'workdir', folder: rest });
      break;
    case 'ENV': {
      const pairs = rest.split(' ').map((pair) => pair.split('=', 2));
      stage.instructions.push({ kind: 'env', variables: Object.fromEntries(pairs) });
      break;
    }
    case 'USER':
      stage.user = rest;
      break;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(rest);
      break;
    case 'CMD':
      stage.command = JSON.parse(rest);
      break;
    case 'EXPOSE':
      break;
    default:
      throw new Error(`The check of the image does not know ${keyword}.`);
  }
}

function copyOf(rest: string): Instruction {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  return { kind: 'copy', from: from ?? null, sources: words, target };
}

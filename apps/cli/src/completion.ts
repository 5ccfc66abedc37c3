import type { Command, Option } from 'commander';
import { wordsOfOption } from './verb.ts';

/** The shells for which there is a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may be typed at a place of a command line, such as after `users list`. */
interface Place {
  path: string;
  commands: { name: string; about: string }[];
  options: { name: string; about: string; takesValue: boolean; words: readonly string[] }[];
}

/** A script that makes a shell complete the commands and options of `program`. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, '');
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'zsh':
      return zshScript(places);
    case 'fish':
      return fishScript(places);
  }
}

function placesOf(command: Command, path: string): Place[] {
  const below = command.commands.flatMap((inner) =>
    [inner.name(), ...inner.aliases()].map((name) => ({ name, inner })),
  );
  const place = {
    path,
    commands: [
      ...below.map(({ name, inner }) => ({ name, about: inner.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
        argChoices.map((name) => ({ name, about: name })),
      ),
    ],
    options: [...command.options, helpOf(command)].flatMap((option) => {
      const { long, description, required, optional } = option;
      if (long == null) return [];
      const words = option.argChoices ?? wordsOfOption.get(option) ?? [];
      return [{ name: long, about: description, takesValue: required || optional, words }];
    }),
  };
  return [
    place,
    ...below.flatMap(({ name, inner }) => placesOf(inner, path === '' ? name : `${path} ${name}`)),
  ];
}

function helpOf(command: Command): Option {
  return command.createOption('-h, --help', 'show help');
}

/** The case arms that follow a command line down to its last command; `|` stands between where it is and the next word. */
function steps(places: readonly Place[]): string {
  const known = places.flatMap(({ path, commands }) =>
    commands.map(({ name }) => `'${path}|${name}'`),
  );
  return known.join('|');
}

/** The case arms for the words that an option takes. */
function valueArms(places: readonly Place[], offer: (words: string) => string): string {
  return places
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ name, words }) => `    '${path}|${name}') ${offer(words.join(' '))} ;;\n`),
    )
    .join('');
}

const optionNames = ({ options }: Place) => options.map(({ name }) => name).join(' ');

function bashScript(places: readonly Place[]): string {
  const arms = places
    .map(
      (place) =>
        `    '${place.path}') commands='${place.commands.map(({ name }) => name).join(' ')}'; options='${optionNames(place)}' ;;\n`,
    )
    .join('');
  return `# Completion of apigate for bash. In ~/.bashrc: source <(apigate completion bash)
_apigate() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' word commands='' options=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at|$word" in
      ${steps(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|$prev" in
${valueArms(places, (words) => `COMPREPLY=($(compgen -W '${words}' -- "$cur")); return`)}  esac
  case "$at" in
${arms}  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$cur")) ;;
  esac
}
complete -o default -F _apigate apigate
`;
}

function zshScript(places: readonly Place[]): string {
  const arms = places
    .map(({ path, commands, options }) => {
      const described = (list: readonly { name: string; about: string }[]) =>
        list.map(({ name, about }) => quoted(`${name}:${about}`)).join(' ');
      return `    '${path}') commands=(${described(commands)}); options=(${described(options)}) ;;\n`;
    })
    .join('');
  return `#compdef apigate
# Completion of apigate for zsh. In ~/.zshrc, after compinit: source <(apigate completion zsh)
_apigate() {
  local at='' word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at|$word" in
      ${steps(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|\${words[CURRENT-1]}" in
${valueArms(places, (words) => (words === '' ? '_files; return' : `compadd -- ${words}; return`))}  esac
  case "$at" in
${arms}  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe option options
  elif (( \${#commands} )); then
    _describe command commands
  else
    _files
  fi
}
compdef _apigate apigate
`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options }) => [
    ...commands.map(
      ({ name, about }) =>
        `complete -c apigate -n '__apigate_at "${path}"' -f -a ${name} -d ${quoted(about)}`,
    ),
    ...options.map(({ name, about, takesValue, words }) => {
      const value = takesValue
        ? ` -r${words.length > 0 ? ` -f -a ${quoted(words.join(' '))}` : ''}`
        : '';
      return `complete -c apigate -n '__apigate_at "${path}"' -l ${name.slice(2)}${value} -d ${quoted(about)}`;
    }),
  ]);
  return `# Completion of apigate for fish: apigate completion fish > ~/.config/fish/completions/apigate.fish
function __apigate_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at|$word"
      case ${steps(places).replaceAll("'|'", "' '")}
        set at (string trim "$at $word")
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** Text as one word of a shell; an apostrophe is written ’, which every shell takes as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}

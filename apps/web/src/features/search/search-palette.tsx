import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { IconArrowRight } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { foundKinds, looksLikeId, wholeKey, type Found } from '@apigate/contract';
import { Palette, type PaletteGroup, type PaletteItem } from '@apigate/ui/palette';
import { RelativeTime } from '@apigate/ui/relative-time';
import { useMe } from '../../lib/me.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { recentOf, rememberRecent, type Recent } from '../../lib/recent.ts';
import { typingPauseMs } from '../../lib/typing-pause.ts';
import { FoundIcon, foundText } from './found-words.tsx';
import { fits, readVerb, type PaletteAction, type PaletteVerb } from './palette-action.ts';
import { searchQuery } from './search-query.ts';

export interface SearchPaletteProps {
  actions: readonly PaletteAction[];
  verbs: readonly PaletteVerb[];
  /** The address where something opens; undefined for what has no page in this part of the app. */
  hrefOf: (found: Recent) => string | undefined;
  onClose: () => void;
}

/** Everything by name, and everything that can be done. A whole key or an id that is pasted opens by itself. */
export function SearchPalette({ actions, verbs, hrefOf, onClose }: SearchPaletteProps) {
  const me = useMe();
  const router = useRouter();
  const [typed, setTyped] = useState('');
  // Shown by its ends alone.
  const [secret, setSecret] = useState<string>();
  const command = readVerb(verbs, typed);
  const q = secret ?? command?.rest ?? typed.trim();
  const settled = useSettled(q);
  const search = useQuery(searchQuery(settled));
  const isBusy = q !== '' && (settled !== q || search.isPending || search.isPlaceholderData);
  const found = q === '' ? [] : (search.data?.data ?? []);
  const isNamed = secret !== undefined || looksLikeId(q);

  function open(thing: Recent): void {
    const href = hrefOf(thing);
    if (href === undefined) return;
    rememberRecent(me.id, thing);
    onClose();
    void router.navigate({ href });
  }

  const openNamed = useEffectEvent(open);
  const named = isNamed && !isBusy && search.data?.isExact ? found[0] : undefined;
  useEffect(() => {
    if (named !== undefined) openNamed(named);
  }, [named]);

  function change(text: string): void {
    const trimmed = text.trim();
    const isSecret = wholeKey.test(trimmed);
    setSecret(isSecret ? trimmed : undefined);
    setTyped(
      isSecret ? `${trimmed.slice(0, trimmed.indexOf('_') + 5)}…${trimmed.slice(-4)}` : text,
    );
  }

  const itemOf = (thing: Recent, aside?: ReactNode): PaletteItem => ({
    id: `${thing.kind}-${thing.id}`,
    label: thing.title,
    detail: thing.detail,
    aside,
    icon: <FoundIcon kind={thing.kind} />,
    run: () => open(thing),
  });
  const actionItem = ({ label, icon, run }: PaletteAction): PaletteItem => ({
    id: `do-${label}`,
    label,
    icon,
    run: () => {
      onClose();
      run();
    },
  });
  const verbItem = (verb: PaletteVerb, thing: Found): PaletteItem[] => {
    const label = verb.labelOf(thing);
    if (label === undefined) return [];
    const run = (): void => {
      onClose();
      verb.run(thing);
    };
    return [{ id: `${verb.phrase}-${thing.id}`, label, icon: verb.icon, run }];
  };
  const verbAlone = (verb: PaletteVerb): PaletteItem => ({
    id: `verb-${verb.phrase}`,
    label: verb.label,
    icon: verb.icon,
    run: () => change(`${verb.phrase} `),
  });

  const openable = found.filter((thing) => hrefOf(thing) !== undefined);
  const [first] = openable;
  const pages = pagesOfFrame((href) => void router.navigate({ href }));
  const own = (candidates: readonly PaletteAction[]): PaletteItem[] =>
    candidates
      .filter((action) => secret === undefined && fits(action, typed.trim()))
      .map(actionItem);

  const groups: PaletteGroup[] =
    typed.trim() === ''
      ? [
          {
            title: 'Recent',
            items: recentOf(me.id)
              .filter(hrefOf)
              .map((thing) => itemOf(thing)),
          },
          { title: 'Actions', items: [...actions.map(actionItem), ...verbs.map(verbAlone)] },
          { title: 'Pages', items: pages.map(actionItem) },
        ]
      : [
          {
            title: 'Do',
            items: [
              ...(command ? found.flatMap((thing) => verbItem(command.verb, thing)) : []),
              ...own(actions),
              ...verbs.filter((verb) => fits(verb, typed.trim())).map(verbAlone),
            ],
          },
          { title: 'Pages', items: own(pages) },
          ...foundKinds.map((kind) => ({
            title: foundText[kind],
            items: openable
              .filter((thing) => thing.kind === kind)
              .map((thing) => itemOf(thing, asideOf(thing))),
          })),
          {
            title: first === undefined ? 'With it' : `With ${first.title}`,
            items:
              first === undefined || command ? [] : verbs.flatMap((verb) => verbItem(verb, first)),
          },
        ];

  return (
    <Palette
      label="Search or act"
      value={typed}
      onChange={change}
      groups={groups}
      isBusy={isBusy}
      nothing={
        search.error ? (
          <ProblemReport error={search.error} size="inline" />
        ) : (
          nothingText(isNamed, command?.verb)
        )
      }
      onClose={onClose}
    />
  );
}

/** What happened is told from its like by when. */
function asideOf({ kind, id, status }: Found): ReactNode {
  if (kind !== 'mail' && kind !== 'event') return status;
  return (
    <>
      {status !== null && `${status}, `}
      <RelativeTime at={timeOfId(id)} />
    </>
  );
}

/** When something was made, as its id (UUIDv7) tells. */
function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
}

function nothingText(isNamed: boolean, verb: PaletteVerb | undefined): string {
  if (isNamed) return 'Nothing here has this id or this key. Check that it was copied whole.';
  return verb
    ? `Go on with a name or an address, to ${verb.phrase}.`
    : 'Nothing fits. Try a part of a name, an address, the end of a key, or an id.';
}

/** What is being typed, at once or a short pause after it was told last. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  const settledAtMs = useRef(-Infinity);
  useEffect(() => {
    if (text === settled) return;
    const settle = (): void => {
      settledAtMs.current = performance.now();
      setSettled(text);
    };
    const timer = setTimeout(settle, settledAtMs.current + typingPauseMs - performance.now());
    return () => clearTimeout(timer);
  }, [text, settled]);
  return settled;
}

/** The pages that the frame leads to. */
function pagesOfFrame(go: (href: string) => void): PaletteAction[] {
  const links = document.querySelectorAll<HTMLAnchorElement>('nav[aria-label="Main"] a[href]');
  return [...links].map((link) => ({
    label: link.textContent.trim(),
    words: 'go to open page',
    icon: <IconArrowRight aria-hidden />,
    run: () => go(link.pathname + link.search),
  }));
}

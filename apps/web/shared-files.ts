import type { Rolldown } from 'vite';

type Groups = NonNullable<Rolldown.CodeSplittingOptions['groups']>;
type Name = Extract<Groups[number]['name'], (...args: never[]) => unknown>;
type Context = Parameters<Name>[1];

/**
 * Which files the build makes of modules that several screens use. Left alone it makes one of each set of screens that
 * share something, and a page asks for sixty.
 */
export const sharedFiles: Groups = [
  { name: 'first', tags: ['$initial'], priority: 1 },
  // Everything comes through the index of the icons: only the build knows which are used, and where.
  { name: 'icons', test: /@tabler\/icons-react/, minShareCount: 2, priority: 1 },
  { name: fileOfScreens },
];

/** @returns nothing for a module of one screen, or of screens which are no part of one frame. */
function fileOfScreens(moduleId: string, context: Context): string | undefined {
  const screens = screensAbove(moduleId, context);
  if (screens.size < 2) return undefined;
  if ([...screens].some((screen) => screen.includes('/routes/entrance/login'))) return 'sign-in';
  const parts = new Set([...screens].map((id) => /\/routes\/(console|portal)\//.exec(id)?.[1]));
  if (parts.has(undefined)) return undefined;
  return parts.size === 1 ? [...parts][0] : 'signed-in';
}

/** The screens, and the first module, that bring a module with them, or load what brings it. */
function screensAbove(moduleId: string, context: Context): Set<string> {
  const screens = new Set<string>();
  const seen = new Set<string>();
  const rise = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const module = context.getModuleInfo(id);
    if (module === null) return;
    if (module.isEntry || (id.includes('/src/routes/') && module.dynamicImporters.length > 0)) {
      screens.add(id);
      return;
    }
    module.importers.forEach(rise);
    module.dynamicImporters.forEach(rise);
  };
  rise(moduleId);
  return screens;
}

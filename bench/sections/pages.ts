import type { BrowserContext, Page } from '@playwright/test';
import { pagesToSee } from '@apigate/e2e/fixtures/pages';
import { settle } from '@apigate/e2e/fixtures/viewers';
import { openBrowserStage, type BrowserStage } from '../browser-stage.ts';
import { calmForMedians, measureUntilCalm, type Calm } from '../calm.ts';
import { watchDisturbance, type Disturbance } from '../disturbance.ts';
import { pressKeys, type Answered } from '../keystrokes.ts';
import type { Stage } from '../stage.ts';

const whole = { users: 100_000, loads: 3, keystrokes: 30 };
const quick = { users: 2_000, loads: 1, keystrokes: 6 };
/** How much slower than it is the processor is made for the browser. */
const slowdown = 4;

/** What one page did, opened some times with an empty cache. */
export interface PageLoads {
  name: string;
  openings: Calm<Vitals & Disturbance>;
  /** What moved, also in openings that were disturbed: nothing may, however slow a page is. */
  shifts: readonly number[];
}

/** How long the list of users and the palette took from a keystroke to the answer on the screen, in milliseconds. */
interface Keystrokes {
  users: readonly number[];
  palette: readonly number[];
}

export interface Pages {
  users: number;
  slowdown: number;
  loads: readonly PageLoads[];
  keystrokes: Keystrokes;
  /** Likewise on the slowed processor. */
  slowKeystrokes: Keystrokes;
}

/** Opens every page there is in a browser, and types into what searches. */
export async function measurePages(stage: Stage): Promise<Pages> {
  const { users, loads: times, keystrokes } = stage.isQuick ? quick : whole;
  console.log(`filling a system of its own with ${users.toLocaleString('en-US')} users`);
  await using browserStage = await openBrowserStage(stage.dir, users);
  const loads: PageLoads[] = [];
  for (const [who, screen, address, heading, state] of pagesToSee(browserStage.content)) {
    const name = [screen, state].filter(Boolean).join(', ');
    const shifts: number[] = [];
    const openings = await measureUntilCalm(times, calmForMedians, async () => {
      await using context = await browserStage.openWindow(who);
      const disturbedBy = watchDisturbance();
      const vitals = await loadPage(context, address, heading);
      shifts.push(vitals.shift);
      return { ...vitals, ...disturbedBy() };
    });
    const told = openings.kept.map(({ lcpMs, shift }) => `${Math.round(lcpMs)} ms ${shift}`);
    console.log(`${name}: ${told.join(', ')}; ${openings.dropped} disturbed`);
    loads.push({ name, openings, shifts });
  }
  const type = async (rate: number): Promise<Keystrokes> => {
    const found = await typeEverywhere(browserStage, rate, { users, keystrokes });
    const told = Object.entries(found).map(
      ([where, tookMs]) => `${where} ${tookMs.map(Math.round).join(' ')}`,
    );
    console.log(`keystrokes, slowed ${rate} ×, in ms: ${told.join(', ')}`);
    return found;
  };
  return {
    users,
    slowdown,
    loads,
    keystrokes: await type(1),
    slowKeystrokes: await type(slowdown),
  };
}

/** https://w3c.github.io/largest-contentful-paint/, https://wicg.github.io/layout-instability/ */
interface Vitals {
  /** Milliseconds from the start of the navigation. */
  lcpMs: number;
  /** The sum of all shifts. */
  shift: number;
}

async function loadPage(
  context: BrowserContext,
  address: string,
  heading: string | RegExp,
): Promise<Vitals> {
  await context.addInitScript(() => {
    const vitals: Vitals = { lcpMs: 0, shift: 0 };
    Object.assign(window, { vitals });
    new PerformanceObserver((list) => {
      vitals.lcpMs = list.getEntries().at(-1)?.startTime ?? vitals.lcpMs;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) vitals.shift += Number(Reflect.get(entry, 'value'));
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const page = await context.newPage();
  await slowDown(page, slowdown);
  await page.goto(address);
  await settle(page, heading);
  return page.evaluate(async () => {
    // What was painted last is told after the frame in which it was.
    for (let frame = 0; frame < 3; frame += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    return Reflect.get(window, 'vitals');
  });
}

async function slowDown(page: Page, rate: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate });
}

async function typeEverywhere(
  { openWindow }: BrowserStage,
  rate: number,
  { users, keystrokes }: { users: number; keystrokes: number },
): Promise<Keystrokes> {
  await using context = await openWindow('admin');
  const page = await context.newPage();
  await page.goto('/console/users');
  await settle(page, 'Users');
  await slowDown(page, rate);
  const searched = textsToType(users, keystrokes);
  const list = page.getByRole('searchbox', { name: 'Search users' });
  const inList = await pressKeys(list, searched, isInEveryRow);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('combobox', { name: 'Search or act' });
  return { users: inList, palette: await pressKeys(palette, searched, isFoundInPalette) };
}

const isInEveryRow: Answered = (text) => {
  const rows = [...document.querySelectorAll('tbody tr')];
  return rows.length > 0 && rows.every((row) => row.textContent.toLowerCase().includes(text));
};

const isFoundInPalette: Answered = (text) => {
  const list = document.querySelector('[role="listbox"][aria-busy="false"]');
  return [...(list?.querySelectorAll('[role="option"]') ?? [])].some((option) =>
    option.textContent.toLowerCase().includes(text),
  );
};

/** Of users that were seeded: beginnings of addresses, names, and numbers within them; the last character narrows each. */
function textsToType(users: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const n = Math.floor(((at + 0.5) * users) / count);
    const digits = String(n).padStart(7, '0');
    const forms = [`user-${digits.slice(0, -1)}`, `seed ${n}`, digits.slice(2)];
    return forms[at % forms.length] ?? digits;
  });
}

import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const pollMs = 100;
const refreshMs = 1000;
const staleMs = 15_000;

/**
 * Runs `work` while no other process does so with the same lock file; a dead process's lock does not count.
 * Plain JavaScript without dependencies, because x.mjs runs it before anything is installed.
 * @param onWait is told who has the lock, and whether for the first time, before each wait; it may throw to give up.
 */
export async function exclusively(lockFile, work, onWait) {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  let seen;
  while (!take(lockFile)) {
    const holder = read(lockFile);
    if (holder === undefined) continue;
    onWait(holder.pid, seen === undefined);
    const isRefreshed = seen?.pid !== holder.pid || seen.touchedAt !== holder.touchedAt;
    if (isRefreshed) seen = { ...holder, at: Date.now() };
    // A lock that is not refreshed has the number of a dead process, which the system gave to another.
    const isStale = !isAlive(holder.pid) || Date.now() - seen.at > staleMs;
    if (isStale) remove(lockFile, holder.pid);
    else await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const refresh = setInterval(() => utimes(lockFile, new Date(), new Date(), () => {}), refreshMs);
  try {
    await work();
  } finally {
    clearInterval(refresh);
    rmSync(lockFile, { force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(lockFile) {
  try {
    return { pid: Number(readFileSync(lockFile, 'utf8')), touchedAt: statSync(lockFile).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts the lock in place with its content at once; false when another process has it. */
function take(lockFile) {
  const own = `${lockFile}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a dead process's lock, unless someone else was quicker and the lock there is theirs by now. */
function remove(lockFile, pid) {
  const aside = `${lockFile}.stale.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    if (Number(readFileSync(aside, 'utf8')) !== pid) linkSync(aside, lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

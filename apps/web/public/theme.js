// Runs before the first paint, so that a chosen theme does not flash. The toggle in packages/ui writes the key.
try {
  const theme = localStorage.getItem('apigate.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's preference holds.
}

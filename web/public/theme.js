// Before the first paint, and as a file of its own so that no inline script has to be allowed.
try {
  const theme = localStorage.getItem('tidings.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // No storage: the system's theme it is.
}

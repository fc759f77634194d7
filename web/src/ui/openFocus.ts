/**
 * Where the focus goes when a dialog opens: into its form; without one, to the safe answer; never to the cross in the corner,
 * whose tooltip would be the first thing to be read.
 */
export function focusOnOpen(event: Event): void {
  const dialog = event.target
  if (!(dialog instanceof HTMLElement)) return
  event.preventDefault()
  const first = dialog.querySelector<HTMLElement>('form input, form textarea, footer button') ?? dialog
  first.focus()
}

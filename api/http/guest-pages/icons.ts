import { html, type Html } from './html.ts'

// Outlines from Lucide (ISC licence), drawn here because a page of three icons needs no icon library.

export const calendarIcon = icon(
  html`<path d="M8 2v4m8-4v4M3 10h18" /><rect width="18" height="18" x="3" y="4" rx="2" />`,
)

export const placeIcon = icon(
  html`<path d="M20 10c0 5-5.5 10.2-7.4 11.8a1 1 0 0 1-1.2 0C9.5 20.2 4 15 4 10a8 8 0 0 1 16 0" /><circle
      cx="12"
      cy="10"
      r="3"
    />`,
)

export const tickIcon = icon(html`<path d="M20 6 9 17l-5-5" />`)

/** 20 pixels; words beside it say the same, so readers skip it. */
function icon(shape: Html): Html {
  return html`<svg
    width="20"
    height="20"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`
}

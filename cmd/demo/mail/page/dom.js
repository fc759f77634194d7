/** The element with this id; the page has them all from the start. */
export const $ = (id) => document.getElementById(id)

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** The time of a mail of today, else its date. */
export function clock(at) {
  const date = new Date(at)
  const today = date.toDateString() === new Date().toDateString()
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' }
  return today ? date.toLocaleTimeString([], time) : date.toLocaleDateString()
}

export function fileSize(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.ceil(bytes / 1024)} kB`
}

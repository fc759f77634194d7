/** Names are not split into first and last by force: the first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/@.*/, '')
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words
  return letters.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('')
}

/** Five quiet hues; the same person has the same one on every page. */
const hues = [155, 80, 25, 225, 300]

export function hueOf(name: string): number {
  const sum = [...name].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7)
  return hues[sum % hues.length] ?? 155
}

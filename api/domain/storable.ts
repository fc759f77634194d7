/**
 * Words from outside as a database takes them: PostgreSQL's text holds every character but U+0000, and refuses the whole statement for
 * one. A provider passes on what a guest's own server has said, so anything may be in it.
 */
export function storable(words: string): string {
  return words.includes('\0') ? words.replaceAll('\0', '\uFFFD') : words
}

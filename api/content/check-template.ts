import { distance } from './edit-distance.ts'
import { isTooIntricate } from './markdown.ts'
import { findPlaceholder, placeholders } from './placeholders.ts'
import { readBraces } from './template.ts'

export type TemplateProblem = {
  /** What was written between the braces, shortened when long. */
  token: string
  /** Index of the first brace in the text. */
  position: number
  /** A sentence for the host. */
  message: string
  /** The placeholder that was probably meant. */
  suggestion?: string
}

/** Enough to put a template right in one go; a text with more was not written for us. */
const problemsMax = 20

/** Longer tokens are shortened in what we say about them. */
const shownTokenMax = 40

/** Finds what a subject or body has between braces that is no placeholder. An empty list means that it may be saved. */
export function checkTemplate(text: string): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  let position = text.indexOf('{{')
  while (position >= 0 && problems.length < problemsMax) {
    const end = text.indexOf('}}', position + 2)
    const next = text.indexOf('{{', position + 2)
    const isClosed = end >= 0 && (next < 0 || end < next)
    const problem = isClosed ? problemWith(text.slice(position + 2, end), position) : unclosed(text, position)
    if (problem) problems.push(problem)
    position = isClosed ? text.indexOf('{{', end + 2) : next
  }
  return problems
}

/** The same for a body, whose Markdown must also stay within what a letter needs. */
export function checkBody(body: string): TemplateProblem[] {
  const problems = checkTemplate(body)
  if (problems.length > 0 || !isTooIntricate(body)) return problems
  return [
    { token: '', position: 0, message: 'The message has too many links, lists and other parts. Make it simpler.' },
  ]
}

function problemWith(inside: string, position: number): TemplateProblem | undefined {
  const { token } = readBraces(inside)
  if (findPlaceholder(token) && !/[{}]/.test(inside)) return undefined
  const shown = shorten(token)
  if (/^[#/^>!&]/.test(token)) {
    return {
      token: shown,
      position,
      message: `{{${shown}}} is not possible: there are placeholders, but no blocks or conditions.`,
    }
  }
  const suggestion = nearest(token)
  const help = suggestion === undefined ? `There are ${listed()}.` : `Did you mean {{${suggestion}}}?`
  return {
    token: shown,
    position,
    message: `{{${shown}}} is not a placeholder. ${help}`,
    ...(suggestion && { suggestion }),
  }
}

function unclosed(text: string, position: number): TemplateProblem {
  const token = shorten(/^[\w .|]*/.exec(text.slice(position + 2, position + 2 + shownTokenMax))![0].trim())
  const suggestion = findPlaceholder(token) ? token : undefined
  const help = suggestion === undefined ? '' : ` Did you mean {{${suggestion}}}?`
  return { token, position, message: `{{${token} is not closed with }}.${help}`, ...(suggestion && { suggestion }) }
}

/** The placeholder whose token or label is closest to what was typed, if anything is close. */
function nearest(typed: string): string | undefined {
  const word = asWord(typed).slice(0, shownTokenMax)
  if (word === '') return undefined
  const scored = placeholders.map(({ token, label }) => ({
    token,
    score: Math.min(score(word, token), score(word, asWord(label))),
  }))
  const best = scored.reduce((a, b) => (b.score < a.score ? b : a))
  return best.score <= Math.max(1, word.length / 2) ? best.token : undefined
}

/** A part of a name ("guest", "date") is as good as one wrong letter. */
function score(word: string, name: string): number {
  const isPart = word.length >= 3 && (name.split('_').includes(word) || name.startsWith(word) || word.startsWith(name))
  return isPart ? 1 : distance(word, name)
}

function asWord(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

function shorten(token: string): string {
  return token.length > shownTokenMax ? `${token.slice(0, shownTokenMax)}...` : token
}

function listed(): string {
  return placeholders.map(({ token }) => `{{${token}}}`).join(', ')
}

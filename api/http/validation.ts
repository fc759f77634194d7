import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { FieldError } from './problem.ts'

/** A body that misses its schema. The error handler turns it into a 400 that names each field. */
export class SchemaViolation extends Error {
  readonly errors: FieldError[]
  constructor(errors: FieldError[]) {
    super('schema violation')
    this.errors = errors
  }
}

/** More would not help anybody to mend the request. */
const errorsToldMax = 20

/**
 * One compiler for all parts of a request. A body must already have the right JSON types ("5" is not 5); query, params and
 * headers arrive as text, so their numbers and booleans are read first.
 */
export function useSchemas(app: FastifyInstance) {
  const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    const shape = Compile(schema)
    const isText = httpPart !== 'body'
    return (given: unknown) => {
      const value = Value.Default(schema, isText ? readText(schema, given as Record<string, unknown>) : given)
      const errors = shape.Check(value) ? faultyText(value, '') : explain(shape.Errors(value))
      if (errors.length === 0) return { value }
      return { error: new SchemaViolation(isText ? errors.map(namedAsAsked) : errors) }
    }
  }
  app.setValidatorCompiler(compile)
}

/** Reads the numbers and booleans of text. A number written in another way ("1.5", "1e1", "true") stays text, so that it is refused. */
function readText(schema: TSchema, given: Record<string, unknown>): Record<string, unknown> {
  const read = Value.Convert(schema, { ...given }) as Record<string, unknown>
  const isRewritten = (name: string) => typeof read[name] === 'number' && String(read[name]) !== given[name]
  return Object.fromEntries(Object.keys(read).map((name) => [name, isRewritten(name) ? given[name] : read[name]]))
}

/** NUL cannot be stored and half a surrogate pair is not a character: both are mistakes of a program, told before they cost more. */
function faultyText(value: unknown, path: string): FieldError[] {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed()
      ? [{ field: path || '/', message: 'This text holds characters that no keyboard writes. Remove them.' }]
      : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => faultyText(inner, `${path}/${key}`))
}

type SchemaError = { keyword: string; instancePath: string; params: object; message: string }

/** The verdict of a union or of "no such field" on the whole repeats what was said of the part. */
const echoes = new Set(['anyOf', 'oneOf', 'boolean', 'null'])

/** A query parameter has a name and no place in a document. */
function namedAsAsked({ field, message }: FieldError): FieldError {
  return { field: field.replace(/^\//, ''), message }
}

function explain(found: SchemaError[]): FieldError[] {
  const told = new Map<string, FieldError>()
  for (const error of found.filter((each) => !echoes.has(each.keyword)).concat(found)) {
    for (const { field, message } of asFieldErrors(error)) {
      const name = field || '/'
      if (!told.has(name)) told.set(name, { field: name, message })
    }
  }
  return [...told.values()].slice(0, errorsToldMax)
}

function asFieldErrors({ keyword, instancePath, params, message }: SchemaError): FieldError[] {
  const named = Object.values(params).find((value): value is string[] => Array.isArray(value)) ?? []
  if (keyword === 'required') {
    return named.map((name) => ({ field: `${instancePath}/${name}`, message: 'This field is needed.' }))
  }
  if (keyword === 'additionalProperties') {
    return named.map((name) => ({ field: `${instancePath}/${name}`, message: 'There is no such field. Remove it.' }))
  }
  return [{ field: instancePath, message: (words[keyword] ?? (() => `This ${message}.`))(params as Params) }]
}

type Params = { limit?: number; type?: string | string[]; allowedValues?: unknown[]; format?: string }

const typeNames: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

const formatNames: Record<string, string> = {
  'date-time': 'an instant such as 2027-03-14T22:00:00Z',
  uuid: 'an id, as we gave it',
}

const words: Record<string, (params: Params) => string> = {
  type: ({ type }) =>
    `This must be ${[type]
      .flat()
      .map((name) => typeNames[name!] ?? name)
      .join(' or ')}.`,
  enum: ({ allowedValues }) => `Choose one of: ${(allowedValues ?? []).join(', ')}.`,
  minLength: ({ limit }) => (limit === 1 ? 'This must not be empty.' : `Write at least ${limit} characters.`),
  maxLength: ({ limit }) => `Write at most ${limit} characters.`,
  minimum: ({ limit }) => `The smallest number here is ${limit}.`,
  maximum: ({ limit }) => `The largest number here is ${limit}.`,
  minItems: ({ limit }) => `Give at least ${limit}.`,
  maxItems: ({ limit }) => `Give at most ${limit}.`,
  format: ({ format }) => `This must be ${formatNames[format ?? ''] ?? format}.`,
  pattern: () => 'This is not in the expected shape.',
  anyOf: () => 'This is in none of the shapes that are possible here.',
}

import { Type, type TSchema } from 'typebox'

/** RFC 3339 in UTC, milliseconds included: "2027-03-14T22:00:00.000Z". Names of such fields end in `At`. */
export const Instant = Type.String({ format: 'date-time' })

export const Id = Type.String({ format: 'uuid' })

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One of fixed words, published in OpenAPI as an enum. */
export const oneOf = <const T extends readonly string[]>(words: T, options = {}) =>
  Type.Unsafe<T[number]>(Type.String({ ...options, enum: [...words] }))

/** What people type for an address, blanks around it included; the domain reads it and says what is wrong with it. */
export const TypedAddress = Type.String({ maxLength: 320 })

/** A page is what one look takes in; larger ones only make the first row wait. */
const pageLimitMax = 200
export const pageLimitDefault = 50

/** Query of every list. A cursor is opaque and belongs to the list and filter that gave it. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageLimitMax, default: pageLimitDefault })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
}

export const page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) })

/** `application/problem+json` of RFC 9457. `errors` names each field that is wrong and what to do about it. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'JSON pointer into the body, or the name of a query or path parameter' }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
)

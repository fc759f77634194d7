import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { Problem } from '../contract/atoms.ts'

/** What a route answers: the resource, or a problem. Fields that the schema does not name never leave the server. */
export function answers<S extends number, T extends TSchema>(status: S, body: T) {
  return { [status]: body, '4xx': Problem } as { [K in S]: T } & { '4xx': typeof Problem }
}

/** 204, which has no body. */
export const answersNothing = { 204: Type.Null(), '4xx': Problem }

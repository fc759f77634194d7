import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import { Problem } from '../contract/atoms.ts'
import { sessionCookieName } from './auth/auth.ts'
import type { App, AppConfig, Routes } from './deps.ts'

type Json = { [key: string]: unknown }

/**
 * The contract as OpenAPI 3.1, made from the schemas that validate. A schema with an `$id` is published once under that name.
 * Registered before the routes that it describes; its own pages are public and change nothing.
 */
export async function describeApi(app: App, config: AppConfig) {
  const components = new Map<string, unknown>()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tidings', version: '1', description: 'Events, guests, and messages that arrive once.' },
      servers: [{ url: config.publicUrl }],
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: sessionCookieName(config) } },
      },
    },
    transform: ({ schema, url }) => ({ schema: published(schema ?? {}, components) as FastifySchema, url }),
    transformObject: (document) => withSchemas(document, components),
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', uiConfig: { docExpansion: 'none' }, theme })
}

/** The bar at the top asks for another document's address and shows another project's name. */
const theme = {
  title: 'Tidings: the API',
  css: [{ filename: 'tidings.css', content: '.swagger-ui .topbar { display: none }' }],
}

function withSchemas(
  document: Parameters<SwaggerTransformObject>[0],
  components: Map<string, unknown>,
): ReturnType<SwaggerTransformObject> {
  if (!('openapiObject' in document)) return document.swaggerObject
  const { openapiObject } = document
  published(Problem, components)
  const schemas = Object.fromEntries(components)
  return { ...openapiObject, components: { ...openapiObject.components, schemas } } as typeof openapiObject
}

/** A copy in which each named schema is a reference; what it refers to is collected in `components`. */
function published(schema: unknown, components: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => published(each, components))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $id, ...rest } = schema as Json
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, published(value, components)]))
  if (typeof $id !== 'string') return copy
  components.set($id, copy)
  return { $ref: `#/components/schemas/${$id}` }
}

export const openapiRoutes: Routes = (app) => {
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger())
}

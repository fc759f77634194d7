import { buildWebIfOld } from '../cmd/demo/web-build.ts'

/** The browser tests see the built app, as hosts do. */
export default function setup() {
  return buildWebIfOld(console.log)
}

import { createLinkSigner } from '../../../api/content/tokens.ts'

/** What must never be seen in a log. */
export const secretKey = 'the secret key of the simulation, long enough'

export const signer = createLinkSigner({ secretKey })

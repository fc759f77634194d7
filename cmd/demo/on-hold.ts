import { openDatabase } from '../../api/storage/database.ts'
import { findHold } from '../../api/storage/hold.ts'

/** Whether an operator holds all sending; who starts the demo then would look in vain for the mails. */
export async function isOnHold(databaseUrl: string): Promise<boolean> {
  const database = openDatabase({ connectionString: databaseUrl, connectionsMax: 1 })
  try {
    return (await findHold(database.db)) !== undefined
  } finally {
    await database.close()
  }
}

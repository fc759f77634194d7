import { defineStore } from 'pinia'
import type { AccountSettings } from '../../../api/contract/account.ts'
import { call } from '../api/client.ts'
import { reword } from '../session/words.ts'
import { useSession } from './session.ts'

/** One's own account: its name, address, password, settings and end. */
export const useAccount = defineStore('account', () => {
  const session = useSession()

  const requestPasswordReset = (email: string) =>
    call('POST /auth/request-password-reset', { body: { email, redirectTo: '/reset-password' } }).catch(reword)

  const resetPassword = (newPassword: string, token: string) =>
    call('POST /auth/reset-password', { body: { newPassword, token } }).catch(reword)

  const verifyEmail = async (token: string) => {
    await call('POST /auth/verify-email', { body: { token } }).catch(reword)
    await session.ask()
  }

  async function rename(name: string): Promise<void> {
    await call('POST /auth/update-user', { body: { name } }).catch(reword)
    await session.ask()
  }

  async function changeEmail(newEmail: string): Promise<void> {
    await call('POST /auth/change-email', { body: { newEmail, callbackURL: '/account' } }).catch(reword)
    await session.ask()
  }

  const changePassword = (currentPassword: string, newPassword: string) =>
    call('POST /auth/change-password', { body: { currentPassword, newPassword, revokeOtherSessions: true } }).catch(
      reword,
    )

  async function remove(password: string): Promise<void> {
    await call('POST /auth/delete-user', { body: { password } }).catch(reword)
    session.forget()
  }

  const settings = (signal?: AbortSignal) => call('GET /v1/account/settings', { signal })

  const changeSettings = (body: Partial<AccountSettings>) => call('PATCH /v1/account/settings', { body })

  return {
    settings,
    changeSettings,
    requestPasswordReset,
    resetPassword,
    verifyEmail,
    rename,
    changeEmail,
    changePassword,
    remove,
  }
})

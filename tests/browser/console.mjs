// The console as somebody opens it: signed in through its own form, at one of its screens.
import { openPage } from './browser.mjs'

/** `phone`'s console at `path`; `options` are those of the browser's context. */
export async function enter(browser, phone, path, { password = 'choque-demo', ...options } = {}) {
  const page = await openPage(browser, options)
  await page.goto('/app/')
  await page.locator('#phone').fill(phone)
  await page.locator('#password').fill(password)
  await page.locator('main form button[type=submit]').click()
  await page.locator('nav.bar').waitFor()
  // Before the sign-in nobody was signed in, which is what the first question is answered with.
  page.problems = page.problems.filter(problem => !/answered 401|status of 401/.test(problem))
  await page.goto(`/app/${path}`)
  await page.locator('nav.bar').waitFor()
  return page
}

export const button = (page, name) => page.getByRole('button', { name, exact: true })

/** Presses what asks once more before it is done. */
export async function surely(page, name, again) {
  await button(page, name).first().click()
  await button(page, again).click()
}

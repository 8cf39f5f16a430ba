// Signing in, signing up and signing out, through the pages.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import { assertFits, assertNoProblems, openBrowser, openPage, visit } from './browser.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

const submit = page => page.locator('main form button[type=submit]').click()

/** What the page says is wrong, wherever it says it. */
const complaints = async page => (await page.locator('main [role=alert], main .field__error').allInnerTexts()).join(' ').trim()

async function signIn(page, phone, password) {
  await visit(page, '/dang-nhap')
  await page.locator('#phone').fill(phone)
  await page.locator('#password').fill(password)
  await submit(page)
}

test('a wrong password keeps the phone number and says what is wrong', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await signIn(page, '0900000001', 'khong-phai-mat-khau')
  assert.equal(new URL(page.url()).pathname, '/dang-nhap')
  assert.equal(await page.locator('#phone').inputValue(), '0900000001')
  assert.equal(await page.locator('#password').inputValue(), '', 'a password is never sent back')
  assert.match(await complaints(page), /mật khẩu/i)
  await assertFits(page)
  assertNoProblems(page)
})

test('a number without an account is answered in the same words, so that nobody can ask who has one', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await signIn(page, '0900000001', 'khong-phai-mat-khau')
  const known = await complaints(page)
  await signIn(page, '0987654320', 'khong-phai-mat-khau')
  assert.equal(await complaints(page), known)
})

test('the cooperative signs in and out', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await signIn(page, '0900000001', 'choque-demo')
  await visit(page, '/tai-khoan')
  assert.equal(new URL(page.url()).pathname, '/tai-khoan')
  const session = (await page.context().cookies()).find(({ name }) => name === 'choque_session')
  assert.ok(session?.httpOnly, 'the session is a cookie that scripts cannot read')
  assert.equal(session.sameSite, 'Lax')

  await page.locator('form[action="/dang-xuat"] button').click()
  await page.goto('/tai-khoan')
  assert.equal(new URL(page.url()).pathname, '/dang-nhap', 'after signing out the account asks for a sign-in')
  await page.context().addCookies([session])
  await page.goto('/tai-khoan')
  assert.equal(new URL(page.url()).pathname, '/dang-nhap', 'the old cookie is worth nothing')
  assertNoProblems(page)
})

test('a wrong sign-up names each field and keeps what was typed', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await visit(page, '/dang-ky')
  await page.locator('#name').fill('Nông Thị Hằng')
  await page.locator('#phone').fill('12')
  await page.locator('#password').fill('a')
  await submit(page)
  assert.equal(await page.locator('#name').inputValue(), 'Nông Thị Hằng')
  assert.equal(await page.locator('#phone').inputValue(), '12')
  assert.deepEqual(await page.locator('[aria-invalid=true]').evaluateAll(inputs => inputs.map(({ id }) => id)), ['phone', 'password'])
  for (const id of ['phone', 'password']) {
    const told = await page.locator(`#${id}`).getAttribute('aria-describedby')
    assert.ok((await page.locator(`#${told}`).innerText()).length > 5, `${id} has its own sentence`)
  }
  assertNoProblems(page)
})

test('a new buyer signs up, sees the account, signs out and in again', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  const phone = `098${randomInt(1_000_000, 9_999_999)}`
  await visit(page, '/dang-ky')
  await page.locator('#name').fill('Nông Thị Hằng')
  await page.locator('#phone').fill(phone)
  await page.locator('#password').fill('mot-con-vit-xoe-ra-hai-cai-canh')
  await submit(page)
  await visit(page, '/tai-khoan')
  const text = await page.getByRole('main').innerText()
  assert.match(text, /Nông Thị Hằng/)
  await assertFits(page)

  await page.locator('form[action="/dang-xuat"] button').click()
  await signIn(page, phone, 'mot-con-vit-xoe-ra-hai-cai-canh')
  await visit(page, '/tai-khoan')
  assert.match(await page.getByRole('main').innerText(), /Nông Thị Hằng/)
  assertNoProblems(page)
})

test('a sign-in that another site sends is refused', async () => {
  const page = await openPage(browser)
  const answer = await page.request.post('/dang-nhap', {
    form: { phone: '0900000001', password: 'choque-demo' },
    headers: { origin: 'https://example.org', 'sec-fetch-site': 'cross-site' },
    maxRedirects: 0,
  })
  assert.equal(answer.status(), 403)
})

// A buyer pays: at a stall, whose page says so by itself; and an order to two sellers, from the basket to the receipt.
// Every QR is decoded from the picture on the screen, as the buyer's bank would.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, origin, readFromScreen, visit } from './browser.mjs'
import { signIn as api } from './farmer.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

async function pay(payload) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/demo/bank/pay`, { method: 'POST', headers, body: JSON.stringify({ payload }) })
  assert.equal(answer.status, 200, await answer.text())
}

/** A mark that a reload would wipe. */
const mark = page => page.evaluate(() => (window.choqueMark = true))
const isMarked = page => page.evaluate(() => window.choqueMark === true)

test('a stall rings up 45,000 đ; the code on its screen is paid, and the page says so without reload', async t => {
  const page = await openPage(browser)
  await page.goto('/dang-nhap?next=/app/thu-tien')
  await page.locator('input[name=phone]').fill('0900000002')
  await page.locator('input[name=password]').fill('choque-demo')
  await page.getByRole('main').getByRole('button', { name: 'Đăng nhập' }).click()
  await page.locator('.pad').waitFor()
  for (const digit of '45000') await page.locator('.pad__key').getByText(digit, { exact: true }).click()
  await page.getByRole('button', { name: 'Hiện mã QR' }).click()
  await page.locator('[data-standing=pending]').waitFor()
  const payload = await readFromScreen(page.locator('.qr'))
  assert.match(payload, /^000201010212.*5303704540545000/, 'a dynamic VietQR of 45,000 đ')
  await mark(page)
  const paid = Date.now()
  await pay(payload)
  await page.getByText('Đã nhận 45.000 ₫').waitFor()
  t.diagnostic(`from the bank's "pay" to "Đã nhận 45.000 ₫" on the screen: ${Date.now() - paid} ms`)
  assert.ok(await isMarked(page), 'the page was not loaded again')
  assertNoProblems(page)
})

describe('an order to two sellers', () => {
  let page, receipt, titles

  before(async () => {
    page = await openPage(browser)
    titles = await fillBasket(page)
  })

  test('the basket tells the sellers apart, and the checkout keeps what was typed when something is wrong', async () => {
    await visit(page, '/gio-hang')
    for (const title of titles) await page.getByRole('link', { name: title }).first().waitFor()
    assert.equal(await page.locator('.basket').count(), 2)
    await assertFits(page)
    await assertAccessible(page, 'the basket')
    await page.locator('a[href="/thanh-toan"]').click()
    await page.waitForURL(/thanh-toan/)
    await page.locator('#name').fill('Trần Thị Mua')
    await page.locator('#phone').fill('12')
    await page.locator('#commune').selectOption({ index: 1 })
    await page.locator('#street').fill('Xóm Hồng Thái 2')
    await page.locator('input[name=method][value=vietqr]').check()
    await page.locator('form[action="/thanh-toan"] button.button--wide').click()
    await page.locator('.field__error').first().waitFor()
    assert.equal(await page.locator('#name').inputValue(), 'Trần Thị Mua')
    assert.equal(await page.locator('#street').inputValue(), 'Xóm Hồng Thái 2')
    await assertFits(page)
    await assertAccessible(page, 'the checkout with an error')
    page.problems.length = 0
  })

  test('each seller is paid by a code of their own, and the page says so without a touch', async () => {
    await page.locator('#phone').fill('0912345678')
    await page.locator('form[action="/thanh-toan"] button.button--wide').click()
    await page.waitForURL(/don-hang/)
    receipt = page.url()
    const codes = page.locator('.pay__code')
    assert.equal(await codes.count(), 2)
    await assertFits(page)
    await assertAccessible(page, 'the order')
    const payloads = [await readFromScreen(codes.nth(0)), await readFromScreen(codes.nth(1))]
    assert.notEqual(payloads[0], payloads[1])
    await pay(payloads[0])
    await page.waitForFunction(() => document.querySelectorAll('.pay__code').length === 1)
    // The other by the page of the buyer's bank.
    const bank = await openPage(browser)
    await visit(bank, `/demo/bank?payload=${encodeURIComponent(payloads[1])}`)
    await assertFits(bank)
    await assertAccessible(bank, "the demo's bank")
    await bank.locator('form[action="/demo/bank"] button').click()
    await bank.getByRole('status').filter({ hasText: 'Đã chuyển' }).waitFor()
    assertNoProblems(bank)
    await bank.context().close()
    await page.waitForFunction(() => document.querySelectorAll('.pay__code').length === 0)
    assertNoProblems(page)
  })

  test("the guest's link opens the order anywhere; without it, or with another's, there is nothing", async () => {
    const other = await openPage(browser, { javaScriptEnabled: false })
    await visit(other, receipt)
    for (const title of titles) await other.getByText(title).first().waitFor()
    assert.ok((await other.locator('main').innerText()).includes('Trần Thị Mua'))
    await assertAccessible(page, 'the paid order')
    const link = new URL(receipt)
    const name = [...link.searchParams.keys()][0]
    const stranger = await openPage(browser)
    await visit(stranger, link.pathname, 404)
    link.searchParams.set(name, 'f'.repeat(64))
    await visit(stranger, link.href, 404)
    assert.ok(!(await stranger.locator('body').innerText()).includes('Trần Thị Mua'))
  })
})

/** Puts one listing of each of two sellers into the basket, as a thumb does it; gives their titles. */
async function fillBasket(page) {
  const { items } = await (await fetch(`${origin}/api/v1/listings?in_stock=1&limit=100`)).json()
  const chosen = []
  for (const listing of items) {
    if (listing.origin || chosen.some(other => other.seller.id === listing.seller.id)) continue
    chosen.push(listing)
    if (chosen.length === 2) break
  }
  assert.equal(chosen.length, 2, 'two sellers have something in stock')
  for (const { slug } of chosen) {
    await visit(page, `/san-pham/${slug}`)
    await page.locator('form[action="/gio-hang"] button').click()
    await page.waitForURL(/gio-hang/)
  }
  return chosen.map(({ title }) => title)
}

test('market, stall, federation and the empty basket are accessible and fit the phone', async () => {
  const keeper = await api('0900000002')
  const [stall] = (await keeper.get('/stalls?mine=1')).items
  const page = await openPage(browser)
  for (const path of ['/cho', stall.slug_path.replace(/\/[^/]+$/, ''), stall.slug_path, '/federation', '/gio-hang', '/demo/bank']) {
    await visit(page, path)
    await assertFits(page)
    await assertAccessible(page, path)
  }
  await visit(page, stall.slug_path)
  const payload = await readFromScreen(page.locator('main svg[shape-rendering=crispEdges]'))
  assert.match(payload, /^000201010211/, 'the stand of a stall is a static VietQR')
  assertNoProblems(page)
})

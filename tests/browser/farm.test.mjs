// The farm on a cheap phone: a plot that is walked around, what grows on it, the daily lines, the warning without signal
// before a harvest that would be too early, what becomes of it at the officer's desk, and a batch that is split.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser } from './browser.mjs'
import { button, enter } from './console.mjs'
import { signIn } from './farmer.mjs'

const FARMER = '0900000001'
const OFFICER = '0900000004'
/** Near Tân Cương: a field of 103 m by 111 m. */
const CORNERS = [[105.777, 21.543], [105.778, 21.543], [105.778, 21.544], [105.777, 21.544]]

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

const day = ago => new Date(Date.now() + 7 * 3_600_000 - ago * 86_400_000).toISOString().slice(0, 10)

test('a plot is walked around, grows something, and is watered in two taps', async () => {
  const farmer = await signIn(FARMER)
  const name = `Nương ${randomUUID().slice(0, 6)}`
  const page = await enter(browser, FARMER, 'thua?moi', { permissions: ['geolocation'], geolocation: { longitude: CORNERS[0][0], latitude: CORNERS[0][1], accuracy: 4 } })
  await page.locator('#ten-thua').fill(name)
  await page.locator('#xa').fill('Tân Cương')
  await page.locator('[data-picker="xa"] .picker__option').first().click()
  await button(page, 'Đi quanh thửa').click()
  for (const [place, [longitude, latitude]] of CORNERS.entries()) {
    await page.context().setGeolocation({ longitude, latitude, accuracy: 4 })
    await button(page, 'Đánh dấu góc này').click()
    await page.getByText(`Đã đánh dấu ${place + 1} góc`).waitFor()
  }
  await button(page, 'Khép lại').click()
  await page.getByText('Đã có đường biên 4 góc').waitFor()
  // The area is taken as walked, or typed; here it is typed far too small, and the page says so.
  await page.locator('#dien-tich').fill('3600')
  await assertFits(page)
  await assertAccessible(page)
  await button(page, 'Ghi thửa').click()
  await page.getByRole('heading', { name }).waitFor()
  await page.getByText('khác nhiều với').waitFor()
  const plot = (await farmer.all('/plots?mine=1')).find(plot => plot.name === name)
  assert.equal(plot.geometry.type, 'Polygon')
  assert.ok(Math.abs(plot.computed_area_m2 - 11_500) < 50, `${plot.computed_area_m2} m²`)

  await button(page, 'Bắt đầu vụ').click()
  await page.locator('#cay').fill('Chè trung du')
  await page.locator('#bat-dau').fill(day(60))
  await page.locator('#san-luong').fill('500')
  await button(page, 'Bắt đầu vụ').click()
  await page.getByText('Chè trung du').waitFor()
  await assertFits(page)
  await assertAccessible(page)

  await page.goto('/app/nhat-ky')
  await page.locator('[data-quick="watering"]').click()
  await page.locator(`[data-where="${plot.id}"]`).click()
  await page.getByText(`Đã ghi: Tưới nước, ${name}.`).waitFor()
  const { id: cycle } = (await farmer.get(`/plots/${plot.id}`)).open_cycle
  let lines
  for (let tries = 0; tries < 50 && !lines?.items.length; tries += 1) {
    await page.waitForTimeout(200)
    lines = await farmer.get(`/diary?plot=${plot.id}`)
  }
  assert.deepEqual(lines.items.map(line => line.activity), ['watering'])
  assert.equal(lines.items[0].cycle_id, cycle)
  assertNoProblems(page)
})

test('the phone warns before an early harvest without signal, records it all the same, and an officer lets it go', async () => {
  const farmer = await signIn(FARMER)
  const { items: categories } = await farmer.get('/categories')
  const category = (categories.find(({ name }) => /chè/i.test(name)) ?? categories[0]).id
  const name = `Chè cách ly ${randomUUID().slice(0, 6)}`
  const product = await farmer.create('/products', { name, category, unit: 'kg' })
  const plot = await farmer.create('/plots', { name: `Đồi ${randomUUID().slice(0, 6)}`, commune_code: '05503', area_m2: 3600 })

  const page = await enter(browser, FARMER, `nhat-ky?thua=${plot.id}`)
  await page.locator('#thua').selectOption(plot.id)
  await page.locator('label.choice', { hasText: 'Phun thuốc' }).click()
  await page.locator('#ten-thuoc').fill('abam')
  await page.locator('.chip', { hasText: 'Abamectin' }).first().click()
  assert.equal(await page.locator('#cach-ly').inputValue(), '7')
  await page.getByText('UC IPM').waitFor()
  await assertFits(page)
  await assertAccessible(page)
  await page.locator('#ngay').fill(day(2))
  await page.goto('/app/lo-hang')
  await page.goto('/app/nhat-ky')
  // What was typed and not kept is gone; it is written again, and this time kept without signal.
  await page.locator('nav.bar').waitFor()
  await page.context().setOffline(true)
  await page.locator('#thua').selectOption(plot.id)
  await page.locator('label.choice', { hasText: 'Phun thuốc' }).click()
  await page.locator('#ten-thuoc').fill('Abamectin')
  await page.locator('#cach-ly').fill('7')
  await page.locator('#ngay').fill(day(2))
  await button(page, 'Ghi lại').click()
  await page.getByText('Đã giữ trên máy').waitFor()

  // The phone knows it before the server does.
  await page.locator('nav.bar a', { hasText: 'Lô' }).first().click()
  await page.locator('a.button', { hasText: 'Ghi lô mới' }).click()
  await page.locator('#san-pham').fill(name)
  await page.locator('[data-picker="san-pham"] .picker__option').first().click()
  await page.locator('#so-luong').fill('10')
  await page.locator(`input[type=checkbox][value="${plot.id}"]`).check()
  const warning = page.locator('[data-early]')
  await warning.waitFor()
  assert.equal(await warning.getAttribute('data-early'), day(-5))
  await assertFits(page)
  await assertAccessible(page)
  await button(page, 'Ghi lô').click()
  await page.getByText('chưa hái thì chọn ngày khác').waitFor()
  await page.getByText('Tôi đã hái rồi').click()
  await button(page, 'Ghi lô').click()
  await page.context().setOffline(false)
  await page.locator('[data-batch]', { hasText: name }).first().waitFor({ timeout: 30_000 })
  const batch = (await farmer.all('/batches?mine=1')).find(({ product_id }) => product_id === product.id)
  assert.deepEqual(batch.holds.map(({ reason }) => reason), ['pre_harvest_interval'])
  await page.goto(`/app/lo-hang?xem=${batch.id}`)
  await page.locator('[data-hold="pre_harvest_interval"]').waitFor()

  const desk = await enter(browser, OFFICER, `lo-giu?xem=${batch.holds[0].id}`)
  await desk.getByRole('heading', { name }).waitFor()
  await assertFits(desk)
  await assertAccessible(desk)
  await desk.locator('textarea').fill('Mẫu thử đạt.')
  await button(desk, 'Cho bán lại').click()
  await desk.locator(`[data-released="${batch.holds[0].id}"]`).waitFor()
  await desk.goto('/app/lo-giu?da-cho')
  await desk.locator(`[data-held="${batch.holds[0].id}"]`).waitFor()
  assertNoProblems(desk)

  await page.goto('/app/lo-hang')
  await page.goto(`/app/lo-hang?xem=${batch.id}`)
  await page.locator('[data-released="pre_harvest_interval"]', { hasText: 'Mẫu thử đạt.' }).waitFor()

  // And it is split.
  await page.goto(`/app/lo-hang?lam-tu=${batch.id}`)
  await page.locator('label.choice', { hasText: 'Chia' }).click()
  await page.locator(`[data-input="${batch.id}"]`).waitFor()
  assert.ok(await page.locator(`[data-input="${batch.id}"]`).isChecked())
  await page.locator('#ra-luong-0').fill('4')
  await page.locator('#ra-1').selectOption(product.id)
  await page.locator('#ra-luong-1').fill('6')
  await assertFits(page)
  await assertAccessible(page)
  await button(page, 'Ghi lại').click()
  await page.locator('[data-made]').waitFor()
  const made = await farmer.get('/transformations?limit=1')
  assert.deepEqual(made.items[0].outputs.map(({ quantity }) => quantity.value).sort(), ['4', '6'])
})

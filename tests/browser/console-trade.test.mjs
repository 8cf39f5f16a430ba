// How a seller's goods reach buyers, in which days they are sold, which systems hear of it, and how its people are told.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser } from './browser.mjs'
import { button, enter, surely } from './console.mjs'
import { signIn as api } from './farmer.mjs'

const FARMER = '0900000001'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

/** The farmer's own tools, with the id of the seller. */
async function farmer() {
  const tools = await api(FARMER)
  const [{ id }] = (await tools.get('/sellers?mine=1')).items
  return { tools, id }
}

/** Without what was refused on purpose. */
function forgive(page, pattern) {
  page.problems = page.problems.filter(problem => !pattern.test(problem))
}

describe('ways of delivery', () => {
  test('are zones with fees by weight, a pick-up point and hours at the farm; what is wrong is named at its field', async () => {
    const { tools, id } = await farmer()
    const path = `/sellers/${id}/delivery`
    const former = await tools.get(path)
    await tools.put(path, { zones: [], pickup_points: [], farm_times: [] })
    try {
      const page = await enter(browser, FARMER, 'giao-hang')
      await page.getByText('Chưa ghi cách giao nào').waitFor()
      await button(page, 'Sửa cách giao').click()
      await button(page, 'Thêm vùng giao').click()
      await button(page, 'Lưu').click()
      assert.equal(await page.locator('#vung-ten-0-sai').innerText(), 'Ghi tên.')
      await page.locator('#vung-ten-0').fill('Trong tỉnh')
      await page.locator('#vung-tinh-0').selectOption('19')
      await page.locator('#vung-phi-0').fill('20.000')
      await page.locator('#vung-can-0').fill('2,5')
      await page.locator('#vung-them-0').fill('5.000')
      await page.locator('#vung-mien-0').fill('500.000')
      await button(page, 'Thêm điểm lấy hàng').click()
      await page.locator('#diem-ten-0').fill('Sạp A12, chợ Thái')
      await page.locator('#diem-xa-0').fill('tan cuong')
      await page.locator('[data-point] .picker__option').first().click()
      await button(page, 'Thêm giờ lấy tại vườn').click()
      await assertFits(page)
      await assertAccessible(page, 'changing the ways of delivery')
      await button(page, 'Lưu').click()
      await page.locator('[data-zone]', { hasText: 'Trong tỉnh' }).waitFor()
      await page.getByText('20.000 ₫ cho tới 2,5 kg, thêm mỗi kg 5.000 ₫'.replaceAll(' ₫', '\u{a0}₫').replace('5 kg', '5\u{a0}kg')).waitFor()
      await assertAccessible(page, 'the ways of delivery')
      assertNoProblems(page)

      const { zones: [zone], pickup_points: [point], farm_times: [time], modes } = await tools.get(path)
      assert.deepEqual([zone.places, zone.fee, zone.included_grams, zone.fee_per_kg, zone.free_from], [['19'], 20_000, 2_500, 5_000, 500_000])
      assert.equal(point.name, 'Sạp A12, chợ Thái')
      assert.deepEqual([time.weekday, time.from, time.to], [7, '07:00', '10:00'])
      assert.deepEqual(modes, ['ship', 'pickup', 'farm'])
    } finally {
      await tools.put(path, { zones: former.zones, pickup_points: former.pickup_points, farm_times: former.farm_times })
    }
  })
})

describe('an order cycle', () => {
  test('is planned in Vietnam’s time, changed, and dropped before it opens', async () => {
    const { tools, id } = await farmer()
    const page = await enter(browser, FARMER, 'giao-hang?muc=dot-ban')
    await button(page, 'Mở đợt bán mới').click()
    await button(page, 'Lưu').click()
    assert.deepEqual(await page.locator('.field__error').allInnerTexts(), [
      'Ghi tên.', 'Chọn ngày và giờ.', 'Đóng phải sau lúc mở.', 'Ngày giao không trước lúc đóng.', 'Chọn ít nhất một cách.', 'Chọn ít nhất một món.',
    ])
    const name = `Chè Tết ${Date.now()}`
    await page.locator('#dot-ten').fill(name)
    await page.locator('#dot-mo').fill('2098-12-01T07:00')
    await page.locator('#dot-dong').fill('2098-12-05T18:00')
    await page.locator('#dot-giao').fill('2098-12-06')
    await page.getByLabel('Lấy tại điểm').check()
    // The last one on the list: nothing else sells it in these journeys.
    await page.locator('fieldset').nth(1).locator('input').last().check()
    await assertFits(page)
    await assertAccessible(page, 'a new order cycle')
    await button(page, 'Lưu').click()
    const cycle = page.locator('[data-cycle=planned]', { hasText: name })
    await cycle.waitFor()
    const kept = (await tools.all(`/sellers/${id}/cycles`)).find(one => one.name === name)
    assert.equal(new Date(kept.opens_at).toISOString(), '2098-12-01T00:00:00.000Z')
    assert.deepEqual([kept.hand_over_on, kept.modes, kept.state], ['2098-12-06', ['pickup'], 'planned'])

    await cycle.getByRole('button', { name: 'Sửa' }).click()
    assert.equal(await page.locator('#dot-mo').inputValue(), '2098-12-01T07:00')
    await page.locator('#dot-ten').fill(`${name}, sửa`)
    await button(page, 'Lưu').click()
    await page.locator('[data-cycle]', { hasText: `${name}, sửa` }).waitFor()
    await surely(page.locator('[data-cycle]', { hasText: name }), 'Bỏ đợt này', 'Bỏ thật?')
    await page.locator('[data-cycle]', { hasText: name }).waitFor({ state: 'detached' })
    assertNoProblems(page)
  })
})

describe('a seller’s own system', () => {
  test('hears a test, is told again, gets a new secret, and is dropped', async () => {
    const page = await enter(browser, FARMER, 'noi-phan-mem')
    await button(page, 'Thêm địa chỉ').click()
    await button(page, 'Lưu').click()
    assert.equal(await page.locator('.field__error').innerText(), 'Ghi địa chỉ.')
    // Nobody listens there, which is what a delivery that waits looks like.
    await page.locator('#noi-dia-chi').fill('http://127.0.0.1:9/cho-que')
    await page.getByLabel('Có đơn mới').check()
    await button(page, 'Lưu').click()
    assert.match(await page.locator('[data-secret]').getAttribute('data-secret'), /^whsec_/)
    await assertFits(page)
    await assertAccessible(page, 'a secret shown once')
    await button(page, 'Tôi đã chép lại').click()
    await page.getByRole('link', { name: /127\.0\.0\.1:9\/cho-que/ }).click()
    await button(page, 'Gửi tin thử').click()
    const delivery = page.locator('[data-delivery]').first()
    await delivery.getByRole('button', { name: 'Gửi lại' }).click()
    await delivery.getByRole('button', { name: 'Xem nội dung' }).click()
    assert.equal(JSON.parse(await delivery.locator('.body').innerText()).type, 'webhook.test')
    await assertFits(page)
    await assertAccessible(page, 'an address and what it was told')
    await surely(page, 'Đổi khoá', 'Đổi thật?')
    await page.locator('[data-secret]').waitFor()
    await button(page, 'Tắt').click()
    await page.locator('[data-state=off]').waitFor()
    await surely(page, 'Bỏ địa chỉ này', 'Bỏ thật?')
    await button(page, 'Thêm địa chỉ').waitFor()
    assert.equal(await page.getByRole('link', { name: /127\.0\.0\.1:9\/cho-que/ }).count(), 0)
    assertNoProblems(page)
  })
})

describe('how somebody is told', () => {
  test('is chosen subject by subject, and an address for e-mail counts once its code is given', async () => {
    const tools = await api(FARMER)
    const path = '/accounts/me/message-choices'
    const { language, channels } = await tools.get(path)
    try {
      const page = await enter(browser, FARMER, 'bao-tin?muc=cach-bao')
      const orders = page.locator('[data-subject=orders]')
      await orders.getByLabel('Zalo').check()
      await button(page, 'Lưu').click()
      await page.getByText('Đã lưu.').waitFor()
      assert.ok((await tools.get(path)).channels.orders.includes('zalo'))
      await page.reload()
      await orders.getByLabel('Zalo').waitFor()
      assert.equal(await orders.getByLabel('Zalo').isChecked(), true)

      await button(page, 'Thêm địa chỉ thư').click()
      await page.locator('#thu-dien-tu').fill('hao')
      await button(page, 'Gửi mã tới thư').click()
      await page.locator('#thu-dien-tu-sai').waitFor()
      await page.locator('#thu-dien-tu').fill('hao@example.vn')
      await button(page, 'Gửi mã tới thư').click()
      await page.locator('#ma-thu').fill('000000')
      await button(page, 'Xác nhận').click()
      await page.locator('#ma-thu-sai').waitFor()
      forgive(page, /email\S* answered 422|status of 422/)
      await assertFits(page)
      await assertAccessible(page, 'how somebody is told')
      await surely(page, 'Bỏ địa chỉ thư', 'Bỏ thật?')
      await page.getByText('Chưa có địa chỉ thư.').waitFor()
      assertNoProblems(page)
    } finally {
      await tools.put(path, { language, channels })
    }
  })
})

describe('a bank’s own list of movements', () => {
  test('is looked at first; what nobody can explain is in the queue until it was sent back', async () => {
    const { tools } = await farmer()
    const words = `TRAN THI MUA chuyen tien che ${Date.now()}`
    const page = await enter(browser, FARMER, 'tien-hang?muc=nap-sao-ke')
    const sheet = ['Ngày giao dịch,Số tham chiếu,Ghi có,Ghi nợ,Nội dung', `22/11/2026,FT${Date.now()},350000,,${words}`, '22/11/2026,FT2,ba trăm,,x'].join('\r\n')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Chọn tệp sao kê').click()])
    await chooser.setFiles({ name: 'sao-ke.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) })
    await page.locator('[data-sheet=looked]').waitFor()
    assert.deepEqual(await page.locator('[data-told]').evaluate(({ dataset }) => [dataset.new, dataset.told, dataset.bad]), ['1', '0', '1'])
    await page.locator('[data-line="3"]').waitFor()
    assert.ok(!(await tools.all('/payments/unmatched?mine=1')).some(({ content }) => content.includes(words)), 'nothing is written yet')
    await assertFits(page)
    await assertAccessible(page, 'a bank statement')
    await button(page, 'Ghi 1 khoản').click()
    await page.locator('[data-sheet=applied]').waitFor()

    await page.goto('/app/tien-hang?muc=tien-la')
    const stray = page.locator('[data-unmatched]', { hasText: words })
    // Settlement follows what was written.
    for (let look = 0; look < 20 && !(await stray.count()); look += 1) {
      await page.reload()
      await page.waitForTimeout(500)
    }
    await stray.getByRole('link').click()
    await button(page, 'Đã trả lại người gửi').click()
    await page.getByLabel('Trả lại thế nào').fill('Chuyển lại ngày 22/11, FT9.')
    await assertFits(page)
    await assertAccessible(page, 'money that nobody can explain')
    await button(page, 'Đã trả lại người gửi').click()
    await page.getByText('Tiền đã vào tài khoản mà chưa biết').waitFor()
    assert.ok(!(await tools.all('/payments/unmatched?mine=1')).some(({ content }) => content.includes(words)))
    assertNoProblems(page)
  })
})

// A farmer's batch gets a sticker, a buyer scans it; and what a buyer sees when the code is unknown or damaged.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { assertFits, assertNoProblems, openBrowser, openPage, origin, visit } from './browser.mjs'
import { harvest, signIn } from './farmer.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

/** The sticker's address on the server under test: stickers carry the resolver's origin, which may be another one. */
const here = link => origin + new URL(link).pathname

describe('a batch gets its stickers and a buyer scans one', () => {
  let farmer, made
  before(async () => {
    farmer = await signIn()
    made = await harvest(farmer)
  })

  test('all 24 stickers of the A4 sheet decode at 203 dpi to the batch', async () => {
    const sheet = await farmer.download(`/batches/${made.batch.id}/labels.pdf?template=a4-24&count=24`)
    assert.equal(sheet.type, 'application/pdf')
    const codes = decode(sheet.bytes)
    assert.equal(codes.length, 24, 'stickers that zbarimg reads')
    assert.deepEqual([...new Set(codes)], [made.batch.digital_link])
  })

  test('stickers one by one have each a number of its own; one that was never printed is no number of the batch', async () => {
    const { batch } = await harvest(farmer)
    const sheet = await farmer.download(`/batches/${batch.id}/labels.pdf?template=a4-24&count=24&serials=1`)
    const codes = decode(sheet.bytes)
    assert.equal(new Set(codes).size, 24, 'no two stickers are alike')
    assert.ok(codes.every(code => code.startsWith(`${batch.digital_link}/21/`)), codes[0])
    const page = await openPage(browser, { javaScriptEnabled: false })
    await visit(page, here(codes[0]))
    assert.ok((await page.getByRole('main').innerText()).includes(here(codes[0]).split('/21/')[1]), 'the number of the pack')
    await assertFits(page)
    await page.goto(`${here(batch.digital_link)}/21/TUDOANRA`)
    assert.match(await page.getByRole('main').innerText(), /số riêng của gói này chưa từng được in/)
    await assertFits(page)
    assertNoProblems(page)
  })

  test('the scanned address is complete without JavaScript', async () => {
    const page = await openPage(browser, { javaScriptEnabled: false })
    await visit(page, here(made.batch.digital_link))
    const main = page.getByRole('main')
    const text = await main.innerText()

    // The verdict comes before everything else, as a word and not as a colour alone.
    const verdict = main.getByRole('status')
    assert.equal(await verdict.count(), 1)
    assert.ok((await verdict.innerText()).trim().length > 5, 'the verdict is a word')
    const top = (await verdict.boundingBox()).y
    assert.ok(top < (await page.getByRole('heading', { name: made.product.name }).boundingBox()).y, 'the verdict stands first')
    assert.ok(top < 320, 'the verdict shows without scrolling')

    assert.ok(text.includes(made.batch.lot), 'the lot')
    assert.match(text, /Hảo Đạt/, 'the producer')
    assert.match(text, /Tân Cương/, 'the place')
    assert.ok(text.includes(made.harvestedOn.split('-').reverse().join('/')), 'the day of harvest, as it is written here')
    assert.ok(await main.locator('ol > li').first().isVisible(), 'the timeline')
    assert.equal(await page.locator('html').getAttribute('lang'), 'vi')
    await assertFits(page)
    assertNoProblems(page)
  })

  test('the page fits into four kilobytes', async () => {
    const { bytes, encoding } = await transferred(here(made.batch.digital_link))
    assert.equal(encoding, 'gzip')
    assert.ok(bytes < 4096, `${bytes} bytes compressed, of 4,095 at most`)
  })

  test('a later scan is answered the same', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => fetch(here(made.batch.digital_link)).then(answer => answer.text())))
    assert.equal(first, second)
  })
})

describe('a code that leads nowhere has its page', () => {
  test('an unknown lot says so and how to report it', async () => {
    const { batch } = await signIn().then(harvest)
    const page = await openPage(browser, { javaScriptEnabled: false })
    await visit(page, `${here(batch.digital_link).split('/10/')[0]}/10/KHONG-CO-LO-NAY`, 404)
    const text = await page.getByRole('main').innerText()
    assert.match(text, /không (tìm thấy|thấy|có|biết)|chưa (có|biết)/i, 'it says that the lot is unknown')
    assert.ok(text.includes('KHONG-CO-LO-NAY'), 'it repeats the lot')
    assert.match(text, /báo/i, 'it says how to report it')
    await assertFits(page)
    assertNoProblems(page)
  })

  test('an unknown product says so', async () => {
    const page = await openPage(browser)
    await visit(page, '/01/09506000134352/10/ABC', 404)
    assert.ok((await page.getByRole('main').innerText()).length > 40)
    assertNoProblems(page)
  })

  for (const [what, path] of [
    ['a wrong check digit', '/01/09506000134353/10/ABC'],
    ['qualifiers out of order', '/01/09506000134352/21/1/10/ABC'],
    ['letters in the GTIN', '/01/0950600013435X'],
    ['a lot of 21 characters', `/01/09506000134352/10/${'A'.repeat(21)}`],
  ]) {
    test(`${what} answers 400 with a page`, async () => {
      const page = await openPage(browser)
      const answer = await visit(page, path, 400)
      assert.match(answer.headers()['content-type'], /^text\/html/)
      assert.ok((await page.getByRole('heading', { level: 1 }).innerText()).length > 5)
      await assertFits(page)
      assertNoProblems(page)
    })
  }

  test('a damaged short code answers with a page, not with an error of ours', async () => {
    const page = await openPage(browser)
    const answer = await page.goto('/t/khongphaima')
    assert.ok([400, 404].includes(answer.status()), `/t/khongphaima answers ${answer.status()}`)
    assertNoProblems(page)
  })
})

/** Renders a PDF at the resolution of a cheap label printer and returns the text of every QR code that is found. */
function decode(pdf) {
  const directory = mkdtempSync(join(tmpdir(), 'choque-labels-'))
  try {
    writeFileSync(join(directory, 'sheet.pdf'), pdf)
    execFileSync('pdftoppm', ['-r', '203', '-gray', 'sheet.pdf', 'page'], { cwd: directory })
    const pages = readdirSync(directory).filter(name => name.startsWith('page'))
    const options = ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable']
    const found = execFileSync('zbarimg', [...options, ...pages], { cwd: directory, encoding: 'utf8' })
    return found.trim().split('\n')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What crosses the wire for a page: `fetch` would unpack it. */
function transferred(url) {
  return new Promise((done, failed) => {
    get(url, { headers: { 'accept-encoding': 'gzip', accept: 'text/html' } }, answer => {
      let bytes = 0
      answer.on('data', part => (bytes += part.length))
      answer.on('end', () => done({ bytes, encoding: answer.headers['content-encoding'] }))
    }).on('error', failed)
  })
}

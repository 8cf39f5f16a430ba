// Language, contrast and text size: plain forms that work with JavaScript off, and that are kept from page to page.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFits, assertNoProblems, openBrowser, openPage, visit } from './browser.mjs'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

async function withoutJavaScript() {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await visit(page, '/tim?q=che')
  return page
}

/** What a person sees, wherever in the markup it comes from. */
const seen = page =>
  page.evaluate(() => {
    const body = getComputedStyle(document.body)
    return { ink: body.color, paper: getComputedStyle(document.documentElement).backgroundColor + body.backgroundColor, text: parseFloat(body.fontSize) }
  })

test('the language switch turns the interface to English and back, and stays', async () => {
  const page = await withoutJavaScript()
  assert.equal(await page.locator('html').getAttribute('lang'), 'vi')
  const heading = await page.getByRole('heading', { level: 1 }).innerText()

  await page.getByRole('button', { name: 'English' }).click()
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/tim?q=che', 'the person stays where they were')
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), heading)
  assert.equal(await page.getByRole('button', { name: 'English' }).getAttribute('aria-pressed'), 'true')

  await visit(page, '/dang-nhap')
  assert.equal(await page.locator('html').getAttribute('lang'), 'en', 'another page is English too')
  await page.getByRole('button', { name: 'Tiếng Việt' }).click()
  assert.equal(await page.locator('html').getAttribute('lang'), 'vi')
  assertNoProblems(page)
})

test('the contrast switch gives black on white, and stays', async () => {
  const page = await withoutJavaScript()
  assert.notEqual((await seen(page)).ink, 'rgb(0, 0, 0)')
  await page.locator('button[name=contrast][value=more]').click()
  for (const path of [undefined, '/', '/dang-nhap']) {
    if (path) await visit(page, path)
    const { ink, paper } = await seen(page)
    assert.equal(ink, 'rgb(0, 0, 0)')
    assert.match(paper, /rgb\(255, 255, 255\)/)
  }
  await page.locator('button[name=contrast][value=normal]').click()
  assert.notEqual((await seen(page)).ink, 'rgb(0, 0, 0)')
  assertNoProblems(page)
})

test('larger text is larger on every page and still fits the phone', async () => {
  const page = await withoutJavaScript()
  const { text } = await seen(page)
  await page.locator('button[name=scale][value=large]').click()
  for (const path of [undefined, '/', '/dang-nhap', '/tro-giup']) {
    if (path) await visit(page, path)
    assert.ok((await seen(page)).text > text * 1.15, `${page.url()} has larger text`)
    await assertFits(page)
  }
  await page.locator('button[name=scale][value=small]').click()
  assert.ok((await seen(page)).text < text)
  assertNoProblems(page)
})

test('one preference does not undo another', async () => {
  const page = await withoutJavaScript()
  await page.getByRole('button', { name: 'English' }).click()
  await page.locator('button[name=contrast][value=more]').click()
  await page.locator('button[name=scale][value=large]').click()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  assert.equal((await seen(page)).ink, 'rgb(0, 0, 0)')
})

test('a preference never leads to another site', async () => {
  const page = await withoutJavaScript()
  await page.locator('input[name=back]').evaluate(input => (input.value = '//example.org/'))
  await page.getByRole('button', { name: 'English' }).click()
  assert.equal(new URL(page.url()).host, new URL(process.env.CHOQUE_ORIGIN).host)
})
